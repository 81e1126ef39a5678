"""Waits on the outcomes topic, as any reader may: read_committed, until every offset that was fed has its one outcome."""

import time
from collections.abc import Callable

from kafka import KafkaConsumer, TopicPartition

from schemas.codec import decode_article, decode_outcome
from schemas.records import Article, Outcome
from workers.tools.errors import Config
from workers.tools.reader import open_reader

SILENCE_S = 90.0  # longer than one page may take with a retry, a rebalance and an expired transaction together
_POLL_MS = 200

Offset = tuple[int, int]  # partition and offset of a page on the input topic


class DemoFailed(Exception):
    """Something is not as promised; the message is for the user."""


class Follower:
    """Reads the outcomes as they come.

    Args:
        consumer: a read_committed consumer of no group.
        outcomes_topic: read from its beginning.
        check: called between polls; raises when there is nothing left to wait for.
    """

    def __init__(self, consumer: KafkaConsumer, outcomes_topic: str, check: Callable[[], None]) -> None:
        self._consumer = consumer
        self._check = check
        self.outcomes: dict[Offset, Outcome] = {}
        partitions = [TopicPartition(outcomes_topic, p) for p in sorted(consumer.partitions_for_topic(outcomes_topic) or ())]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)

    def wait_for(self, fed: set[Offset], progress: Callable[[int], None]) -> None:
        """Return when each of `fed` has its outcome; `progress` gets the number of all outcomes so far. Raises DemoFailed."""
        heard_s = time.monotonic()
        while missing := fed - self.outcomes.keys():
            self._check()
            before = len(self.outcomes)
            for records in self._consumer.poll(timeout_ms=_POLL_MS).values():
                for record in records:
                    self._take(record.value)
            if len(self.outcomes) > before:
                heard_s = time.monotonic()
                progress(len(self.outcomes))
            elif time.monotonic() - heard_s > SILENCE_S:
                raise DemoFailed(f"no outcome for {SILENCE_S:.0f} s; {len(missing)} of {len(fed)} pages are still without one")

    def _take(self, value: bytes) -> None:
        outcome = decode_outcome(value)
        offset = (outcome.source.partition, outcome.source.offset)
        if offset in self.outcomes:
            first = self.outcomes[offset].outcome
            raise DemoFailed(f"two outcomes for partition {offset[0]} offset {offset[1]}: {first}, {outcome.outcome}")
        self.outcomes[offset] = outcome


def read_articles(config: Config, output_topic: str) -> dict[str, Article]:
    """Return every committed article on the topic by its id, the latest of an id."""
    with open_reader(config, output_topic) as reader:
        records = reader.read(reader.begins(), reader.ends())
        return {article.id: article for article in (decode_article(record.value) for record in records if record.value is not None)}
