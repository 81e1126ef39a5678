"""The two agents: one reads articles and sends them, in short form, to where they meet; one writes the book of stories.

Each works alone and in order. The offsets of a batch are committed when all that it led to is acknowledged by the broker, and nothing is
raised into Faust: what goes wrong goes to `on_failure`, and the batch stays uncommitted.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from typing import Any, Protocol

import msgspec
import structlog
from faust import Stream
from faust.types import TP, EventT, TopicT

from schemas import codec
from workers.settings import StorySettings
from workers.stories.app import Journal
from workers.stories.book import Book, Update
from workers.stories.chain import Chain, Follows
from workers.stories.features import features_of
from workers.stories.transport import read_from
from workers.telemetry.logs import record_context
from workers.telemetry.story_metrics import StoryMetrics

log = structlog.get_logger()
MAX_BATCH = 500
BATCH_WAIT_S = 0.1  # a batch waits no longer for its next record
SEEK_AGAIN_S = 2.0  # after a seek, what was fetched before it is still coming
_ID_BYTES = 32

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Update).decode
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

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Read on from these offsets."""

    async def commit_offsets(self, offsets: Mapping[TP, int]) -> bool:
        """Commit the next offsets; False when the partitions are no longer ours."""


class Batches:
    """Hands the events of a stream on in batches, in order and without a gap, and commits the offsets of each batch that was handled.

    Offsets are ours, not Faust's (the topics are made with `acks=False`): what Faust drops in a rebalance it also takes for done now and
    then, and its bookkeeping lets one record pass at the committed offset (seen: 1 of 1,040 when workers joined and left). Nor its
    `noack_take()`, whose task reads ahead: the record it holds is lost when the agent is started again.

    Args:
        handle: gets a batch, and returns when all that it leads to is acknowledged by the broker.
        partitions: the consumer; called for, since Faust makes it late.
        on_failure: told of what went wrong; does not return.
    """

    def __init__(self, handle: _Handle, partitions: Callable[[], Partitions], on_failure: _OnFailure) -> None:
        self._handle = handle
        self._partitions = partitions
        self._on_failure = on_failure
        self._chain = Chain()
        self._sought_s: dict[TP, float] = {}
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
        self._flushing = asyncio.create_task(self._flush_now_and_then(self._runs))  # a task that nobody holds may vanish
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
        if not self._chain.knows(tp):
            begins = await self._group_offset(tp)
            if self._held:
                return
            self._chain.begin(tp, begins)
        follows = self._chain.take(tp, message.offset, read_from(message))
        if follows is Follows.GAP:
            await self._go_back(tp, message.offset)
        elif follows is Follows.NEXT:
            self._waiting.append(event)
            if len(self._waiting) >= MAX_BATCH:
                await self._flush()

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

    async def _flush_now_and_then(self, run: int) -> None:
        while run == self._runs:
            await asyncio.sleep(BATCH_WAIT_S)
            await self._flush()

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


class Reader:
    """Makes updates of the records on `articles`, and sends them to the index topic."""

    def __init__(self, index: TopicT, metrics: StoryMetrics) -> None:
        self._index = index
        self._metrics = metrics

    async def handle(self, batch: Sequence[Event]) -> None:
        """Send the updates of a batch; returns when the broker has them all."""
        sent = []
        for event in batch:
            update = self._read(event)
            if update is not None:
                sent.append(await self._index.send(key=update.id, value=_encode(update)))
            await asyncio.sleep(0)  # reading an article takes a millisecond, a batch must not hold the loop
        for future in sent:
            await future

    def _read(self, event: Event) -> Update | None:
        """The update that a record is; None, counted and logged, for what is no article."""
        message = event.message
        stamp_ms = int(message.timestamp * 1000)
        try:
            article_id = bytes.fromhex((message.key or b"").decode())
            if len(article_id) != _ID_BYTES:
                raise codec.InvalidRecord("the key is no article's id")
            article = features_of(codec.decode_article(message.value), stamp_ms // 1000) if message.value is not None else None
            if article is not None and article.id != article_id:
                raise codec.InvalidRecord("the key is another article's id")
        except ValueError as e:
            self._metrics.invalid()
            with record_context(topic=message.topic, partition=message.partition, offset=message.offset):
                log.warning("stories.not_an_article", error=str(e))
            return None
        return Update(id=article_id, article=article, partition=message.partition, offset=message.offset, timestamp_ms=stamp_ms)


class Writer:
    """Puts updates into the book, publishes the stories that changed, and then writes the journal.

    Args:
        settings: of the book.
        journal: the table that the book is made from, at the start and after each rebalance.
        stories: the topic of stories.
    """

    def __init__(
        self,
        settings: StorySettings,
        journal: Journal,
        stories: TopicT,
        metrics: StoryMetrics,
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._stories = stories
        self._metrics = metrics
        self._book = Book(settings)

    def restore(self) -> None:
        """Make the book from the journal. Updates applied and not written are delivered again."""
        begun_s = time.monotonic()
        self._book = Book(self._settings, self._journal.items())
        self._metrics.held(len(self._book.forest.nodes), self._book.story_count)
        log.info(
            "stories.restored",
            articles=len(self._book.forest.nodes),
            stories=self._book.story_count,
            seconds=round(time.monotonic() - begun_s, 1),
        )

    async def handle(self, batch: Sequence[Event]) -> None:
        """Write a batch into the book; returns when stories and journal are acknowledged by the broker."""
        begun_s, book = time.monotonic(), self._book
        updates = [_decode(event.message.value or b"") for event in batch]
        for update in updates:
            self._metrics.applied(book.apply(update))
            await asyncio.sleep(0)
        changes = book.take_changes()
        sent = [await self._stories.send(key=key, value=value) for key, value in changes.records]
        for future in sent:
            await future
        # Only now: what is in the journal will not be published again.
        for key, value in changes.journal:
            if value is not None:
                self._journal[key] = value
            else:
                self._journal.pop(key, None)
        await self._journal.acknowledged()
        if book is not self._book:
            raise RuntimeError("the book was made again while a batch was being written")
        self._metrics.written(
            records=len(changes.records),
            tombstones=sum(value is None for _, value in changes.records),
            duration_s=time.monotonic() - begun_s,
            stamps_ms=[update.timestamp_ms for update in updates],
        )
        self._metrics.held(len(book.forest.nodes), book.story_count)
