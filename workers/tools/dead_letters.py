"""Dead letters: what they say, and which ones are meant."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from schemas.out_headers import read_dead_letter_headers
from workers.tools.errors import Config, Exit, ToolError
from workers.tools.reader import Offsets, Record, TopicReader, open_reader
from workers.tools.records import is_on_site, page_url
from workers.tools.when import to_ms

# How often dead letters of this page were replayed. The worker leaves a page's own headers alone, so the count comes back with
# the next dead letter, and a page that fails every time is given up.
REPLAYS_HEADER = "rawi-replays"

Position = tuple[int, int]  # partition, offset


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead letter, without its value."""

    partition: int
    offset: int
    timestamp_ms: int  # when it was dead-lettered
    reason: str
    stage: str
    error: str
    attempts: str
    url: str | None
    source_topic: str
    source_partition: int
    source_offset: int
    source_timestamp_ms: int  # of the original record; -1: it had none
    worker_version: str
    size_bytes: int | None  # of the value; None: it had none
    is_stub: bool  # the original value was too large to keep
    replays: int  # how often dead letters of this page were replayed before this one

    @property
    def position(self) -> str:
        """As people type it: PARTITION:OFFSET."""
        return f"{self.partition}:{self.offset}"


def read_letter(record: Record) -> DeadLetter:
    """Return what a record on the dead-letter topic says; what it does not say is empty, or -1. Never raises."""
    said = read_dead_letter_headers(record.headers)
    return DeadLetter(
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        reason=said.get("dlq-reason", ""),
        stage=said.get("dlq-stage", ""),
        error=said.get("dlq-error", ""),
        attempts=said.get("dlq-attempts", ""),
        url=page_url(record),
        source_topic=said.get("dlq-source-topic", ""),
        source_partition=_number(said.get("dlq-source-partition")),
        source_offset=_number(said.get("dlq-source-offset")),
        source_timestamp_ms=_number(said.get("dlq-source-timestamp")),
        worker_version=said.get("dlq-worker-version", ""),
        size_bytes=None if record.value is None else len(record.value),
        is_stub=said.get("dlq-stub") == "true",
        replays=replays_of(record),
    )


def replays_of(record: Record) -> int:
    """Return the count in the record's `rawi-replays` header, 0 where there is none."""
    values = [value for name, value in record.headers if name.lower() == REPLAYS_HEADER]
    return max(0, _number(values[-1].decode("ascii", "replace"))) if values and values[-1] else 0


def _number(text: str | None) -> int:
    # isdecimal alone takes other scripts' digits, too, which is harmless; the length keeps int() quick
    return int(text) if text is not None and text.isdecimal() and len(text) < 20 else -1


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dead letters are meant; what is empty or None lets all pass."""

    reasons: frozenset[str] = field(default_factory=frozenset)
    since: datetime | None = None
    until: datetime | None = None
    site: str | None = None
    positions: frozenset[Position] = field(default_factory=frozenset)

    def wants(self, letter: DeadLetter) -> bool:
        """Whether this one is meant."""
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (not self.positions or (letter.partition, letter.offset) in self.positions)
            and (self.since is None or letter.timestamp_ms >= to_ms(self.since))
            and (self.until is None or letter.timestamp_ms < to_ms(self.until))
            and (self.site is None or is_on_site(letter.url, self.site))
        )

    def bounds(self, reader: TopicReader) -> tuple[Offsets, Offsets]:
        """Return from where to where to read, by partition; raises ToolError for a position that is not there."""
        starts = reader.since(self.since) if self.since else reader.begins()
        ends = reader.ends()
        if self.positions:
            for partition, offset in self.positions:
                if partition not in ends or not reader.begins()[partition] <= offset < ends[partition]:
                    raise ToolError(f"no dead letter at {partition}:{offset} in {reader.topic}", Exit.NO_INPUT)
            named = {p for p, _ in self.positions}
            starts = {p: max(starts[p], min(o for q, o in self.positions if q == p)) for p in named}
            ends = ends | {p: 1 + max(o for q, o in self.positions if q == p) for p in named}
        return starts, ends


def parse_position(text: str) -> Position:
    """Return the partition and offset of PARTITION:OFFSET; raises ToolError."""
    partition, colon, offset = text.partition(":")
    if not (colon and partition.isdecimal() and offset.isdecimal()):
        raise ToolError(f"{text!r} is not PARTITION:OFFSET, such as 0:42 (`rawi dlq ls` shows them)", Exit.USAGE)
    return int(partition), int(offset)


def list_letters(
    config: Config, topic: str, choice: Choice, *, limit: int | None = None, on_read: Callable[[int], None] | None = None
) -> Iterator[DeadLetter]:
    """Yield the dead letters that are meant, in the order of each partition. `on_read` is told how many records were read so far."""
    if limit == 0:
        return
    with open_reader(config, topic) as reader:
        found = 0
        for count, record in enumerate(reader.read(*choice.bounds(reader)), 1):
            if on_read:
                on_read(count)
            letter = read_letter(record)
            if choice.wants(letter):
                yield letter
                found += 1
            if found == limit:
                return


def get_letter(config: Config, topic: str, position: Position) -> Record:
    """Return the record at a position; raises ToolError where there is none."""
    partition, offset = position
    with open_reader(config, topic) as reader:
        starts, ends = Choice(positions=frozenset([position])).bounds(reader)
        for record in reader.read(starts, ends):
            if record.offset == offset:
                return record
    raise ToolError(f"no dead letter at {partition}:{offset} in {topic}", Exit.NO_INPUT)
