"""Pages of the input topic once more, after new rules: the latest record of each URL, as it came, marked so that it is not `unchanged`."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from kafka.errors import InvalidRecordError, MessageSizeTooLargeError, RecordListTooLargeError

from schemas.identity import normalise_url
from workers.tools.clients import open_producer
from workers.tools.errors import Config, ToolError
from workers.tools.pace import Pace
from workers.tools.reader import Offsets, Record, TopicReader, open_reader
from workers.tools.records import is_on_site, page_url
from workers.tools.replay import FETCHED_AT_HEADER, REPROCESS_HEADER, says_when_fetched
from workers.tools.when import format_ms

_REFUSED = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)
_BATCH_BYTES = 16 * 1024 * 1024  # sent and not yet acknowledged
_ACK_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Which:
    """Which pages are meant; None: any. `url`: in any spelling that normalises to the same."""

    since: datetime | None = None
    site: str | None = None
    url: str | None = None

    def wants(self, url: str) -> bool:
        """Whether a page of this normalised URL is meant."""
        return (self.url is None or url == self.url) and (self.site is None or is_on_site(url, self.site))


@dataclass(slots=True)
class Found:
    """What there is to send: offsets by partition, and how many records were looked at."""

    chosen: dict[int, set[int]] = field(default_factory=dict)
    count: int = 0
    read: int = 0
    starts: Offsets = field(default_factory=dict)
    ends: Offsets = field(default_factory=dict)


@dataclass(slots=True)
class Reprocessed:
    """What was sent. `run` is in the records' `rawi-reprocess` header."""

    run: str
    sent: int = 0


def find(config: Config, topic: str, which: Which, *, on_read: Callable[[int], None] | None = None) -> Found:
    """Find the latest page of each URL that is meant; writes nothing. Raises ToolError.

    Earlier pages of a URL are left out: processed again, they would be taken for its newest text. So are records that a replay or
    an earlier run sent, whose original is there too.
    """
    latest: dict[bytes, tuple[int, int, int]] = {}
    found = Found()
    with open_reader(config, topic) as reader:
        found.starts = reader.since(which.since) if which.since else reader.begins()
        found.ends = reader.ends()
        for record in reader.read(found.starts, found.ends):
            found.read += 1
            if on_read:
                on_read(found.read)
            url = _url_of(record)
            if url is None or not which.wants(url):
                continue
            key = blake2b(url.encode(), digest_size=12).digest()
            place = (record.timestamp, record.partition, record.offset)
            latest[key] = max(place, latest.get(key, place))
    for _, partition, offset in latest.values():
        found.chosen.setdefault(partition, set()).add(offset)
    found.count = len(latest)
    return found


def reprocess(
    config: Config, topic: str, found: Found, *, rate: float | None = None, on_sent: Callable[[Reprocessed], None] | None = None
) -> Reprocessed:
    """Send what was found, each record to its own partition; return when the broker has acknowledged all. Raises ToolError.

    A run that is interrupted can be run again: a page processed twice gives the same article.
    """
    report = Reprocessed(f"reprocess-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}")
    if not found.count:
        return report
    pace = Pace(rate)
    with open_reader(config, topic) as reader, open_producer(config) as producer:
        unsent, unsent_bytes = [], 0
        for record in _chosen(reader, found):
            pace.wait()
            headers = _headers(record, report.run)
            unsent.append((record, producer.send(topic, record.value, key=record.key, headers=headers, partition=record.partition)))
            unsent_bytes += len(record.value or b"")
            report.sent += 1
            if unsent_bytes >= _BATCH_BYTES:
                _acknowledge(unsent)
                unsent, unsent_bytes = [], 0
            if on_sent:
                on_sent(report)
        _acknowledge(unsent)
    return report


def _chosen(reader: TopicReader, found: Found) -> Iterator[Record]:
    starts = {p: min(offsets) for p, offsets in found.chosen.items()}
    ends = {p: max(offsets) + 1 for p, offsets in found.chosen.items()}
    return (record for record in reader.read(starts, ends) if record.offset in found.chosen[record.partition])


def _url_of(record: Record) -> str | None:
    if record.value is None or any(name.lower() == REPROCESS_HEADER for name, _ in record.headers):
        return None
    try:
        return normalise_url(page_url(record) or "")
    except ValueError:
        return None


def _headers(record: Record, run: str) -> list[tuple[str, bytes]]:
    headers = [(name, value or b"") for name, value in record.headers]
    if not says_when_fetched(record):
        headers.append((FETCHED_AT_HEADER, format_ms(record.timestamp).encode()))
    return [*headers, (REPROCESS_HEADER, run.encode())]


def _acknowledge(sent: list[tuple[Record, Any]]) -> None:
    for record, future in sent:
        try:
            future.get(timeout=_ACK_TIMEOUT_S)
        except _REFUSED as e:
            size = f"{len(record.value or b''):,} bytes"
            raise ToolError(f"page {record.partition}:{record.offset} ({size}) was refused as {type(e).__name__}") from e
