"""The two agents: one reads articles and sends them, in short form, to where they meet; one writes the book of stories.

Each works alone and in order, batch by batch (batches.py).
"""

import asyncio
import time
from collections.abc import Sequence

import msgspec
import structlog
from faust.types import TopicT

from schemas import codec
from workers.settings import StorySettings
from workers.stories.app import Journal
from workers.stories.batches import Event
from workers.stories.book import Book, Update
from workers.stories.features import features_of
from workers.telemetry.logs import record_context
from workers.telemetry.story_metrics import StoryMetrics

log = structlog.get_logger()
_ID_BYTES = 32

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Update).decode


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
