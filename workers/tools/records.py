"""What a record on one of Rawi's topics says about a page: shared by everything that lists, filters and shows records."""

import json
from typing import Any
from urllib.parse import urlsplit

from schemas.headers import read_page_headers
from workers.tools.reader import Record


def page_url(record: Record) -> str | None:
    """Return the URL of a raw page or dead letter: from the headers, or from the envelope that is the value."""
    headers = read_page_headers(record.headers)
    if headers.url or headers.content_type != "application/json":
        return headers.url
    return text_field(record.value, "url")


def record_url(record: Record) -> str | None:
    """Return the URL that a record of any of Rawi's topics is about; None where it says none (a tombstone)."""
    return page_url(record) or text_field(record.value, "url")


def text_field(value: bytes | None, name: str) -> str | None:
    """Return a text field of a JSON object, None for anything else."""
    data = json_value(value)
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def json_value(value: bytes | None) -> Any:
    """Return the JSON that a value holds, None where it holds none."""
    if value is None or value[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def is_on_site(url: str | None, site: str) -> bool:
    """Whether the URL's host is the site or a subdomain of it."""
    try:
        host = (urlsplit(url or "").hostname or "").lower()
    except ValueError:
        return False
    site = site.lower().removeprefix("www.")
    return host == site or host.endswith("." + site)
