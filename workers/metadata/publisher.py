"""Who published the page: never its author, never the agency of the story."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from schemas.records import Publisher
from workers.metadata.candidate import Candidate, candidate, plain
from workers.metadata.site_names import SITE_METAS, SITE_TYPES, squashed
from workers.stages.links import absolute_url
from workers.structured.jsonld import text_of, types_of, url_of, values_of
from workers.structured.page import Page

MAX_CHARS = 100


def find_publishers(page: Page) -> Iterator[Candidate[Publisher]]:
    """By precedence: og:site_name, JSON-LD's publisher, microdata's, the site's own node, other metas. No bare host: `domain` has it."""
    for name, url, source, rule in _named(page):
        text = plain(name).strip(" .|-–—@")
        if text and len(text) <= MAX_CHARS and squashed(text.removeprefix("www.")) not in ("", squashed(page.host)) and "://" not in text:
            yield candidate(Publisher(name=text, url=_home(url, page)), source, rule)


def _named(page: Page) -> Iterator[tuple[str, str, str, str]]:
    stated = [(value, source, rule) for node, source, rule in _nodes(page) if node is not None for value in values_of(node, "publisher")]
    url = next((url_of(value) for value, _, _ in stated if isinstance(value, dict) and url_of(value)), "")
    yield page.meta("og:site_name"), url, "meta", "meta.og:site_name"
    for value, source, rule in stated:
        yield text_of(value), url_of(value) if isinstance(value, dict) else "", source, rule
    for one in page.json_nodes:
        if one.is_own and SITE_TYPES.intersection(types_of(one.node)):
            yield text_of(one.node.get("name")), url_of(one.node.get("url")), "jsonld", "jsonld.site"
    for name in SITE_METAS[1:]:
        yield page.meta(name), "", "meta", f"meta.{name}"


def _nodes(page: Page) -> Iterator[tuple[dict | None, str, str]]:  # type: ignore[type-arg]
    yield page.article, "jsonld", "jsonld.publisher"
    yield page.article_item, "dom", "item.publisher"


def _home(url: str, page: Page) -> str | None:
    """A publisher's URL, if it is a page of the site or its home, and no social profile."""
    if url.startswith("www."):
        url = f"https://{url}"
    absolute = absolute_url(url, page.base) if url else None
    host = (urlsplit(absolute).hostname or "").removeprefix("www.") if absolute else ""
    return absolute if host and page.host and (host.endswith(page.host) or page.host.endswith(host)) else None
