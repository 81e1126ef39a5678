"""Links: those that are whole are taken as they are, which is what resolving them comes to."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.stages.links import MAX_CHARS, absolute_url
from workers.stages.text import clean_text

_PARTS = "http:// https:// HTTP:// // / a.example A-b.c a b ? ; # [ ] %20 x=1 & . .. @ :80 : é \xad \\ ' _ http: ! {".split(" ") + [
    " ",
    "\n",
]
_BASES = [None, "", "x", "http://a.example/x/y?z", "https://[", "https://[::1]/", "https://é.example/", "ftp://a/b", "https://a/b;c?d#e"]


@given(st.sampled_from(["", "https://a.example", "http://B-1.example/"]), st.lists(st.sampled_from(_PARTS)), st.sampled_from(_BASES))
def test_a_whole_link_is_what_resolving_it_makes(start: str, parts: list[str], base: str | None) -> None:
    href, url = start + "".join(parts), ""
    try:
        url = urljoin(base or "", clean_text(href).replace(" ", "%20"))
        is_link = bool(href and urlsplit(url).hostname) and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        is_link = False
    assert absolute_url(href, base) == (url if is_link and clean_text(href) else None)


@pytest.mark.parametrize("href", ["https://a.example/" + "x" * MAX_CHARS, "https:///x", "javascript:void(0)", None])
def test_what_is_no_link_is_none(href: str | None) -> None:
    assert absolute_url(href, "https://a.example/" if href is None else None) is None
