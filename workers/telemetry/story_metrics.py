"""Every metric of the story worker. Label sets are closed; each series exists from the start, at 0."""

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import prometheus_client as prom

from workers.telemetry.metrics import LATENCY_BUCKETS_S, Family

VERDICTS = ("added", "revised", "removed", "repeated", "closed")
RECORD_KINDS = ("story", "tombstone")
BATCH_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_M = TypeVar("_M", prom.Counter, prom.Gauge, prom.Histogram)


class StoryMetrics:
    """The story worker's metrics, in a registry."""

    def __init__(self, registry: prom.CollectorRegistry, wall_clock_s: Callable[[], float] = time.time) -> None:
        self._registry = registry
        self._wall_clock_s = wall_clock_s
        self.families: list[Family] = []
        self._articles = self._new(prom.Counter, "articles_total", "Records of articles by what became of them in the book.", ("verdict",))
        self._invalid = self._new(prom.Counter, "invalid_records_total", "Records on the articles' topic that are no article; skipped.")
        self._records = self._new(prom.Counter, "records_total", "Records written to the stories' topic.", ("kind",))
        self._batch = self._new(
            prom.Histogram,
            "batch_duration_seconds",
            "From a batch of articles to its stories and journal at the broker.",
            buckets=BATCH_BUCKETS_S,
        )
        self._latency = self._new(
            prom.Histogram,
            "end_to_end_latency_seconds",
            "From the timestamp of an article's record to its story at the broker.",
            buckets=LATENCY_BUCKETS_S,
        )
        self._held = self._new(prom.Gauge, "articles_held", "Articles in the book (bound: RAWI_STORIES_MAX_ARTICLES); 0 on a stand-by.")
        self._open = self._new(prom.Gauge, "open", "Stories that are published and not over.")
        self._lag = self._new(prom.Gauge, "consumer_lag_records", "Records not yet committed, of the partitions this worker has.")
        self._progress = self._new(
            prom.Gauge,
            "last_progress_timestamp_seconds",
            "When something was last committed (at first: the start). With lag, it must move.",
        )
        for verdict in VERDICTS:
            self._articles.labels(verdict)
        for kind in RECORD_KINDS:
            self._records.labels(kind)
        self._progress.set(wall_clock_s())
        prom.ProcessCollector(registry=registry)
        prom.GCCollector(registry=registry)

    def applied(self, verdict: str) -> None:
        """A record was put into the book; `verdict` is one of VERDICTS."""
        self._articles.labels(verdict).inc()

    def invalid(self) -> None:
        """A record was no article."""
        self._invalid.inc()

    def written(self, *, records: int, tombstones: int, duration_s: float, stamps_ms: Sequence[int]) -> None:
        """A batch is at the broker; `stamps_ms`: of the records it was made of."""
        self._records.labels("story").inc(records - tombstones)
        self._records.labels("tombstone").inc(tombstones)
        self._batch.observe(duration_s)
        now_s = self._wall_clock_s()
        for stamp_ms in stamps_ms:
            self._latency.observe(max(0.0, now_s - stamp_ms / 1000))

    def held(self, articles: int, stories: int) -> None:
        """How much the book holds."""
        self._held.set(articles)
        self._open.set(stories)

    def lag(self, records: int) -> None:
        """Records not yet committed."""
        self._lag.set(records)

    def progressed(self) -> None:
        """Offsets were committed."""
        self._progress.set(self._wall_clock_s())

    def _new(self, kind: type[_M], name: str, help_text: str, labels: tuple[str, ...] = (), **options: Any) -> _M:
        self.families.append(Family(f"rawi_stories_{name}", kind.__name__.lower(), labels, help_text))
        return kind(f"rawi_stories_{name}", help_text, labels, registry=self._registry, **options)
