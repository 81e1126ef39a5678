"""Batches: nothing out of turn, nothing missing, nothing while partitions move."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Set
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from workers.stories import batches
from workers.stories.batches import Batches, Event

A = TP("articles", 0)


@dataclass
class Partitions:
    """A consumer with one partition."""

    group: int = 0
    first: int = 0
    end: int = 100
    fetched: int = 0
    mine: set[TP] = field(default_factory=lambda: {A})
    sought: list[int] = field(default_factory=list)

    def assignment(self) -> Set[TP]:
        return self.mine

    async def committed(self, tp: TP) -> int:
        return self.group

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        return dict.fromkeys(partitions, self.first)

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        return dict.fromkeys(partitions, self.end)

    def read_to(self, tp: TP) -> int | None:
        return self.fetched

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        self.sought += partitions.values()

    async def commit_offsets(self, offsets: Mapping[TP, int]) -> bool:
        self.group = offsets[A]
        return True


def event(offset: int, read_from: int | None = None) -> Event:
    message = SimpleNamespace(tp=A, offset=offset, checksum=offset if read_from is None else read_from)
    return SimpleNamespace(message=message)  # type: ignore[return-value]


class Run:
    """Batches on a made consumer; `offsets` is what was handled."""

    def __init__(self, partitions: Partitions) -> None:
        self.offsets: list[int] = []
        self.failures: list[BaseException] = []
        self.batches = Batches(A.topic, self._handle, lambda: partitions, self._fail)
        self.partitions = partitions
        self.batches.resume()

    async def _handle(self, batch: Any) -> None:
        self.offsets += [e.message.offset for e in batch]

    async def _fail(self, reason: BaseException) -> None:
        self.failures.append(reason)

    async def feed(self, *events: Event, until: Callable[[], bool]) -> None:
        """Deliver, and wait for what comes of it."""

        class Stream:
            def noack(self) -> "Stream":
                return self

            async def events(self) -> AsyncIterator[Event]:
                for made in events:
                    yield made
                while not until():
                    await asyncio.sleep(0.001)

        await asyncio.wait_for(self.batches.run(Stream()), 10)  # type: ignore[arg-type]
        assert not self.failures


def test_what_follows_is_handled_and_committed() -> None:
    run = Run(Partitions())
    asyncio.run(run.feed(event(0), event(1), event(1), event(5, read_from=2), until=lambda: run.partitions.group == 6))
    assert run.offsets == [0, 1, 5]


def test_a_gap_is_read_again_and_sought_once() -> None:
    run = Run(Partitions())
    late = (event(0), event(3), event(4), event(1), event(2), event(3), event(4))
    asyncio.run(run.feed(*late, until=lambda: run.partitions.group == 5))
    assert run.offsets == [0, 1, 2, 3, 4]
    assert run.partitions.sought == [1]


def test_what_the_broker_no_longer_has_is_no_gap() -> None:
    run = Run(Partitions(group=2, first=7))
    asyncio.run(run.feed(event(7), event(7), until=lambda: run.partitions.group == 8))
    assert run.offsets == [7]


def test_a_topic_made_anew_is_read_from_its_beginning() -> None:
    run = Run(Partitions(group=50, end=3))
    asyncio.run(run.feed(event(0), until=lambda: run.partitions.group == 1))
    assert run.offsets == [0]


def test_nothing_is_taken_of_other_partitions_or_while_they_move() -> None:
    run = Run(Partitions(mine=set()))
    asyncio.run(run.feed(event(0), until=lambda: True))
    run.partitions.mine = {A}
    asyncio.run(run.batches.hold())
    asyncio.run(run.feed(event(0), until=lambda: True))
    assert not run.batches.busy()
    run.batches.resume()
    asyncio.run(run.feed(event(1), event(0), event(1), until=lambda: run.partitions.group == 2))
    assert run.offsets == [0, 1]


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LOOK_BACK_S", 0.0)


@pytest.mark.usefixtures("often")
def test_records_that_were_fetched_last_and_never_came_are_read_again() -> None:
    run = Run(Partitions(fetched=5))
    asyncio.run(run.feed(event(0), event(1), event(2), until=lambda: bool(run.partitions.sought)))
    assert run.partitions.sought == [3]


@pytest.mark.usefixtures("often")
def test_records_are_read_again_when_none_of_those_fetched_came() -> None:
    run = Run(Partitions(group=2, fetched=4, mine={A, TP("of others", 0)}))
    asyncio.run(run.feed(until=lambda: bool(run.partitions.sought)))
    assert run.partitions.sought == [2]


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("away", ["raises", "hangs"])
def test_batches_go_on_when_the_broker_does_not_answer_a_look_back(away: str) -> None:
    made, looks = Partitions(), list[TP]()

    async def committed(tp: TP) -> int:
        looks.append(tp)
        if away == "hangs" and len(looks) == 1:
            await asyncio.Event().wait()
        if len(looks) == 1:
            raise ConnectionError(tp)
        return 0

    made.committed = committed  # type: ignore[method-assign]
    run = Run(made)

    class AfterALook:
        def noack(self) -> "AfterALook":
            return self

        async def events(self) -> AsyncIterator[Event]:
            while not looks:
                await asyncio.sleep(0.001)
            yield event(0)
            while made.group != 1:
                await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(run.batches.run(AfterALook()), 10))  # type: ignore[arg-type]
    assert run.offsets == [0]


@pytest.mark.usefixtures("often")
def test_what_came_late_is_not_read_again_nor_what_is_being_handled() -> None:
    made = Partitions(fetched=1)
    run, looks = Run(made), list[int]()
    reads = made.read_to

    def read_to(tp: TP) -> int | None:
        looks.append(made.group)
        return reads(tp) if len(looks) == 1 or run.batches.busy() or made.group else None  # overdue at one look only

    made.read_to = read_to  # type: ignore[method-assign]

    class Late:
        def noack(self) -> "Late":
            return self

        async def events(self) -> AsyncIterator[Event]:
            while not looks:
                await asyncio.sleep(0.001)
            yield event(0)
            while looks[-1] != 1:
                await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(run.batches.run(Late()), 10))  # type: ignore[arg-type]
    assert run.offsets == [0]
    assert made.sought == []
