"""What became of a URL: its records on the outcomes topic."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kafka.partitioner.default import murmur2

from schemas.codec import InvalidRecord, decode_outcome
from schemas.identity import normalise_url
from schemas.outcome import Outcome
from workers.tools.errors import Config, ToolError
from workers.tools.reader import Record, TopicReader, open_reader

MAX_KEY_BYTES = 8 * 1024  # keys are cut there


@dataclass(frozen=True, slots=True)
class Seen:
    """One time the page came by."""

    timestamp_ms: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a URL, oldest first, and which of the topic's partitions were read for it."""

    url: str
    seen: list[Seen]
    read: list[int]
    partitions: int

    @property
    def is_complete(self) -> bool:
        """Whether every partition was read."""
        return len(self.read) == self.partitions


def history(
    config: Config,
    topic: str,
    url: str,
    *,
    since: datetime | None = None,
    all_partitions: bool = False,
    on_read: Callable[[int], None] | None = None,
) -> History:
    """Return what became of a URL.

    Outcomes are keyed by URL as fetched, so the URL's partition is read first; when it has nothing (partitions were added, another
    spelling of the URL), all are. Raises ToolError: no outcomes are written, the broker is away, the topic is missing.
    """
    if not topic:
        raise ToolError("no outcomes are written: RAWI_OUTCOMES_TOPIC is empty")
    with open_reader(config, topic) as reader:
        chosen = reader.partitions if all_partitions else [key_partition(url, reader.partitions)]
        seen = _scan(reader, chosen, url, since, on_read)
        if not seen and len(chosen) < len(reader.partitions):
            chosen = reader.partitions
            seen = _scan(reader, chosen, url, since, on_read)
        return History(url, seen, chosen, len(reader.partitions))


def key_partition(url: str, partitions: list[int]) -> int:
    """Return the partition that the default partitioner of every Kafka client gives the URL's outcomes."""
    index: int = murmur2(_key_of(url)) & 0x7FFFFFFF
    return partitions[index % len(partitions)]


def _scan(
    reader: TopicReader, partitions: list[int], url: str, since: datetime | None, on_read: Callable[[int], None] | None
) -> list[Seen]:
    starts = reader.since(since) if since else reader.begins()
    is_wanted = _key_matcher(url)
    found = []
    for count, record in enumerate(reader.read({p: starts[p] for p in partitions}, reader.ends()), 1):
        if on_read:
            on_read(count)
        outcome = _outcome_of(record) if is_wanted(record.key) else None
        if outcome:
            found.append(Seen(record.timestamp, outcome))
    return sorted(found, key=lambda s: (s.timestamp_ms, s.outcome.source.partition, s.outcome.source.offset))


def _key_matcher(url: str) -> Callable[[bytes | None], bool]:
    """Whether a key is the URL, as it is or in another spelling of the same."""
    wanted, wanted_page = _key_of(url), _normalised(url)

    def matches(key: bytes | None) -> bool:
        if key is None:
            return False
        return key == wanted or (wanted_page is not None and _normalised(key.decode("utf-8", "replace")) == wanted_page)

    return matches


def _key_of(url: str) -> bytes:
    return url.encode("utf-8", "surrogateescape")[:MAX_KEY_BYTES]


def _normalised(url: str) -> str | None:
    try:
        return normalise_url(url)
    except ValueError:
        return None


def _outcome_of(record: Record) -> Outcome | None:
    if record.value is None:
        return None
    try:
        return decode_outcome(record.value)
    except InvalidRecord:
        return None
