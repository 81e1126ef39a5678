"""A topic's records from a place of one's choice: the newest, from a time or an offset on, or as they come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from workers.tools.errors import Config, Exit, ToolError
from workers.tools.reader import Offsets, Record, TopicReader, open_reader
from workers.tools.records import record_url
from workers.tools.when import parse_when

NEWEST = 10  # records shown when it is not said from where


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are shown; None: all. `url` is part of the URL that the record is about."""

    key: str | None = None
    url: str | None = None

    def wants(self, record: Record) -> bool:
        """Whether this record is shown."""
        if self.key is not None and (record.key is None or record.key.decode("utf-8", "replace") != self.key):
            return False
        return self.url is None or self.url in (record_url(record) or "")


def tail(
    config: Config,
    topic: str,
    *,
    start: str | None = None,
    partition: int | None = None,
    follow: bool = False,
    limit: int | None = None,
    wanted: Callable[[Record], bool] = lambda record: True,
) -> Iterator[Record]:
    """Yield committed records.

    Args:
        config: of the Kafka client.
        topic: which must exist.
        start: `earliest`, `latest`, an offset (of each partition), a time or an age; None: the newest ones.
        partition: the only one read; default: all.
        follow: go on with new records as they come, without end.
        limit: at most so many; the newest ones by default: 10.
        wanted: which records count.

    Raises:
        ToolError: broker away, topic or partition missing, `start` not understood.
    """
    with open_reader(config, topic) as reader:
        if partition is not None and partition not in reader.partitions:
            raise ToolError(f"{topic} has no partition {partition}, only {reader.partitions[0]} to {reader.partitions[-1]}", Exit.NO_INPUT)
        chosen = reader.partitions if partition is None else [partition]
        if start is None:
            yield from _newest(reader, chosen, follow, NEWEST if limit is None else limit, wanted)
            return
        starts = _starts(reader, start)
        records = reader.read({p: starts[p] for p in chosen}, None if follow else reader.ends())
        yield from islice((r for r in records if wanted(r)), limit)


def _newest(reader: TopicReader, chosen: list[int], follow: bool, count: int, wanted: Callable[[Record], bool]) -> Iterator[Record]:
    ends = reader.ends()
    yield from reader.last(count, wanted, chosen, ends)
    if follow:
        yield from (r for r in reader.read({p: ends[p] for p in chosen}) if wanted(r))


def _starts(reader: TopicReader, start: str) -> Offsets:
    if start == "earliest":
        return reader.begins()
    if start == "latest":
        return reader.ends()
    if start.isdecimal():
        begins, ends = reader.begins(), reader.ends()
        return {p: min(max(int(start), begins[p]), ends[p]) for p in reader.partitions}
    return reader.since(parse_when(start, datetime.now(UTC)))
