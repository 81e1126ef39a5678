"""The pages a worker has open, in the order of their partitions. Bounded in number and bytes; pure bookkeeping, no Kafka calls."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from kafka import TopicPartition

from schemas.headers import PageHeaders
from schemas.records import Outcome, Source
from workers.engine.caution import Caution, next_head
from workers.pipeline.facts import ArticleFacts
from workers.pipeline.site import SiteSeen
from workers.store.protocol import Look, Past, Seen, Verdict

Place = tuple[TopicPartition, int]


@dataclass(slots=True, frozen=True)
class Output:
    """A record to publish."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


@dataclass(slots=True)
class Finished:
    """What a page came to: its outcome, the records to publish for it, and what to remember once they are acknowledged."""

    outcome: Outcome
    outputs: list[Output]
    past: Past | None = None  # what the store is to remember; None: nothing, and a claim is given up
    learned: SiteSeen | None = None  # of the page's site
    verdicts: list[Verdict] = field(default_factory=list)  # on its articles, dropped duplicates included
    stage_ms: dict[str, float] = field(default_factory=dict)
    facts: list[ArticleFacts] = field(default_factory=list)  # of the articles among the outputs
    cpu_s: float = 0.0  # of the page's process
    attempts: int = 1
    error: str = ""  # for a person, when it was dead-lettered


@dataclass(slots=True, frozen=True)
class Known:
    """What the store was asked about a page's URL, and what it said."""

    look: Look
    seen: Seen


def size_of(record: Any) -> int:
    """The bytes of a record as they are held: key, value, and headers with their names."""
    return len(record.key or b"") + len(record.value or b"") + sum(len(name) + len(value or b"") for name, value in record.headers)


@dataclass(slots=True, eq=False)
class Page:
    """One record of the input topic on its way through the worker."""

    record: Any  # kafka.consumer.fetcher.ConsumerRecord
    raw_headers: list[tuple[str, bytes]]  # as they came; a null value, which kafka-python cannot send on, is empty
    headers: PageHeaders
    size_bytes: int
    begun_s: float = 0.0  # when it was handed out, on the engine's clock
    traceparent: str | None = None  # of what is written for the page
    finished: Finished | None = None
    known: Known | None = None  # None: the store was not asked, or was away
    verdicts: list[Verdict] | None = None  # on its articles, in their order; None: the store could not say

    @property
    def partition(self) -> TopicPartition:
        """The partition the page came from."""
        return TopicPartition(self.record.topic, self.record.partition)

    @property
    def place(self) -> Place:
        """Partition and offset: what names the page across resets."""
        return self.partition, self.record.offset

    @property
    def source(self) -> Source:
        """The record the page came in."""
        return Source(topic=self.record.topic, partition=self.record.partition, offset=self.record.offset)


@dataclass(slots=True)
class Lane:
    """One assigned partition: pages not yet handed out, pages in the pool or done but not at the head, and where it stands."""

    committed: int  # the offset after the last page whose outcome is committed
    caution: Caution
    head: int = 0  # the offset after the last page taken from the head of this lane, committed or not
    waiting: deque[Page] = field(default_factory=deque)
    begun: deque[Page] = field(default_factory=deque)

    def is_careful(self) -> bool:
        """Whether the next page of this lane must be processed alone."""
        return self.head < self.caution.until


class OpenPages:
    """All lanes of a worker. A page is open from its arrival until its outcome is committed."""

    def __init__(self, *, max_pages: int, max_bytes: int) -> None:
        self.lanes: dict[TopicPartition, Lane] = {}
        self._max_pages = max_pages
        self._max_bytes = max_bytes
        self.pages = 0
        self.bytes = 0

    def restart(self, lanes: dict[TopicPartition, Lane]) -> None:
        """Forget every page and begin again with these lanes."""
        self.lanes = lanes
        self.pages = 0
        self.bytes = 0

    def arrive(self, page: Page) -> None:
        """Add a page at the end of its lane."""
        self.lanes[page.partition].waiting.append(page)
        self.pages += 1
        self.bytes += page.size_bytes

    def room(self) -> int:
        """How many more pages may come."""
        return self._max_pages - self.pages if self.bytes < self._max_bytes else 0

    def is_half_empty(self) -> bool:
        """Whether it is time to fetch again after a pause (the gap keeps pausing and resuming from flapping)."""
        return self.pages <= self._max_pages // 2 and self.bytes <= self._max_bytes // 2

    def careful(self) -> list[Lane]:
        """Lanes whose next pages must be processed one at a time."""
        return [lane for lane in self.lanes.values() if lane.is_careful()]

    def waiting(self) -> int:
        """How many pages have arrived and were not handed out."""
        return sum(len(lane.waiting) for lane in self.lanes.values())

    def begun(self) -> int:
        """How many pages were handed out and are not yet taken from the head of their lane."""
        return sum(len(lane.begun) for lane in self.lanes.values())

    def begin_next(self) -> Page | None:
        """Take the next page to hand out: from the lane with the fewest begun, so that no partition starves."""
        lanes = [lane for lane in self.lanes.values() if lane.waiting]
        return self.begin(min(lanes, key=lambda lane: len(lane.begun))) if lanes else None

    def begin(self, lane: Lane) -> Page:
        """Take the next page of one lane to hand out."""
        page = lane.waiting.popleft()
        lane.begun.append(page)
        return page

    def finished_head(self) -> Page | None:
        """A finished page at the head of its lane: a page still in work is never passed."""
        heads = (lane.begun[0] for lane in self.lanes.values() if lane.begun)
        return next((page for page in heads if page.finished is not None), None)

    def take(self, page: Page) -> None:
        """Take the page that is the head of its lane; the lane's head moves on."""
        lane = self.lanes[page.partition]
        lane.begun.popleft()
        lane.head = page.record.offset + 1
        lane.caution = next_head(lane.caution, lane.head)

    def committed(self, pages: list[Page]) -> None:
        """Close pages whose outcome is committed."""
        for page in pages:
            self.pages -= 1
            self.bytes -= page.size_bytes
        for lane in self.lanes.values():
            lane.committed = lane.head
