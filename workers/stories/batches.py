"""Hands a stream's events on in batches, without a gap, and commits their offsets."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from typing import Any, Protocol

import structlog
from faust import Stream
from faust.types import TP, EventT

from workers.stories.chain import Chain, Follows
from workers.stories.transport import read_from

log = structlog.get_logger()
MAX_BATCH = 500
BATCH_WAIT_S = 0.1  # a batch waits no longer for its next record
SEEK_AGAIN_S = 2.0  # after a seek, what was fetched before it is still coming
LOOK_BACK_S = 2.0  # between two looks for records that were fetched last and never came

Event = EventT[Any]
_Handle = Callable[[Sequence[Event]], Awaitable[None]]
_OnFailure = Callable[[BaseException], Awaitable[None]]


class Partitions(Protocol):
    """What the batches ask of the consumer (transport.py)."""

    def assignment(self) -> Set[TP]:
        """The partitions that are ours."""

    async def committed(self, tp: TP) -> int:
        """The group's offset of a partition; 0 when there is none."""

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        """The first offset that the broker still has of each."""

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """The offset of each that the next record will have."""

    def read_to(self, tp: TP) -> int | None:
        """The offset behind the last record that was fetched of a partition; None when none was since it is ours."""

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Read on from these offsets."""

    async def commit_offsets(self, offsets: Mapping[TP, int]) -> bool:
        """Commit the next offsets; False when the partitions are no longer ours."""


class Batches:
    """Hands the events of a stream on in batches, in order and without a gap, and commits the offsets of each batch that was handled.

    Offsets are ours, not Faust's (the topics are made with `acks=False`): what Faust drops in a rebalance it also takes for done now and
    then, and its bookkeeping lets one record pass at the committed offset (seen: 1 of 1,040 when workers joined and left). Nor its
    `noack_take()`, whose task reads ahead: the record it holds is lost when the agent is started again. Nothing is raised into Faust: what
    goes wrong goes to `on_failure`, and the batch stays uncommitted.

    Args:
        topic: the stream's.
        handle: gets a batch, and returns when all that it leads to is acknowledged by the broker.
        partitions: the consumer; called for, since Faust makes it late.
        on_failure: told of what went wrong; does not return.
    """

    def __init__(self, topic: str, handle: _Handle, partitions: Callable[[], Partitions], on_failure: _OnFailure) -> None:
        self._topic = topic
        self._handle = handle
        self._partitions = partitions
        self._on_failure = on_failure
        self._chain = Chain()
        self._sought_s: dict[TP, float] = {}
        self._overdue: dict[TP, int] = {}  # partitions of which more was fetched than came, and the offset wanted, at the last look
        self._waiting: list[Event] = []
        self._in_hand: list[Event] = []
        self._lock = asyncio.Lock()
        self._runs = 0
        self._held = True
        self.committed: dict[TP, int] = {}

    async def run(self, stream: Stream[bytes]) -> None:
        """Until the agent ends."""
        self._runs += 1
        self._forget()  # what an agent before us did not hand on is delivered again
        # A task that nobody holds may vanish.
        self._beside = [asyncio.create_task(work(self._runs)) for work in (self._flush_now_and_then, self._look_back_now_and_then)]
        async for event in stream.noack().events():
            try:
                await self._take(event)
            except Exception as e:  # noqa: BLE001 (nothing may be raised into Faust)
                await self._on_failure(e)

    async def hold(self) -> None:
        """Bring the batch in hand to its end, and take nothing until `resume`; what waits is delivered again."""
        self._held = True
        self._waiting = []
        async with self._lock:
            pass

    def resume(self) -> None:
        """Take records again, from the group's offsets on."""
        self._forget()
        self._held = False

    def busy(self) -> set[TP]:
        """The partitions of records that were delivered and are not committed."""
        return {event.message.tp for event in (*self._waiting, *self._in_hand)}

    def _forget(self) -> None:
        self._waiting = []
        self._chain.forget()

    async def _take(self, event: Event) -> None:
        """Let an event wait for its batch, if it is the next of its partition."""
        message, partitions = event.message, self._partitions()
        tp = message.tp
        if self._held or tp not in partitions.assignment():
            return  # whoever has the partition next reads it again
        if not await self._begun(tp):
            return
        follows = self._chain.take(tp, message.offset, read_from(message))
        if follows is Follows.GAP:
            await self._go_back(tp, message.offset)
        elif follows is Follows.NEXT:
            self._waiting.append(event)
            if len(self._waiting) >= MAX_BATCH:
                await self._flush()

    async def _begun(self, tp: TP) -> bool:
        """See to it that the chain knows where a partition goes on. False when partitions move meanwhile."""
        if not self._chain.knows(tp):
            begins = await self._group_offset(tp)
            if self._held:
                return False
            if not self._chain.knows(tp):  # the agent and the look back both ask
                self._chain.begin(tp, begins)
        return True

    async def _group_offset(self, tp: TP) -> int:
        """Where the group goes on in a partition: at the beginning of one that was made anew."""
        partitions = self._partitions()
        committed = await partitions.committed(tp)
        begins, ends = await partitions.earliest_offsets(tp), await partitions.highwaters(tp)
        return committed if committed <= ends[tp] else begins[tp]

    async def _go_back(self, tp: TP, offset: int) -> None:
        """Have the missing records read again; what the broker no longer has is not missing."""
        now_s, wanted = time.monotonic(), self._chain.wanted(tp)
        if now_s - self._sought_s.get(tp, -SEEK_AGAIN_S) < SEEK_AGAIN_S:
            return  # what was fetched before the seek is still coming
        self._sought_s[tp] = now_s
        wanted = max(wanted, (await self._partitions().earliest_offsets(tp))[tp])
        log.warning("stories.gap", topic=tp.topic, partition=tp.partition, offset=offset, wanted=wanted)
        self._chain.begin(tp, wanted)
        await self._partitions().seek_wait({tp: wanted})

    async def _look_back(self) -> None:
        """Go back for records that were fetched and never came, with none behind them that would show the gap."""
        overdue, partitions = self._overdue, self._partitions()
        self._overdue = {}
        for tp in sorted(tp for tp in partitions.assignment() if tp.topic == self._topic):
            read_to = partitions.read_to(tp)
            if read_to is None:
                continue
            if self._held or self._waiting or self._in_hand or not await self._begun(tp):
                return
            wanted = self._chain.wanted(tp)
            if read_to <= wanted:
                continue
            if overdue.get(tp) == wanted:
                await self._go_back(tp, read_to)
            else:
                self._overdue[tp] = wanted

    async def _flush_now_and_then(self, run: int) -> None:
        while run == self._runs:
            await asyncio.sleep(BATCH_WAIT_S)
            await self._flush()

    async def _look_back_now_and_then(self, run: int) -> None:
        while run == self._runs:
            await asyncio.sleep(LOOK_BACK_S)
            with contextlib.suppress(Exception):  # of aiokafka's many: the broker is away, and waiting is right
                await self._look_back()

    async def _flush(self) -> None:
        async with self._lock:
            self._in_hand, self._waiting = self._waiting, []
            if not self._in_hand:
                return
            try:
                await self._handle(self._in_hand)
                offsets = {event.message.tp: event.message.offset + 1 for event in self._in_hand}
                if await self._partitions().commit_offsets(offsets):
                    self.committed |= offsets
            except Exception as e:  # noqa: BLE001 (nothing may be raised into Faust)
                await self._on_failure(e)
            self._in_hand = []
