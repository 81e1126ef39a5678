"""The headers of every record, as structs of text: their names, and the source of their schemas. On the wire a value is UTF-8."""

from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.reasons import DeadLetterReason
from schemas.values import INSTANT_PATTERN, TRACEPARENT_PATTERN, Record, Text, one_of

Digits = Annotated[str, Meta(pattern=r"^[0-9]+$")]
Traceparent = Annotated[str, Meta(pattern=TRACEPARENT_PATTERN)]


class InputHeaders(Record, frozen=True, rename="kebab", kw_only=True):
    """What a producer may say about a page. Names are matched without case, the last of a name wins, what cannot be read is absent."""

    url: str | None = None
    """The URL as fetched, absolute http or https. Absent: the value (envelope, WARC) or `ce_subject`, `ce_source` says it."""
    fetched_at: str | None = None
    """When the page was fetched, RFC 3339; an envelope's or WARC record's own date wins. Absent: the record's timestamp counts."""
    http_status: str | None = None
    """HTTP status of the response, three digits. Absent: taken as 200."""
    content_type: str | None = None
    """Form of the value and its `charset`, such as `text/html; charset=windows-1256`. Absent: HTML."""
    content_encoding: str | None = None
    """`gzip`, `deflate`, `br` or `zstd`, or several in the order applied. Absent: none."""
    traceparent: str | None = None
    """W3C Trace Context; handed on to every record written for the page. Absent: no trace."""
    rawi_reprocess: str | None = None
    """The run that sends this record again (`rawi dlq replay`, `rawi reprocess`) and is not skipped as seen before. Absent: none."""
    ce_subject: str | None = msgspec.field(name="ce_subject", default=None)
    """The URL, of a CloudEvents record in binary mode; used where there is no `url`. Absent: none."""
    ce_source: str | None = msgspec.field(name="ce_source", default=None)
    """The URL, of a CloudEvents record in binary mode, joined with a relative `ce_subject`; used where neither of those is one.
    Absent: none."""
    ce_time: str | None = msgspec.field(name="ce_time", default=None)
    """When the page was fetched, of a CloudEvents record in binary mode; used where there is no `fetched-at`. Absent: none."""


class RecordHeaders(Record, frozen=True, rename="kebab", kw_only=True):
    """The headers of every record on `articles` and `pages.outcomes`: what depends on the clock or the broker."""

    schema_version: Annotated[str, Meta(pattern=r"^[0-9]+$")]
    """Version of the value's schema."""
    source_topic: Text
    """Topic of the page's record."""
    source_partition: Digits
    """Partition of the page's record."""
    source_offset: Digits
    """Offset of the page's record."""
    processed_at: Annotated[str, Meta(pattern=INSTANT_PATTERN)]
    """When the page was processed, RFC 3339 in UTC with milliseconds."""
    traceparent: Traceparent | None = None
    """The page's trace, as the producer sent it (W3C Trace Context). Absent: it sent none."""


class DeadLetterHeaders(Record, frozen=True, rename="kebab", kw_only=True):
    """The headers Rawi adds after the original ones. Where the original carries such a name too, the last counts."""

    dlq_stage: Text
    """The stage that gave the record up, such as `decode` or `pool`."""
    dlq_reason: Annotated[str, one_of(DeadLetterReason)]
    """Why, from a closed list that may grow."""
    dlq_error: str
    """One line for a person, at most 1,024 bytes; no text of the page."""
    dlq_attempts: Digits
    """How often the record was tried, from 1."""
    dlq_source_topic: Text
    """Topic of the original record."""
    dlq_source_partition: Digits
    """Partition of the original record."""
    dlq_source_offset: Digits
    """Offset of the original record."""
    dlq_source_timestamp: Annotated[str, Meta(pattern=r"^-?[0-9]+$")]
    """Timestamp of the original record, milliseconds since 1970 UTC; -1: it had none."""
    dlq_worker_version: Text
    """Version of the worker that gave up."""
    dlq_stub: Annotated[str, Meta(pattern=r"^true$")] | None = None
    """`true`: the value is a stub (dead-letter-stub.v1), not the original's. Absent: the value is the original's, byte for byte."""
