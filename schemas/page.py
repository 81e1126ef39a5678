"""The `application/json` input form: a page in an envelope."""

from typing import Annotated, Any

from msgspec import Meta

from schemas.values import Record


class Envelope(Record, frozen=True, rename=None):
    """A page with what its crawler knows of it; field names in snake_case, as crawlers write them."""

    url: str
    """The URL as fetched, absolute http or https."""
    html: str | None = None
    """The page as text. Absent or null: `html_base64` has it."""
    html_base64: Annotated[str, Meta(extra_json_schema={"contentEncoding": "base64"})] | None = None
    """The page's bytes in base64 (RFC 4648, section 4). Absent or null: `html` has it."""
    fetched_at: Annotated[str, Meta(extra_json_schema={"format": "date-time"})] | None = None
    """When the page was fetched, RFC 3339. Absent, null or not readable: the record's timestamp counts."""
    status: int | None = None
    """HTTP status of the response. Absent or null: unknown, taken as 200."""
    headers: dict[str, str] | None = None
    """HTTP headers of the response; names are matched without case. Absent or null: unknown."""


ENVELOPE_RULES: list[dict[str, Any]] = [{"anyOf": [{"required": ["html"]}, {"required": ["html_base64"]}]}]
