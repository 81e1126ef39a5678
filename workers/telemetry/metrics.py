"""Every metric of the worker, in one place. `docs/metrics.md` is made from this (`python -m workers.telemetry.docs`).

Label sets are closed: every series exists from the start, at 0, so that `rate()` and alerts see the first event.
"""

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple, TypeVar

import prometheus_client as prom

from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind, UnchangedReason
from schemas.records import Outcome
from workers import __version__

PAGE_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30)  # 15 s: the page's own limit
STAGE_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15)
LATENCY_BUCKETS_S = (0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86400)  # to a day: a backlog is drained
COMMIT_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)  # 15 s: the transaction's time-out

# A stage that is not named here counts as "other"; a test compares the list with the line's.
STAGES = (
    *("headers", "form", "encoding", "unwrap", "status", "content_encoding", "sniff", "charset", "sniff_text"),
    *("parse", "empty_page", "structured", "metadata", "extract", "block_model", "plain_text", "segment"),
    *("clean", "too_short", "language", "quality", "assemble", "encode", "other"),
)
RESTART_CAUSES = ("timeout", "memory", "crash", "recycled")
STORE_RESULTS = ("ok", "error", "skipped")
TRANSACTION_RESULTS = ("committed", "failed")
REASONS: Mapping[OutcomeKind, Sequence[str]] = {
    OutcomeKind.PUBLISHED: ("",),
    OutcomeKind.UNCHANGED: tuple(UnchangedReason),
    OutcomeKind.FILTERED: tuple(FilterReason),
    OutcomeKind.DEAD_LETTERED: tuple(DeadLetterReason),
}


_M = TypeVar("_M", prom.Counter, prom.Gauge, prom.Histogram)


class Family(NamedTuple):
    """What `docs/metrics.md` says of a metric; `name` as Prometheus shows it."""

    name: str
    type: str
    labels: tuple[str, ...]
    help: str


class Metrics:
    """The worker's metrics, in a registry. The methods are what the engine, the pool and the store tell; any thread may call them.

    Args:
        registry: where they are registered; one Metrics a registry.
        wall_clock_s: the time of day, in seconds since 1970.
    """

    def __init__(self, registry: prom.CollectorRegistry, wall_clock_s: Callable[[], float] = time.time) -> None:
        self._registry = registry
        self._wall_clock_s = wall_clock_s
        self.families: list[Family] = []
        self._add_pages()
        self._add_worker()
        self._add_kafka()
        self._add_process()
        self._start_closed_sets()

    # what happened

    def page_closed(self, outcome: Outcome, *, stage_ms: Mapping[str, float], duration_s: float, latency_s: float) -> None:
        """A page's outcome is committed. `duration_s`: from the hand-out to the commit, 0 when it was not handed out."""
        self._pages.labels(outcome.outcome, outcome.reason or "").inc()
        self._articles.inc(len(outcome.article_ids))
        self._tombstones.inc(len(outcome.tombstoned_ids))
        self._raw_bytes.inc(outcome.sizes.raw_bytes)
        self._article_bytes.inc(outcome.sizes.article_bytes)
        self._latency.observe(latency_s)
        if duration_s:
            self._page_duration.observe(duration_s)
        for stage, ms in stage_ms.items():
            self._stage_duration.labels(stage if stage in STAGES else "other").observe(ms / 1000)

    def in_flight(self, pages: int, size_bytes: int, busy_slots: int) -> None:
        """What the worker holds open now."""
        self._open_pages.set(pages)
        self._open_bytes.set(size_bytes)
        self._busy_slots.set(busy_slots)

    def pool_restarted(self, cause: str) -> None:
        """A process of the pool was replaced; `cause` is one of RESTART_CAUSES."""
        self._restarts.labels(cause).inc()

    def store_called(self, result: str) -> None:
        """The store was asked; `result` is one of STORE_RESULTS."""
        self._store_requests.labels(result).inc()
        self._store_up.set(result == "ok")

    def committed(self, duration_s: float) -> None:
        """Records and offsets were committed."""
        self._transactions.labels("committed").inc()
        self._commit_duration.observe(duration_s)
        self._progress.set(self._wall_clock_s())

    def transaction(self, result: str) -> None:
        """A transaction ended otherwise; `result` is one of TRANSACTION_RESULTS."""
        self._transactions.labels(result).inc()

    def reset_done(self, partitions: int) -> None:
        """The worker began again from the committed offsets of the partitions it has."""
        self._resets.inc()
        self._partitions.set(partitions)
        if not partitions:
            self.lag({})

    def lag(self, records: Mapping[Any, int]) -> None:
        """Records not yet committed, by partition."""
        self._lag.set(sum(records.values()))
        self._max_lag.set(max(records.values(), default=0))

    # the families

    def _add_pages(self) -> None:
        self._pages = self._new(
            prom.Counter, "pages_total", "Pages by what became of them; each is counted once, after its commit.", ("outcome", "reason")
        )
        self._articles = self._new(prom.Counter, "articles_total", "Articles published.")
        self._tombstones = self._new(prom.Counter, "tombstones_total", "Articles withdrawn because their page is gone.")
        self._raw_bytes = self._new(prom.Counter, "raw_bytes_total", "Bytes of the input values of those pages, as stored.")
        self._article_bytes = self._new(prom.Counter, "article_bytes_total", "Bytes of the articles published.")
        self._page_duration = self._new(
            prom.Histogram, "page_duration_seconds", "From a page's hand-out to the pool to its commit.", buckets=PAGE_BUCKETS_S
        )
        self._stage_duration = self._new(
            prom.Histogram, "stage_duration_seconds", "Time of a page in each stage of the line.", ("stage",), buckets=STAGE_BUCKETS_S
        )
        self._latency = self._new(
            prom.Histogram,
            "end_to_end_latency_seconds",
            "From the input record's timestamp to the commit of its outcome.",
            buckets=LATENCY_BUCKETS_S,
        )

    def _add_worker(self) -> None:
        self._open_pages = self._new(prom.Gauge, "pages_in_flight", "Pages read and not committed (bound: RAWI_MAX_OPEN_PAGES).")
        self._open_bytes = self._new(prom.Gauge, "bytes_in_flight", "Bytes of pages read and not committed (bound: RAWI_MAX_OPEN_BYTES).")
        self._busy_slots = self._new(prom.Gauge, "pool_busy_slots", "Processes of the pool at work on a page (bound: RAWI_SLOTS).")
        self._restarts = self._new(
            prom.Counter, "pool_restarts_total", "Processes of the pool replaced; `recycled` is the planned replacement.", ("cause",)
        )
        self._store_requests = self._new(
            prom.Counter, "store_requests_total", "Calls to the store; `skipped`: spared because it had just failed.", ("result",)
        )
        self._store_up = self._new(prom.Gauge, "store_up", "1 when the store answered the last call, else 0. Pages flow on without it.")
        self._progress = self._new(
            prom.Gauge,
            "last_progress_timestamp_seconds",
            "When something was last committed (at first: the start). With lag, it must move.",
        )

    def _add_kafka(self) -> None:
        self._transactions = self._new(prom.Counter, "transactions_total", "Commits tried; with at-least-once delivery too.", ("result",))
        self._commit_duration = self._new(
            prom.Histogram, "commit_duration_seconds", "Time of a successful commit.", buckets=COMMIT_BUCKETS_S
        )
        self._resets = self._new(
            prom.Counter, "resets_total", "Times the worker began again from the committed offsets: a rebalance or a failed commit."
        )
        self._partitions = self._new(prom.Gauge, "assigned_partitions", "Partitions of the input topic this worker has.")
        self._lag = self._new(prom.Gauge, "consumer_lag_records", "Records not yet committed, all assigned partitions together.")
        self._max_lag = self._new(
            prom.Gauge, "consumer_lag_max_records", "Records not yet committed in the assigned partition that has most."
        )

    def _add_process(self) -> None:
        info = self._new(
            prom.Gauge,
            "build_info",
            "Always 1; the labels say what runs.",
            ("version", "python_version", "trafilatura_version", "kafka_python_version"),
        )
        info.labels(__version__, platform.python_version(), version("trafilatura"), version("kafka-python")).set(1)
        prom.ProcessCollector(registry=self._registry)  # process_*: of the worker itself, without the pool's processes
        prom.GCCollector(registry=self._registry)

    def _new(self, kind: type[_M], name: str, help_text: str, labels: tuple[str, ...] = (), **options: Any) -> _M:
        self.families.append(Family(f"rawi_{name}", kind.__name__.lower(), labels, help_text))
        return kind(f"rawi_{name}", help_text, labels, registry=self._registry, **options)

    def _start_closed_sets(self) -> None:
        for outcome, reasons in REASONS.items():
            for reason in reasons:
                self._pages.labels(outcome, reason)
        for stage in STAGES:
            self._stage_duration.labels(stage)
        for metric, values in (
            (self._restarts, RESTART_CAUSES),
            (self._store_requests, STORE_RESULTS),
            (self._transactions, TRANSACTION_RESULTS),
        ):
            for value in values:
                metric.labels(value)
        self._store_up.set(1)
        self._progress.set(self._wall_clock_s())
