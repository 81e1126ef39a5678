"""Links as they may stand in a record: absolute, http or https."""

import re
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from workers.stages.text import clean_text

MAX_CHARS = 8_192  # longer is no link but data
_WHOLE = re.compile(r"https?://[A-Za-z0-9.-]+(?:/[!-\"$-:<->@-~]*+)?(?:\?[!-\"$-~]++)?")  # resolved it is itself


def absolute_url(href: str | None, base: str | None) -> str | None:
    """Resolve a link; None for what is not http or https, has no host, is too long or cannot be resolved."""
    if href and _WHOLE.fullmatch(href) and (not base or (base.isascii() and "[" not in base and "]" not in base)):
        return href if len(href) <= MAX_CHARS else None
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
    hrefs = (base.get("href") for head in tree.iterchildren("head") for base in head.iterchildren("base"))  # a search would look at all
    href = next((href for href in hrefs if href is not None), None)
    return absolute_url(href, url) or url if href is not None else url


def is_home_page(url: str) -> bool:
    """Whether a URL names a site and nothing in it."""
    parts = urlsplit(url)
    return parts.path.strip("/").lower() in ("", "index.html", "index.htm", "index.php") and not parts.query
