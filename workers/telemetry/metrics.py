"""Every metric of the worker, in one place. `docs/metrics.md` is made from this (`python -m workers.telemetry.docs`).

Label sets are closed: every series exists from the start, at 0, so that `rate()` and alerts see the first event.
"""

import platform
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple, TypeVar, get_args

import prometheus_client as prom

from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind, UnchangedReason
from schemas.records import Outcome
from workers import __version__
from workers.pipeline.facts import FIELDS, MARKUPS, ArticleFacts
from workers.rules.model import SegmentClass
from workers.store.protocol import DuplicateKind, Verdict
from workers.telemetry.sites import OTHER, TopSites

PAGE_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30)  # 15 s: the page's own limit
STAGE_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15)
LATENCY_BUCKETS_S = (0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86400)  # to a day: a backlog is drained
COMMIT_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)  # 15 s: the transaction's time-out

# A stage that is not named here counts as "other"; a test compares the list with the line's.
STAGES = (
    *("headers", "form", "encoding", "unwrap", "status", "content_encoding", "sniff", "charset", "sniff_text", "steady"),
    *("parse", "empty_page", "structured", "metadata", "extract", "block_model", "plain_text", "segment", "text_metadata"),
    *("furniture", "page_kind"),
    *("clean", "too_short", "language", "quality", "assemble", "encode", "other"),
)
QUALITY_BUCKETS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SEGMENT_CLASSES = (*SegmentClass, OTHER)
# Of the articles' languages those that news is most often written in and those that have rules of their own; the others together.
LANGUAGES = tuple("ar bn de el en es fa fr he hi id it ja ko nl pl pt ro ru sv sw th tr uk ur vi zh".split()) + (OTHER, "unknown")
DEDUPE = ("known", "unknown")
DUPLICATE_KINDS: tuple[DuplicateKind, ...] = get_args(DuplicateKind)
SITE_FIELDS = ("headline", "datePublished", "authors", "mainImage")  # of FIELDS: what a broken site most often loses
RESTART_CAUSES = ("timeout", "memory", "crash", "recycled")
STORE_RESULTS = ("ok", "error", "skipped")
TRANSACTION_RESULTS = ("committed", "failed")
REASONS: Mapping[OutcomeKind, Sequence[str]] = {
    OutcomeKind.PUBLISHED: ("",),
    OutcomeKind.UNCHANGED: tuple(UnchangedReason),
    OutcomeKind.FILTERED: tuple(FilterReason),
    OutcomeKind.DEAD_LETTERED: tuple(DeadLetterReason),
}


class Histogram(prom.Histogram):
    """One that takes many values at once."""

    def observe_all(self, values: Sequence[float]) -> None:
        """As `observe` of each."""
        counts = [0] * len(self._upper_bounds)  # the last of which is infinity
        for value in values:
            counts[bisect_left(self._upper_bounds, value)] += 1
        self._sum.inc(sum(values))
        for bucket, count in zip(self._buckets, counts, strict=True):
            if count:
                bucket.inc(count)


Key = tuple[Any, ...]  # a metric and the values of its labels
Counts = Counter[Key]
_M = TypeVar("_M", prom.Counter, prom.Gauge, Histogram)


class Family(NamedTuple):
    """What `docs/metrics.md` says of a metric; `name` as Prometheus shows it."""

    name: str
    type: str
    labels: tuple[str, ...]
    help: str


class ClosedPage(NamedTuple):
    """A page whose outcome is committed."""

    outcome: Outcome
    stage_ms: Mapping[str, float]
    duration_s: float  # from the hand-out to the commit, 0 when it was not handed out
    latency_s: float  # from the record's timestamp to the commit
    facts: Sequence[ArticleFacts] = ()
    verdicts: Sequence[Verdict] = ()
    cpu_s: float = 0.0
    attempts: int = 1


class Metrics:
    """The worker's metrics, in a registry. The methods are what the engine, the pool and the store tell; any thread may call them.

    Args:
        registry: where they are registered; one Metrics a registry.
        wall_clock_s: the time of day, in seconds since 1970.
        top_sites: how many sites have a `site` label; 0: the metrics of sites have no series.
    """

    def __init__(self, registry: prom.CollectorRegistry, wall_clock_s: Callable[[], float] = time.time, *, top_sites: int = 0) -> None:
        self._registry = registry
        self._wall_clock_s = wall_clock_s
        self.families: list[Family] = []
        self._is_store_up = True  # as `_start_closed_sets` says it
        self._known: dict[Key, prom.Counter] = {}
        self._sites = TopSites(top_sites) if top_sites else None
        self._add_pages()
        self._add_articles()
        self._add_sites()
        self._add_worker()
        self._add_kafka()
        self._add_process()
        self._start_closed_sets()

    # what happened

    def pages_closed(self, pages: Sequence[ClosedPage]) -> None:
        """The outcomes of pages are committed: added up here first, for a series takes a lock for each number."""
        counts: Counts = Counter()
        stage_s: dict[str, list[float]] = {}
        for page in pages:
            outcome = page.outcome
            counts[self._pages, outcome.outcome, outcome.reason or ""] += 1
            for stage, ms in page.stage_ms.items():
                stage_s.setdefault(stage, []).append(ms / 1000)
            for article in page.facts:
                self._article_published(counts, article)
            for verdict in page.verdicts:
                if verdict.duplicate_of:
                    counts[self._duplicates, verdict.kind] += 1
            if self._sites is not None:
                self._site_seen(self._sites, outcome, page.facts)
        for key, count in counts.items():
            self._series(key).inc(count)
        for stage, durations_s in stage_s.items():
            self._stages.get(stage, self._other_stage).observe_all(durations_s)
        self._articles.inc(sum(len(page.outcome.article_ids) for page in pages))
        self._tombstones.inc(sum(len(page.outcome.tombstoned_ids) for page in pages))
        self._raw_bytes.inc(sum(page.outcome.sizes.raw_bytes for page in pages))
        self._article_bytes.inc(sum(page.outcome.sizes.article_bytes for page in pages))
        self._latency.observe_all([page.latency_s for page in pages])
        self._page_duration.observe_all([page.duration_s for page in pages if page.duration_s])
        self._page_cpu.inc(sum(page.cpu_s for page in pages))
        self._retries.inc(sum(max(0, page.attempts - 1) for page in pages))
        self._quality.observe_all([article.score for page in pages for article in page.facts])
        self._revisions.inc(sum(verdict.revision > 1 for page in pages for verdict in page.verdicts))

    def _article_published(self, counts: Counts, article: ArticleFacts) -> None:
        counts[self._articles_by_markup, article.markup] += 1
        for field in article.fields:
            counts[self._fields, field, article.markup] += 1
        language = (article.language or "").partition("-")[0]
        counts[self._languages, language if language in LANGUAGES else OTHER if language else "unknown"] += 1
        counts[self._dedupe, article.dedupe] += 1
        for class_ in article.removed:
            counts[self._removed, class_ if class_ in SEGMENT_CLASSES else OTHER] += 1

    def _site_seen(self, sites: TopSites, outcome: Outcome, facts: Sequence[ArticleFacts]) -> None:
        site, given_up = sites.label_of(outcome.url)
        if given_up is not None:
            for metric in (self._site_pages, self._site_fields, self._site_articles, self._site_quality):
                metric.remove_by_labels({"site": given_up})
        for kind in REASONS:
            self._site_pages.labels(site, kind).inc(kind == outcome.outcome)
        self._site_articles.labels(site).inc(len(facts))
        self._site_quality.labels(site).inc(sum(article.score for article in facts))
        for field in SITE_FIELDS:
            self._site_fields.labels(site, field).inc(sum(field in article.fields for article in facts))

    def in_flight(self, pages: Callable[[], int], size_bytes: Callable[[], int], busy_slots: Callable[[], int]) -> None:
        """How to see what the worker holds open: asked when the metrics are, by any thread."""
        self._open_pages.set_function(pages)
        self._open_bytes.set_function(size_bytes)
        self._busy_slots.set_function(busy_slots)

    def pool_restarted(self, cause: str) -> None:
        """A process of the pool was replaced; `cause` is one of RESTART_CAUSES."""
        self._restarts.labels(cause).inc()

    def store_called(self, result: str) -> None:
        """The store was asked; `result` is one of STORE_RESULTS."""
        self._series((self._store_requests, result)).inc()
        if (result == "ok") is not self._is_store_up:
            self._is_store_up = not self._is_store_up
            self._store_up.set(self._is_store_up)

    def committed(self, duration_s: float) -> None:
        """Records and offsets were committed."""
        self._series((self._transactions, "committed")).inc()
        self._commit_duration.observe(duration_s)
        self._progress.set(self._wall_clock_s())

    def transaction(self, result: str) -> None:
        """A transaction ended otherwise; `result` is one of TRANSACTION_RESULTS."""
        self._transactions.labels(result).inc()

    def reset_done(self, partitions: int, *, rebalanced: bool) -> None:
        """The worker began again from the committed offsets of the partitions it has; `rebalanced`: because its group changed."""
        self._resets.inc()
        self._rebalances.inc(rebalanced)
        self._partitions.set(partitions)
        if not partitions:
            self.lag({})

    def lag(self, records: Mapping[Any, int]) -> None:
        """Records not yet committed, by partition."""
        self._lag.set(sum(records.values()))
        self._max_lag.set(max(records.values(), default=0))

    def _series(self, key: Key) -> prom.Counter:
        """A series of a metric whose label set is closed: to find it by `labels` costs five times what counting does."""
        series = self._known.get(key)
        if series is None:
            metric, *labels = key
            series = self._known[key] = metric.labels(*labels)
        return series

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
            Histogram, "page_duration_seconds", "From a page's hand-out to the pool to its commit.", buckets=PAGE_BUCKETS_S
        )
        self._stage_duration = self._new(
            Histogram, "stage_duration_seconds", "Time of a page in each stage of the line.", ("stage",), buckets=STAGE_BUCKETS_S
        )
        self._latency = self._new(
            Histogram,
            "end_to_end_latency_seconds",
            "From the input record's timestamp to the commit of its outcome.",
            buckets=LATENCY_BUCKETS_S,
        )

        self._page_cpu = self._new(
            prom.Counter,
            "page_cpu_seconds_total",
            "CPU time of the pool's processes on pages; not of those that were killed. The worker's own is `process_cpu_seconds_total`.",
        )
        self._retries = self._new(prom.Counter, "page_retries_total", "Second tries of pages, in a fresh process.")

    def _add_articles(self) -> None:
        self._articles_by_markup = self._new(
            prom.Counter,
            "articles_by_markup_total",
            "Articles published, by the best source any of their fields came from: JSON-LD, meta elements, or neither.",
            ("markup",),
        )
        self._fields = self._new(
            prom.Counter,
            "article_fields_total",
            "Articles published that have the field; over `rawi_articles_by_markup_total` it is the fill rate.",
            ("field", "markup"),
        )
        self._languages = self._new(
            prom.Counter, "article_languages_total", "Articles published, by language; `unknown`: not certain.", ("language",)
        )
        self._quality = self._new(Histogram, "article_quality_ratio", "Quality score of the articles published.", buckets=QUALITY_BUCKETS)
        self._dedupe = self._new(
            prom.Counter, "article_dedupe_total", "Articles published, by whether the store could be asked about them.", ("dedupe",)
        )
        self._duplicates = self._new(
            prom.Counter, "duplicates_total", "Articles that repeat an earlier one, published or dropped (RAWI_DUPLICATES).", ("kind",)
        )
        self._revisions = self._new(prom.Counter, "revisions_total", "Articles whose text changed since they were last published.")
        self._removed = self._new(prom.Counter, "removed_segments_total", "Pieces cut from the bodies of published articles.", ("class",))

    def _add_sites(self) -> None:
        self._site_pages = self._new(
            prom.Counter, "site_pages_total", "Pages of the RAWI_TOP_SITES busiest sites, by what became of them.", ("site", "outcome")
        )
        self._site_articles = self._new(prom.Counter, "site_articles_total", "Articles published of those sites.", ("site",))
        self._site_fields = self._new(
            prom.Counter, "site_article_fields_total", "Articles published of those sites that have the field.", ("site", "field")
        )
        self._site_quality = self._new(
            prom.Counter,
            "site_quality_score_total",
            "Sum of the quality scores of those articles; over `rawi_site_articles_total` it is their mean.",
            ("site",),
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
        self._commit_duration = self._new(Histogram, "commit_duration_seconds", "Time of a successful commit.", buckets=COMMIT_BUCKETS_S)
        self._resets = self._new(
            prom.Counter, "resets_total", "Times the worker began again from the committed offsets: a rebalance or a failed commit."
        )
        self._rebalances = self._new(prom.Counter, "rebalances_total", "Times the worker's group was rebalanced; its own start is one.")
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
        self._stages = {stage: self._stage_duration.labels(stage) for stage in STAGES}
        self._other_stage = self._stages[OTHER]
        for field in FIELDS:
            for markup in MARKUPS:
                self._fields.labels(field, markup)
        for metric, values in (
            (self._articles_by_markup, MARKUPS),
            (self._languages, LANGUAGES),
            (self._dedupe, DEDUPE),
            (self._duplicates, DUPLICATE_KINDS),
            (self._removed, SEGMENT_CLASSES),
            (self._restarts, RESTART_CAUSES),
            (self._store_requests, STORE_RESULTS),
            (self._transactions, TRANSACTION_RESULTS),
        ):
            for value in values:
                metric.labels(value)
        self._store_up.set(1)
        self._progress.set(self._wall_clock_s())
