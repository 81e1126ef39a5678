"""Faust's Kafka transport, with three things it cannot be told (tests/broker/test_stories.py pins them).

To read committed records only: Faust asks for that only in its own exactly-once mode, which we do not use (docs/adr/0005).

To begin at the beginning: what is fetched while a table is being restored is dropped, and then every partition is taken back to its
committed offset; but aiokafka takes none back whose offset is 0 or was never committed. A worker killed before its first commit lost all
that its successor fetched during the restore: seen in 2 of 2 runs on a busy machine.

To tell with each record where reading came from, so that a gap is seen (chain.py).
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP, Message


class _Thread(AIOKafkaConsumerThread):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._spans = Spans()

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # read when the consumer starts
        return consumer

    async def seek_to_committed(self) -> Mapping[TP, int]:
        committed = await super().seek_to_committed()
        changelogs = self.app.tables.changelog_topics  # placed by the restore itself
        uncommitted = [tp for tp, offset in committed.items() if tp.topic not in changelogs and (offset or 0) <= 0]
        if uncommitted:
            await self.call_thread(self._ensure_consumer().seek_to_beginning, *uncommitted)
        return committed

    async def committed(self, tp: TP) -> int | None:
        """The group's offset of a partition; None when there is none."""
        return cast(int | None, await self.call_thread(self._ensure_consumer().committed, tp))

    def read_to(self, tp: TP) -> int | None:
        """The offset behind the last record that was fetched of a partition; None when none was since it is ours.

        Read from another thread, not asked for in this one: a call waits seconds there on a busy machine, behind fetches.
        """
        position = _positions(self._ensure_consumer()).get(tp)
        return None if position is None else self._spans.read_to(tp, position)

    async def _fetch_records(self, consumer: Any, active_partitions: Any, *args: Any, **kwargs: Any) -> Any:
        before = _positions(consumer)
        fetched = await super()._fetch_records(consumer, active_partitions, *args, **kwargs)
        return self._spans.link(before, fetched, _positions(consumer))


def _positions(consumer: Any) -> dict[TP, int]:
    """The next offset of each partition that has one."""
    assignment = getattr(consumer._subscription.subscription, "assignment", None)
    if assignment is None:
        return {}
    states = {tp: assignment.state_value(tp) for tp in assignment.tps}
    return {tp: state.position for tp, state in states.items() if state.has_valid_position}


class Spans:
    """Where reading came from: of each partition the stretch that was read and held no record, up to the position.

    Such a stretch is of marks of transactions, aborted records and compacted ones.
    """

    def __init__(self) -> None:
        self._empty: dict[TP, tuple[int, int]] = {}

    def link(self, before: Mapping[TP, int], fetched: Mapping[TP, list[Any]], after: Mapping[TP, int]) -> dict[TP, list[Any]]:
        """Put into each record from where it was read, as its checksum: a field without a use since Kafka 0.11, which Faust hands on."""
        linked: dict[TP, list[Any]] = {}
        for tp in before.keys() | fetched.keys():
            records = fetched.get(tp, [])
            begun, reached = self._empty.pop(tp, (0, -1))
            at = before.get(tp, records[0].offset if records else 0)
            if reached == at:
                at = begun
            for record in records:
                linked.setdefault(tp, []).append(dataclasses.replace(record, checksum=min(at, record.offset)))
                at = record.offset + 1
            if tp in after and after[tp] >= at:
                self._empty[tp] = (at, after[tp])
        return linked

    def read_to(self, tp: TP, position: int) -> int | None:
        """The offset behind the last record that was fetched before `position`; None when nothing was read yet."""
        if tp not in self._empty:
            return None
        begun, reached = self._empty[tp]
        return begun if reached == position else position


def read_from(message: Message) -> int:
    """From which offset on no record stands before this one."""
    assert isinstance(message.checksum, int)
    return message.checksum


class NothingRead(dict[TP, int | None]):
    """Read offsets that are never known, so that nothing is below them."""

    def __getitem__(self, tp: TP) -> None:
        return None


class _Consumer(Consumer):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = NothingRead()

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def committed(self, tp: TP) -> int:
        """The group's offset of a partition; 0 when there is none, since a new group begins at the beginning."""
        return max(0, await cast(_Thread, self._thread).committed(tp) or 0)

    def read_to(self, tp: TP) -> int | None:
        """The offset behind the last record that was fetched of a partition; None when none was since it is ours."""
        return cast(_Thread, self._thread).read_to(tp)

    async def commit_offsets(self, offsets: Mapping[TP, int]) -> bool:
        """Commit the next offsets; False when the partitions are no longer ours."""
        mine = {tp: offset for tp, offset in offsets.items() if tp in self.assignment()}
        return bool(mine) and await self._commit(mine)


class ReadCommitted(Transport):
    """The transport whose consumers see committed records only."""

    Consumer = _Consumer
