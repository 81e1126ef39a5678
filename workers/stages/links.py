"""Links as they may stand in a record: absolute, http or https."""

from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from workers.stages.text import clean_text

MAX_CHARS = 8_192  # longer is no link but data


def absolute_url(href: str | None, base: str | None) -> str | None:
    """Resolve a link; None for what is not http or https, has no host, is too long or cannot be resolved."""
    href = clean_text(href or "").replace(" ", "%20")
    try:
        url = urljoin(base or "", href)
        parts = urlsplit(url)
        has_host = bool(parts.hostname)
    except ValueError:
        return None
    return url if href and has_host and parts.scheme in ("http", "https") and len(url) <= MAX_CHARS else None


def base_url(tree: HtmlElement, url: str | None) -> str | None:
    """What the page's links are relative to: its `base` element, else its URL."""
    return next((absolute_url(href, url) for href in tree.xpath(".//head/base/@href")[:1]), None) or url


def canonical_url(tree: HtmlElement, url: str | None) -> str | None:
    """The page's `rel=canonical`. None without one, when several differ, or when it names a home page."""
    base = base_url(tree, url)
    hrefs = tree.xpath('.//link[contains(concat(" ", translate(@rel, "CANOIL", "canoil"), " "), " canonical ")]/@href')
    found = {absolute_url(href, base) for href in hrefs}
    canonical = found.pop() if len(found) == 1 else None
    return None if canonical is None or is_home_page(canonical) else canonical


def is_home_page(url: str) -> bool:
    """Whether a URL names a site and nothing in it."""
    parts = urlsplit(url)
    return parts.path.strip("/").lower() in ("", "index.html", "index.htm", "index.php") and not parts.query
