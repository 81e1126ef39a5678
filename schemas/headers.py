"""Headers of Rawi's records: what a producer may say about a page, and what Rawi says about what it wrote."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

Headers = Sequence[tuple[str, bytes]]


class PageHeaders(msgspec.Struct, frozen=True, kw_only=True):
    """What the record's headers say. A header that cannot be read counts as absent, and is named in `unreadable`."""

    url: str | None = None
    fetched_at: datetime | None = None  # aware, UTC
    http_status: int | None = None
    content_type: str | None = None  # media type only, lower case
    msgtype: str | None = None  # parameter of application/http
    charset: str | None = None
    content_encoding: tuple[str, ...] = ()  # in the order applied, lower case
    traceparent: str | None = None
    reprocess: str | None = None  # rawi-reprocess: <run>
    unreadable: tuple[str, ...] = ()


def read_page_headers(headers: Headers) -> PageHeaders:
    """Read the headers of an input record. Names are matched without case; the last of a name wins; never raises."""
    raise NotImplementedError
