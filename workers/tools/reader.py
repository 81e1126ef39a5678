"""Reading a topic as it stands: committed records only, from where one likes to where it ends, or on and on."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from workers.tools.clients import missing_topic, open_consumer
from workers.tools.errors import Config, Exit, ToolError, bootstrap_of
from workers.tools.when import to_ms

Record = Any  # kafka.consumer.fetcher.ConsumerRecord
Offsets = dict[int, int]  # by partition

CALL_TIMEOUT_MS = 15_000
SILENCE_S = 30.0  # a bounded read that gets nothing for so long has lost its broker
_POLL_MS = 500


class TopicReader:
    """One topic, read without a group. Made by `open_reader`."""

    def __init__(self, consumer: KafkaConsumer, topic: str, config: Config) -> None:
        self._consumer = consumer
        self._bootstrap = bootstrap_of(config)
        self.topic = topic
        self.partitions = sorted(consumer.partitions_for_topic(topic))
        if not self.partitions:
            raise missing_topic(topic, config)

    def begins(self) -> Offsets:
        """Return the first offset that is still there, by partition."""
        return self._by_partition(self._consumer.beginning_offsets(self._all(), timeout_ms=CALL_TIMEOUT_MS))

    def ends(self) -> Offsets:
        """Return the offset after the last committed record, by partition."""
        return self._by_partition(self._consumer.end_offsets(self._all(), timeout_ms=CALL_TIMEOUT_MS))

    def since(self, when: Any) -> Offsets:
        """Return the first offset whose record is not older than `when` (aware datetime); the end where there is none."""
        found = self._consumer.offsets_for_times(dict.fromkeys(self._all(), max(0, to_ms(when))), timeout_ms=CALL_TIMEOUT_MS)
        ends = self.ends()
        return {tp.partition: ends[tp.partition] if at is None or at.offset < 0 else at.offset for tp, at in found.items()}

    def read(self, starts: Mapping[int, int], ends: Mapping[int, int] | None = None) -> Iterator[Record]:
        """Yield records from `starts` (partitions not named are not read) to before `ends`; None: to no end, waiting for more.

        Order holds within a partition only. Raises ToolError when the broker falls silent before the end.
        """
        todo = {p: start for p, start in starts.items() if ends is None or start < ends[p]}
        self._consumer.assign([self._tp(p) for p in todo])
        self._consumer.resume(*self._consumer.paused())  # by an earlier read
        for p, start in todo.items():
            self._consumer.seek(self._tp(p), start)
        heard_s = time.monotonic()
        while todo:
            polled = self._consumer.poll(timeout_ms=_POLL_MS)
            for records in polled.values():
                for record in records:
                    if ends is None or record.offset < ends[record.partition]:
                        yield record
            if ends is None:
                continue
            # Not the last record but the position: an end may lie behind transaction markers or aborted records.
            moved = {p: self._consumer.position(self._tp(p), timeout_ms=CALL_TIMEOUT_MS) or 0 for p in todo}
            if moved != todo:
                heard_s = time.monotonic()
            elif time.monotonic() - heard_s > SILENCE_S:
                raise ToolError(f"Kafka at {self._bootstrap} fell silent while {self.topic} was being read", Exit.UNAVAILABLE)
            done = [p for p, position in moved.items() if position >= ends[p]]
            self._consumer.pause(*(self._tp(p) for p in done))
            todo = {p: position for p, position in moved.items() if p not in done}

    def last(self, count: int, wanted: Callable[[Record], bool], partitions: list[int], ends: Offsets) -> list[Record]:
        """Return the newest `count` records before `ends` that are wanted, oldest first, by timestamp."""
        begins = self.begins()
        span = 2 * count  # every record may be followed by a transaction's marker
        while count > 0:
            starts = {p: max(begins[p], ends[p] - span) for p in partitions}
            newest: dict[int, deque[Record]] = {p: deque(maxlen=count) for p in partitions}
            for record in self.read(starts, ends):
                if wanted(record):
                    newest[record.partition].append(record)
            if all(len(newest[p]) == count or starts[p] == begins[p] for p in partitions):
                found = sorted((r for records in newest.values() for r in records), key=lambda r: (r.timestamp, r.partition, r.offset))
                return found[-count:]
            span *= 8
        return []

    def _all(self) -> list[TopicPartition]:
        return [self._tp(p) for p in self.partitions]

    def _tp(self, partition: int) -> TopicPartition:
        return TopicPartition(self.topic, partition)

    @staticmethod
    def _by_partition(offsets: Mapping[TopicPartition, int]) -> Offsets:
        return {tp.partition: offset for tp, offset in offsets.items()}


@contextmanager
def open_reader(config: Config, topic: str) -> Iterator[TopicReader]:
    """A reader of the topic for the block; raises ToolError when the broker is away or the topic missing."""
    with open_consumer(config) as consumer:
        yield TopicReader(consumer, topic, config)
