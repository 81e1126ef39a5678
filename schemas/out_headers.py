"""Headers of what Rawi writes. Kafka's headers are an ordered list of (name, bytes) and a name may repeat; the last of a name counts."""

import hashlib
from datetime import UTC, datetime
from functools import cache

import msgspec

from schemas.codec import encode
from schemas.dead_letter import DeadLetterStub
from schemas.header_records import DeadLetterHeaders, RecordHeaders
from schemas.headers import Headers
from schemas.outcome import Source
from schemas.reasons import DeadLetterReason
from schemas.values import SCHEMA_VERSION, Record

MAX_ERROR_BYTES = 1024
MAX_LABEL_BYTES = 128  # stage and worker version are names, not texts
MAX_STUB_HEADER_BYTES = 8 * 1024  # of one original header in a stub: as much as of a URL used as key
MAX_STUB_HEADERS_BYTES = 256 * 1024  # of all original headers in a stub, so that it fits any topic's limit

MAX_STUB_NAMES = 100  # of cut headers named in a stub

DLQ_PREFIX = "dlq-"

HeaderList = list[tuple[str, bytes]]

_DLQ_NAMES = frozenset(field.encode_name for field in msgspec.structs.fields(DeadLetterHeaders))


def article_headers(source: Source, processed_at: datetime, traceparent: str | None) -> HeaderList:
    """Return the headers of a record on `articles`, a tombstone's too. `processed_at` is aware."""
    return _on_wire(
        RecordHeaders(
            schema_version=SCHEMA_VERSION,
            source_topic=source.topic,
            source_partition=str(source.partition),
            source_offset=str(source.offset),
            processed_at=processed_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            traceparent=traceparent,
        )
    )


def outcome_headers(source: Source, processed_at: datetime, traceparent: str | None) -> HeaderList:
    """Return the headers of a record on `pages.outcomes`: the same as its articles'."""
    return article_headers(source, processed_at, traceparent)


def dead_letter_headers(
    original: Headers,
    *,
    stage: str,
    reason: DeadLetterReason,
    error: str,
    attempts: int,
    source: Source,
    timestamp_ms: int,
    worker_version: str,
) -> HeaderList:
    """Return the original headers, untouched and first, then Rawi's `dlq-*`.

    An original that carries `dlq-*` (copied back by hand, not by `rawi dlq replay`, which takes them off) keeps them: the last of a
    name counts, and that is the new one.
    """
    added = DeadLetterHeaders(
        dlq_stage=_cut(stage, MAX_LABEL_BYTES),
        dlq_reason=reason,
        dlq_error=_cut(error, MAX_ERROR_BYTES),
        dlq_attempts=str(attempts),
        dlq_source_topic=source.topic,
        dlq_source_partition=str(source.partition),
        dlq_source_offset=str(source.offset),
        dlq_source_timestamp=str(timestamp_ms),
        dlq_worker_version=_cut(worker_version, MAX_LABEL_BYTES),
    )
    return [*original, *_on_wire(added)]


def dead_letter_stub(key: bytes | None, value: bytes | None, headers: Headers) -> tuple[bytes, HeaderList]:
    """Return value and headers of the stub that takes the place of a dead letter (its `headers`) that the broker refused for its size.

    Rawi's own headers are kept whole and `dlq-stub: true` is added; large original ones are cut, and the stub names them. The stub
    cannot be replayed: the page is to be fetched from its source topic, partition and offset. Its key: `stub_key(key)`.
    """
    last = {name: i for i, (name, _) in enumerate(headers) if name in _DLQ_NAMES}
    kept: HeaderList = []
    cut: dict[str, None] = {}
    room = MAX_STUB_HEADERS_BYTES
    for i, (name, original) in enumerate(headers):
        if last.get(name) == i:
            kept.append((name, original))
            continue
        length = len(original or b"")  # a header's value may be null
        short = original[:MAX_STUB_HEADER_BYTES] if length > MAX_STUB_HEADER_BYTES else original
        size = len(name.encode()) + min(length, MAX_STUB_HEADER_BYTES)
        if short is not original or size > room:
            cut[name[:MAX_LABEL_BYTES]] = None
        if size <= room:
            kept.append((name, short))
            room -= size
    stub = DeadLetterStub(
        size_bytes=None if value is None else len(value),
        sha256=None if value is None else hashlib.sha256(value).hexdigest(),
        key_size_bytes=None if key is None else len(key),
        cut_headers=list(cut)[:MAX_STUB_NAMES],
    )
    return encode(stub), [*kept, ("dlq-stub", b"true")]


def stub_key(key: bytes | None) -> bytes | None:
    """Return the key of a stub: the original's, cut at 8 KiB."""
    return key if key is None else key[:MAX_STUB_HEADER_BYTES]


def without_dead_letter_headers(headers: Headers) -> HeaderList:
    """Return the headers of the record as it first came: `rawi dlq replay` sends these."""
    return [(name, value) for name, value in headers if not name.lower().startswith(DLQ_PREFIX)]


def read_dead_letter_headers(headers: Headers) -> dict[str, str]:
    """Return the `dlq-*` headers as text by name, the last of a name; never raises."""
    return {name.lower(): (value or b"").decode("utf-8", "replace") for name, value in headers if name.lower().startswith(DLQ_PREFIX)}


def _on_wire(record: Record) -> HeaderList:
    values = ((name, getattr(record, attribute)) for name, attribute in _names_of(type(record)))
    return [(name, str(value).encode("utf-8", "replace")) for name, value in values if value is not None]


@cache
def _names_of(kind: type[Record]) -> list[tuple[str, str]]:
    """The fields' names on the wire, and their own: to ask msgspec for them takes longer than all the rest of a record's headers."""
    return [(field.encode_name, field.name) for field in msgspec.structs.fields(kind)]


def _cut(text: str, max_bytes: int) -> str:
    """Return the text on one line, at most that many bytes of UTF-8, never half a character."""
    line = " ".join(text.split())
    return line.encode("utf-8", "replace")[:max_bytes].decode("utf-8", "ignore")
