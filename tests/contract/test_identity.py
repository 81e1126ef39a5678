"""One URL has one spelling, and one article one id."""

import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.identity import TRACKING_NAMES, TRACKING_PREFIXES, article_id, base_of, normalise_url


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:443/a", "http://example.com:443/a"),
        ("https://example.com:/a", "https://example.com/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com/a#part", "https://example.com/a"),
        ("https://example.com/?", "https://example.com/"),
        ("https://example.com/a?b=2&a=1&b=1", "https://example.com/a?a=1&b=2&b=1"),
        ("https://example.com/a?&&b&a=", "https://example.com/a?a=&b"),
        ("https://example.com/a?utm_source=x&id=7&fbclid=y&GCLID=z", "https://example.com/a?id=7"),
        ("https://example.com/a?%75tm_source=x", "https://example.com/a"),
        ("https://example.com/a/./b/../c", "https://example.com/a/c"),
        ("https://example.com/%2e%2E/a", "https://example.com/a"),
        ("https://example.com/a/..", "https://example.com/"),
        ("https://example.com/%7euser/%e3%81%82", "https://example.com/~user/%E3%81%82"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/خبر?س=ج", "https://example.com/%D8%AE%D8%A8%D8%B1?%D8%B3=%D8%AC"),
        ("https://مثال.إختبار/", "https://xn--mgbh0fb.xn--kgbechtv/"),
        ("https://XN--MGBH0FB.xn--kgbechtv/", "https://xn--mgbh0fb.xn--kgbechtv/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://my_host.example/", "https://my_host.example/"),
        ("http://[2001:DB8:0:0::1]:80/", "http://[2001:db8::1]/"),
        ("  https://example.com/a\n", "https://example.com/a"),
    ],
)
def test_a_url_is_normalised(url: str, normal: str) -> None:
    assert normalise_url(url) == normal


@pytest.mark.parametrize(
    "pair",
    [
        ("https://e.example/A", "https://e.example/a"),
        ("https://e.example/a", "https://e.example/a/"),
        ("http://e.example/", "https://e.example/"),
        ("https://e.example/a?id=1", "https://e.example/a?id=2"),
        ("https://www.e.example/", "https://e.example/"),
        ("https://e.example/a%2Fb", "https://e.example/a/b"),
        ("https://e.example/?a=1%262", "https://e.example/?a=1&2"),
    ],
)
def test_urls_that_may_show_different_pages_stay_different(pair: tuple[str, str]) -> None:
    assert normalise_url(pair[0]) != normalise_url(pair[1])


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "example.com/a",
        "//example.com/a",
        "/a",
        "ftp://example.com/",
        "javascript:alert(1)",
        "http://",
        "http:///a",
        "http://?a",
        "http://a b/",
        "http://example.com:99999/",
        "http://example.com:x/",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://[v1.x]/",
        "http://a..b/",
        "http://./",
        "http://%2F/",
        "http://exa\u2100mple.com/",
        "http://h\ud800/",
        "http://h/\ud800",
        "urn:sha256:00",
    ],
)
def test_what_is_no_absolute_http_url_raises_value_error(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        normalise_url(url)


_HOSTS = st.sampled_from(["example.com", "EXAMPLE.com.", "مثال.إختبار", "user:pw@a_b.c:8080", "[::1]:80", "bücher.example:443"])
_TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("%./?&=+#;:@٪é" + string.hexdigits), max_size=40)


@given(st.sampled_from(["http", "HTTPS"]), _HOSTS, _TEXTS)
def test_normalising_twice_changes_nothing_and_leaves_only_ascii(scheme: str, host: str, rest: str) -> None:
    once = normalise_url(f"{scheme}://{host}/{rest}")
    assert normalise_url(once) == once
    assert once.isascii()
    assert "#" not in once
    assert " " not in once


@given(st.text(max_size=60) | st.text("htps:/.@[]%#?&=a1", max_size=30))
def test_any_text_is_normalised_once_and_for_all_or_refused(text: str) -> None:
    try:
        once = normalise_url(text)
    except ValueError:
        return
    assert normalise_url(once) == once


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(string.ascii_letters, max_size=3)), max_size=6))
def test_tracking_parameters_anywhere_do_not_change_the_url(pairs: list[tuple[str, str]]) -> None:
    query = [f"{name}={value}" for name, value in pairs]
    noise = [f"{name}=x" for name in sorted(TRACKING_NAMES)] + [f"{prefix}x=1" for prefix in TRACKING_PREFIXES]
    plain = normalise_url("https://example.com/a?" + "&".join(query))
    assert normalise_url("https://example.com/a?" + "&".join(noise + query)) == plain
    assert normalise_url("https://example.com/a?" + "&".join(query + noise)) == plain


def test_tracking_names_are_lower_case_since_they_are_matched_without_case() -> None:
    assert all(name == name.lower() for name in TRACKING_NAMES)


def test_an_id_is_the_sha256_of_base_and_part() -> None:
    base = base_of("HTTPS://Example.com/a?utm_source=x", "0" * 64)
    assert base == "https://example.com/a"
    assert article_id(base) == hashlib.sha256(b"https://example.com/a#0").hexdigest()
    assert article_id(base, "https://example.com/b") == hashlib.sha256(b"https://example.com/a#https://example.com/b").hexdigest()


def test_a_page_without_a_url_is_named_by_its_bytes() -> None:
    assert base_of(None, "ab" * 32) == "urn:sha256:" + "ab" * 32


def test_a_url_that_cannot_be_normalised_is_not_replaced_by_the_hash() -> None:
    with pytest.raises(ValueError, match="absolute"):
        base_of("about:blank", "ab" * 32)
