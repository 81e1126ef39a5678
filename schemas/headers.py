"""Headers of Rawi's records: what a producer may say about a page, and what Rawi says about what it wrote."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urljoin

import msgspec

from schemas.mediatypes import parse_media_type

T = TypeVar("T")
Headers = Sequence[tuple[str, bytes]]

MAX_TEXT_BYTES = 8 * 1024  # of any header but the URL's; a longer one counts as not readable
_HTTP_URL = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_STATUS = re.compile(r"[1-9][0-9]{2}", re.ASCII)
_TOKENS = re.compile(r"[^\s,;\"]+")
_INSTANT = re.compile(  # RFC 3339, 5.6
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?", re.ASCII)


class PageHeaders(msgspec.Struct, frozen=True, kw_only=True):
    """What the record's headers say. A header that cannot be read counts as absent, and is named in `unreadable`."""

    url: str | None = None  # begins with http:// or https://, not checked further
    fetched_at: datetime | None = None  # aware, UTC
    http_status: int | None = None
    content_type: str | None = None  # media type only, lower case
    msgtype: str | None = None  # parameter of application/http
    charset: str | None = None
    content_encoding: tuple[str, ...] = ()  # in the order applied, lower case
    traceparent: str | None = None
    reprocess: str | None = None  # rawi-reprocess: <run>
    unreadable: tuple[str, ...] = ()
    size_bytes: int = 0  # of all names and values


def read_page_headers(headers: Headers) -> PageHeaders:
    """Read the headers of an input record. Names are matched without case; the last of a name wins; never raises.

    An empty header is an absent one. CloudEvents (Kafka binding, binary mode) may say `url` and `fetched-at` in other names.
    """
    last: dict[str, bytes] = {}
    size_bytes = 0
    for name, value in headers:
        size_bytes += len(name) + len(value or b"")
        if len(name) <= _LONGEST_NAME and (known := name.lower()) in _KNOWN:
            last[known] = value or b""
    reader = _Reader(last)
    url = reader.read("url", http_url)
    media_type = reader.read("content-type", parse_media_type)
    parameters = media_type.parameters if media_type else {}
    msgtype = parameters.get("msgtype")
    return PageHeaders(
        url=url or _cloud_event_url(reader),
        fetched_at=reader.read("fetched-at", parse_instant) or reader.read("ce_time", parse_instant),
        http_status=reader.read("http-status", lambda text: int(text) if _STATUS.fullmatch(text) else None),
        content_type=media_type.essence if media_type else None,
        msgtype=msgtype.lower() if msgtype else None,
        charset=parameters.get("charset"),
        content_encoding=reader.read("content-encoding", parse_codings) or (),
        traceparent=reader.read("traceparent", _traceparent),
        reprocess=reader.read("rawi-reprocess", str),
        unreadable=tuple(reader.unreadable),
        size_bytes=size_bytes,
    )


def with_content_type(headers: PageHeaders, content_type: str) -> PageHeaders:
    """Return the headers with another `content-type` (`rawi extract --content-type`); raises ValueError when it is no media type."""
    media_type = parse_media_type(content_type)
    if media_type is None:
        raise ValueError(f"not a media type: {content_type!r}")
    msgtype = media_type.parameters.get("msgtype")
    return msgspec.structs.replace(
        headers,
        content_type=media_type.essence,
        msgtype=msgtype.lower() if msgtype else None,
        charset=media_type.parameters.get("charset"),
    )


def http_url(text: str) -> str | None:
    """Return the text when it looks like an absolute http or https URL, else None; cheap whatever its length."""
    return text if _HTTP_URL.match(text) else None


def parse_instant(text: str) -> datetime | None:
    """Read an RFC 3339 date and time as an aware UTC one, to the microsecond; None when it is none. A leap second is the one before."""
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        return None
    day, minute, second, fraction, offset = found.groups()
    second = "59" if second == "60" else second
    offset = "+00:00" if offset in "Zz" else offset
    try:
        return datetime.fromisoformat(f"{day}T{minute}:{second}.{(fraction or '')[:6]:0<6}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_codings(text: str) -> tuple[str, ...] | None:
    """Read a list of content codings, in the order applied, lower case; None when it is empty."""
    return tuple(_TOKENS.findall(text.lower())) or None


class _Reader:
    """Reads headers as text, each as its own kind of value, and keeps the names of those that it could not read."""

    def __init__(self, values: dict[str, bytes]) -> None:
        self._values = values
        self.unreadable: list[str] = []

    def text(self, name: str) -> str:
        value = self._values.get(name, b"")
        if len(value) > MAX_TEXT_BYTES and name not in _URL_NAMES:
            return "\0"
        try:
            return value.decode().strip()
        except UnicodeDecodeError:
            return "\0"

    def read(self, name: str, parse: Callable[[str], T | None]) -> T | None:
        text = self.text(name)
        if not text:
            return None
        parsed = None if "\0" in text else parse(text)
        if parsed is None:
            self.unreadable.append(name)
        return parsed


def _cloud_event_url(reader: _Reader) -> str | None:
    """The subject when it is a URL, else the source with the subject as its part (CloudEvents 1.0, `subject`), else the source."""
    subject, source = reader.text("ce_subject"), reader.text("ce_source")
    if "\0" not in subject and http_url(subject):
        return subject
    if "\0" in source or not http_url(source):
        return None
    if not subject or re.search(r"[\s\0]", subject) or _SCHEME.match(subject):
        return source
    try:
        return urljoin(source if subject[0] in "/?#" else source.rstrip("/") + "/", subject)
    except ValueError:
        return None


def _traceparent(text: str) -> str | None:
    """The text when it is valid by W3C Trace Context: version 00 has four fields, later ones may have more; ff and zero ids are none."""
    found = _TRACEPARENT.fullmatch(text)
    if found is None:
        return None
    version, trace, parent, more = found.groups()
    invalid = version == "ff" or (version == "00" and more) or not trace.strip("0") or not parent.strip("0")
    return None if invalid else text


_URL_NAMES = frozenset({"url", "ce_subject", "ce_source"})
_KNOWN = _URL_NAMES | {
    *("fetched-at", "http-status", "content-type", "content-encoding", "traceparent", "rawi-reprocess", "ce_time"),
}
_LONGEST_NAME = max(map(len, _KNOWN))
