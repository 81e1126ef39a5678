"""Hands pages to the pool: side by side, or, after an unclean end, one at a time."""

import logging
from collections.abc import Callable

import structlog
from kafka import KafkaConsumer

from schemas.reasons import DeadLetterReason
from workers.engine.blame import Blame
from workers.engine.caution import Caution
from workers.engine.delivery import Delivery
from workers.engine.membership import Membership
from workers.engine.outputs import OutputMaker
from workers.engine.pages import Finished, OpenPages, Page
from workers.engine.stops import ExitCode, WorkerStops
from workers.pool.messages import Job
from workers.pool.pool import Pool

_Submission = tuple[Page, Job, bytes | None]

log = structlog.get_logger()
LOAD_PAGES = 8  # that a child gets at a time, while as many wait for each slot
LOAD_BYTES = 2 * 1024 * 1024  # of their records; the page that passes it is the last
_plain_log = logging.getLogger(__name__)  # asked first: a line that is not written costs structlog as much as one that is


class HandOut:
    """Takes waiting pages from their lanes while the pool has a free slot."""

    def __init__(
        self,
        *,
        open_pages: OpenPages,
        pool: Pool[Page],
        consumer: KafkaConsumer,
        membership: Membership,
        delivery: Delivery,
        outputs: OutputMaker,
        blame: Blame,
        clock: Callable[[], float],
    ) -> None:
        self._open = open_pages
        self._pool = pool
        self._consumer = consumer
        self._membership = membership
        self._delivery = delivery
        self._outputs = outputs
        self._blame = blame
        self._clock = clock

    def run(self, *, uncommitted: bool) -> None:
        """Begin what can be begun. `uncommitted`: pages were sent and not yet committed."""
        if self._open.careful():
            # Not before a process is ready: a worker killed while its pool starts would be laid at the page's door.
            if not (uncommitted or self._open.begun()) and self._pool.ready:
                self._alone()
            self._settle()
            return
        while self._pool.free and (load := self._next_load()):
            self._pool.submit(load)

    def _alone(self) -> None:
        """One page in the whole worker: a suspect is marked before it is begun, and committed before the next."""
        lane = next((lane for lane in self._open.careful() if lane.waiting), None)
        if lane is None:
            page = self._open.begin_next()
        else:
            page = self._open.begin(lane)
            if page.record.offset < lane.caution.until:
                if lane.caution.quarantines():
                    error = f"brought the worker down {lane.caution.deaths} times"
                    page.finished = self._outputs.dead(page, DeadLetterReason.QUARANTINED, error, attempts=lane.caution.deaths)
                    return
                self._delivery.commit({page.partition: self._membership.mark(lane, solo=True)})
        if page and (begun := self._begin(page)):
            self._pool.submit([begun])

    def _next_load(self) -> list[_Submission]:
        """The pages that a slot gets next: several when many wait, so that each costs less (docs/adr/0009)."""
        share = min(LOAD_PAGES, self._open.waiting() // self._pool.slots)
        load: list[_Submission] = []
        size_bytes = 0
        while len(load) < max(1, share) and size_bytes < LOAD_BYTES and (page := self._open.begin_next()):
            if begun := self._begin(page):
                load.append(begun)
                size_bytes += page.size_bytes
        return load

    def _settle(self) -> None:
        """A lane whose remaining suspects turn out not to be pages (transaction markers, aborted records) is careful no more."""
        for tp, lane in self._open.lanes.items():
            if lane.is_careful() and not lane.waiting and not lane.begun:
                position = self._consumer.position(tp, timeout_ms=0)
                if position is not None and position >= lane.caution.until:
                    lane.caution = Caution()

    def _begin(self, page: Page) -> _Submission | None:
        """What the pool gets; None for a page that is finished without it."""
        page.begun_s = self._clock()
        if refusals := self._blame.refusals(page):
            page.finished = self._unpublishable(page, refusals)
            return None
        if _plain_log.isEnabledFor(logging.DEBUG):
            log.debug("page.begun", topic=page.record.topic, partition=page.record.partition, offset=page.record.offset)
        value = page.record.value
        return page, Job(headers=page.raw_headers, timestamp_ms=page.record.timestamp, has_value=value is not None), value

    def _unpublishable(self, page: Page, refusals: list[str]) -> Finished:
        if len(refusals) > 2:
            raise WorkerStops(ExitCode.NOT_PERMITTED, f"the broker refuses even a stub of {page.source}: {refusals[-1]}")
        make = self._outputs.dead if len(refusals) == 1 else self._outputs.stub
        return make(page, DeadLetterReason.UNPUBLISHABLE, refusals[0])
