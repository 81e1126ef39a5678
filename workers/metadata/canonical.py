"""The page's own URL, and why it is taken."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from workers.metadata.candidate import Candidate, candidate
from workers.stages.links import absolute_url, is_home_page
from workers.structured.jsonld import url_of, values_of
from workers.structured.page import Page


def find_canonicals(page: Page) -> Iterator[Candidate[str]]:
    """By precedence: `rel=canonical`; og:url, then JSON-LD's, of the same site. None when several canonicals differ or name a home page."""
    hrefs = {absolute_url(link.href, page.base) for link in page.links if "canonical" in link.rel.split()}
    if hrefs:
        url = hrefs.pop() if len(hrefs) == 1 else None
        if not url or is_home_page(url):
            return
        yield candidate(url, "meta", "link.canonical")
    stated = [("meta", "meta.og:url", page.meta("og:url"))]
    stated += [
        ("jsonld", f"jsonld.{key}", url_of(value))
        for key in ("mainEntityOfPage", "url")
        for value in values_of(page.article or {}, key)[:1]
    ]
    for source, rule, href in stated:
        url = absolute_url(href, page.base) if href else None
        if url and not is_home_page(url) and _same_site(url, page.url) and "#" not in url:
            yield candidate(url, source, rule)


def _same_site(url: str, fetched: str | None) -> bool:
    """Whether a stated URL is of the host that the page was fetched from; anything goes where that is not known."""
    if not fetched:
        return True
    hosts = [(urlsplit(one).hostname or "").removeprefix("www.").removeprefix("m.") for one in (url, fetched)]
    return hosts[0] == hosts[1] or hosts[0].endswith(f".{hosts[1]}") or hosts[1].endswith(f".{hosts[0]}")
