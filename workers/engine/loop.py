"""The engine: one straight loop, `poll -> hand to the pool -> publish -> commit`. What touches a broker or a page is passed in."""

from collections.abc import Callable
from typing import Any

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.headers import read_page_headers
from workers.engine.account import Account
from workers.engine.blame import Blame
from workers.engine.dead_letter_limit import DeadLetterLimit
from workers.engine.delivery import FATAL, Delivery, DeliveryFailed, NotPermitted, Refused
from workers.engine.hand_out import LOAD_PAGES, HandOut
from workers.engine.lookup import Lookup
from workers.engine.membership import Change, Membership
from workers.engine.outputs import OutputMaker
from workers.engine.pages import OpenPages, Page, size_of
from workers.engine.polling import Poller
from workers.engine.stops import ExitCode, WorkerStops
from workers.engine.watch import JoinWatch, LagWatch
from workers.pool.messages import Decoded, PageResult
from workers.pool.pool import Pool
from workers.settings import EngineSettings
from workers.telemetry.health import Heartbeat
from workers.telemetry.metrics import Metrics
from workers.telemetry.tracing import Tracing

log = structlog.get_logger()
MIN_POLL_RECORDS = 64  # asked for, or two loads a slot where that is more: pages are large, and the loop should turn often
POLL_EVERY_S = 0.5  # while enough pages wait: a poll costs 0.4 ms, and as much in the client's I/O thread
BUSY_WAIT_S = 0.02  # for the pool when a slot is free: a new page waits at most this long
FULL_WAIT_S = 0.2  # for the pool when it is full
TOGETHER_PAGES = 8  # made into records at a time while more pages wait: one by one, between two turns of a child, costs far more
TOGETHER_S = 0.25  # the longest a result waits for others
MAX_FAILURES = 5  # commits that failed in a row, each with a producer that could be made: the broker is there, and something else is wrong


class Engine:
    """Runs until `stop` is called. Single-threaded; everything it knows of a page is in `OpenPages` or committed."""

    def __init__(
        self,
        *,
        settings: EngineSettings,
        consumer: KafkaConsumer,
        membership: Membership,
        delivery: Delivery,
        pool: Pool[Page],
        lookup: Lookup,
        outputs: OutputMaker,
        account: Account,
        limit: DeadLetterLimit,
        join: JoinWatch,
        lag: LagWatch,
        metrics: Metrics,
        tracing: Tracing,
        heartbeat: Heartbeat,
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._consumer = consumer
        self._poller = Poller(consumer)
        self._membership = membership
        self._delivery = delivery
        self._pool = pool
        self._lookup = lookup
        self._outputs = outputs
        self._account = account
        self._limit = limit
        self._join = join
        self._lag = lag
        self._metrics = metrics
        self._tracing = tracing
        self._heartbeat = heartbeat
        self._clock = clock
        self._open = OpenPages(max_pages=settings.max_open_pages, max_bytes=settings.max_open_bytes)
        self._results: list[tuple[Page, PageResult]] = []  # of pages whose records are not made yet
        self._results_s = 0.0  # when the first of them came
        self._sent: list[Page] = []  # sent to the broker, not committed
        self._sent_s = 0.0  # when the first of them was sent
        self._blame = Blame()
        self._hand_out = HandOut(
            open_pages=self._open,
            pool=pool,
            consumer=consumer,
            membership=membership,
            delivery=delivery,
            outputs=outputs,
            blame=self._blame,
            clock=clock,
        )
        metrics.in_flight(lambda: self._open.pages, lambda: self._open.bytes, lambda: pool.busy)
        self._polled_s = 0.0  # when the last poll began
        self._polled = False  # whether the last poll brought anything
        self._producer_ok = False
        self._failures = 0
        self._stopping = False

    def stop(self) -> None:
        """Ask the loop to end: intake stops, what is in work is finished or handed back. Safe in a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Turn until stopped, then drain. Raises WorkerStops when the worker cannot go on."""
        while not self._stopping:
            self._guard(self._turn)
        self._guard(self._drain)

    @property
    def joined(self) -> bool:
        """Whether pages may flow: for readiness."""
        return self._membership.joined and not self._stopping

    def _turn(self) -> None:
        records = self._poll()
        change = self._membership.check()
        self._join.look(joined=change is not Change.UNSTABLE)
        if change is Change.UNSTABLE:
            self._forget()
        elif change is Change.RESET:
            self._reset()
        elif change is Change.NONE:
            self._arrive(records)
            self._hand_out.run(uncommitted=bool(self._sent))
        self._work()
        if change is Change.NONE:
            if self._publish_is_due():
                self._publish()
            if self._commit_is_due():
                self._commit()
            self._watch_lag()

    def _guard(self, step: Callable[[], None]) -> None:
        """The one place where a failed delivery is handled: everything open is forgotten, and begun again from the committed offsets."""
        self._heartbeat.beat()
        try:
            step()
        except Refused as e:
            self._blame.refused(self._sent, str(e))
            self._fail("delivery.refused", e)
        except DeliveryFailed as e:
            self._fail("delivery.failed", e)
            self._failures += self._producer_ok
            self._producer_ok = False
            if self._failures > MAX_FAILURES:
                error = f"{self._failures} commits failed in a row, the last with {e}. {_HINT}"
                raise WorkerStops(ExitCode.UNAVAILABLE, error) from e
        except NotPermitted as e:
            raise WorkerStops(ExitCode.NOT_PERMITTED, f"the broker refuses this worker: {e}") from e

    def _fail(self, event: str, error: Exception) -> None:
        log.warning(event, error=str(error))
        self._metrics.transaction("failed")
        self._membership.forget()

    # poll

    def _poll(self) -> dict[TopicPartition, list[Any]]:
        now = self._clock()
        if self._open.waiting() > self._pool.free and now - self._polled_s < POLL_EVERY_S:
            return {}
        self._polled_s = now
        room = self._open.room()
        if room <= 0:
            self._consumer.pause(*self._consumer.assignment())
        elif self._consumer.paused() and self._open.is_half_empty():
            self._consumer.resume(*self._consumer.paused())
        try:
            asked = max(1, min(room, max(MIN_POLL_RECORDS, 2 * LOAD_PAGES * self._pool.slots)))
            records = self._poller.poll(asked, wait=not self._open.pages)
        except FATAL as e:
            raise NotPermitted(f"{type(e).__name__}: {e}") from e
        except KafkaError as e:  # not of this moment: poll() itself waits for what passes
            raise WorkerStops(ExitCode.STALLED, f"the input topic cannot be read: {type(e).__name__}: {e}") from e
        self._polled = bool(records)
        self._lag.polled(sum(map(len, records.values())), asked)
        return records

    def _forget(self) -> None:
        """Nothing is open any more. With nothing open, poll() gets the time it needs: polled in passing, it never ended a join."""
        self._pool.abandon_all()
        self._results.clear()
        self._open.restart({})
        self._lag.restart()

    def _reset(self) -> None:
        """Forget all that is open; begin again from the committed offsets."""
        self._forget()
        if self._sent or not self._producer_ok:
            self._sent = []
            self._delivery.restart()
            self._producer_ok = True
        try:
            lanes = self._membership.begin()
        except KafkaError as e:
            log.warning("group.reset_delayed", error=type(e).__name__)
            return
        self._open.restart(lanes)
        if lanes:
            self._delivery.commit({tp: self._membership.mark(lane) for tp, lane in lanes.items()})
        self._metrics.reset_done(len(lanes), rebalanced=self._membership.began())
        log.info("group.began", partitions=[tp.partition for tp in lanes], careful=len(self._open.careful()))

    def _arrive(self, records: dict[TopicPartition, list[Any]]) -> None:
        for batch in records.values():
            for record in batch:
                raw_headers = [(name, value or b"") for name, value in record.headers]
                headers = read_page_headers(raw_headers)
                self._open.arrive(Page(record, raw_headers, headers, size_of(record), traceparent=self._tracing.begin(headers.traceparent)))

    # work

    def _work(self) -> None:
        wait_s = 0.0
        if self._pool.busy or (self._open.careful() and not self._pool.ready):
            wait_s = BUSY_WAIT_S if self._pool.free else FULL_WAIT_S
        until_s = self._clock() + wait_s
        while self._only_answered(self._pool.poll(max(0.0, wait_s))):  # a turn for that would find nothing to do
            wait_s = until_s - self._clock()
            if wait_s <= 0:
                return

    def _only_answered(self, events: list[tuple[Page, Decoded | PageResult]]) -> bool:
        """Take what the pool has to say. Returns whether pages went on that hold their slots still, and nothing else happened."""
        decoded = [(page, message) for page, message in events if isinstance(message, Decoded)]
        results = [(page, message) for page, message in events if isinstance(message, PageResult)]
        if results and not self._results:
            self._results_s = self._clock()
        self._results += results
        return not self._some_unchanged(decoded) and not results and bool(events)

    def _some_unchanged(self, decoded: list[tuple[Page, Decoded]]) -> bool:
        """Answer the pool's questions. Returns whether a page is unchanged, and with that finished."""
        if not decoded:
            return False
        some = False
        for (page, message), (answer, reason) in zip(decoded, self._lookup.decoded(decoded), strict=True):
            self._pool.answer(page, answer)
            if reason:
                page.finished, some = self._outputs.unchanged(page, message, reason), True
        return some

    def _finish(self, results: list[tuple[Page, PageResult]]) -> None:
        for (page, result), unchanged in zip(results, self._lookup.finished(results), strict=True):
            page.finished = self._outputs.same_article(page, result) if unchanged else self._outputs.finished(page, result)

    # publish and commit

    def _publish_is_due(self) -> bool:
        """Results wait for others only while the pool has more to do."""
        if not self._results or not self._open.waiting() or self._open.careful():
            return True
        return len(self._results) >= TOGETHER_PAGES or self._clock() - self._results_s >= TOGETHER_S

    def _publish(self) -> None:
        results, self._results = self._results, []
        if results:
            self._finish(results)
        while page := self._open.finished_head():
            assert page.finished is not None
            alone = self._blame.must_be_alone(page)
            if alone and self._sent:
                self._commit()
            self._open.take(page)
            self._limit.count(page.finished.outcome.outcome)
            if not self._sent:
                self._sent_s = self._clock()
            self._sent.append(page)
            for output in page.finished.outputs:
                self._delivery.send(output)
            if alone:
                self._commit()

    def _commit_is_due(self) -> bool:
        if not self._sent:
            return False
        if self._clock() - self._sent_s >= self._settings.commit_interval_s or len(self._sent) >= self._settings.commit_pages:
            return True
        caught_up = not self._polled and self._open.pages == len(self._sent)  # nothing to wait for
        return caught_up or bool(self._open.careful())

    def _commit(self, *, closed: bool = False) -> None:
        """Commit all that was sent, with the offsets of the lanes' heads. Only here are pages counted, remembered and logged."""
        started_s = self._clock()
        self._delivery.commit(
            {
                tp: self._membership.mark(lane, closed=closed)
                for tp, lane in self._open.lanes.items()
                if closed or lane.head != lane.committed
            }
        )
        self._failures = 0
        self._metrics.committed(self._clock() - started_s)
        sent, self._sent = self._sent, []
        self._open.committed(sent)
        for page in sent:
            self._blame.committed(page)
        self._account.close(sent)

    def _watch_lag(self) -> None:
        if not self._lag.is_due():
            return
        lag = self._lag.look({tp: lane.committed for tp, lane in self._open.lanes.items()})
        if lag is not None:
            self._metrics.lag(lag)
            log.debug("lag.looked", records=sum(lag.values()))

    # shutdown

    def _drain(self) -> None:
        """Finish what is in the pool within the time for it, hand back the rest, and say that the partitions are left in good order."""
        deadline_s = self._clock() + self._settings.shutdown_timeout_s
        log.info("worker.draining", in_work=self._open.begun(), handed_back=self._open.pages - self._open.begun() - len(self._sent))
        for lane in self._open.lanes.values():
            lane.waiting.clear()
        while self._membership.joined and self._open.begun() and self._clock() < deadline_s:
            self._heartbeat.beat()
            self._consumer.pause(*self._consumer.assignment())
            self._consumer.poll(timeout_ms=0)
            if self._membership.check() is not Change.NONE:
                return
            self._work()
            self._publish()
        if self._membership.joined and self._open.lanes:
            self._commit(closed=True)


_HINT = (
    "If it is ProducerFenced or InvalidProducerEpoch, two live replicas may share one RAWI_INSTANCE_ID: give each its own. "
    "If it is a time-out, a topic may be missing: `rawi topics describe`"
)
