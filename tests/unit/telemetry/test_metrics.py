"""Metrics: names by Prometheus' rules, closed label sets that exist from the start, the generated page."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from schemas.reasons import DeadLetterReason, FilterReason, UnchangedReason
from schemas.records import Outcome, Sizes, Source, Timings
from workers.pipeline.facts import FIELDS, ArticleFacts
from workers.pool.ends import RestartCause
from workers.store.protocol import Verdict
from workers.telemetry import metrics
from workers.telemetry.docs import metrics_md
from workers.telemetry.metrics import ClosedPage, Metrics

ROOT = Path(__file__).parents[3]


def test_duplicates_and_revisions_are_counted_dropped_ones_too() -> None:
    told, registry = made()
    verdicts = [Verdict(id=b"a", duplicate_of=b"b", kind="near", score=0.8), Verdict(id=b"c", revision=2), Verdict(id=b"d")]
    close(told, outcome("filtered", "duplicate", 0), stage_ms={}, verdicts=verdicts, duration_s=0.1, latency_s=1)
    kinds = {kind: registry.get_sample_value("rawi_duplicates_total", {"kind": kind}) for kind in ("exact", "near", "syndicated")}
    assert kinds == {"exact": 0, "near": 1, "syndicated": 0}
    assert registry.get_sample_value("rawi_revisions_total") == 1


def close(told: Metrics, outcome: Outcome, **page: Any) -> None:
    told.pages_closed([ClosedPage(outcome, **page)])


def outcome(kind: str = "published", reason: str | None = None, articles: int = 1) -> Outcome:
    return Outcome(
        url="http://example.org/a",
        source=Source(topic="t", partition=0, offset=0),
        outcome=kind,  # type: ignore[arg-type]
        reason=reason,
        article_ids=[str(n) for n in range(articles)],
        sizes=Sizes(raw_bytes=1000, article_bytes=300),
        timings=Timings(total_ms=1, stages={}),
    )


def made() -> tuple[Metrics, CollectorRegistry]:
    registry = CollectorRegistry()
    return Metrics(registry, wall_clock_s=lambda: 1_000.0), registry


def test_every_outcome_and_reason_exists_at_zero_from_the_start() -> None:
    _, registry = made()
    [pages] = [family for family in registry.collect() if family.name == "rawi_pages"]
    series = {(s.labels["outcome"], s.labels["reason"]): s.value for s in pages.samples if s.name == "rawi_pages_total"}
    assert len(series) == 1 + len(UnchangedReason) + len(FilterReason) + len(DeadLetterReason)
    assert set(series.values()) == {0}
    assert ("published", "") in series


def test_a_closed_page_is_counted_once_with_its_articles_bytes_and_times() -> None:
    told, registry = made()
    close(told, outcome(articles=2), stage_ms={"parse": 4.0, "a stage of a test": 1.0}, duration_s=0.2, latency_s=1.5)
    close(told, outcome("dead_lettered", "quarantined", 0), stage_ms={}, duration_s=0, latency_s=2)
    value = registry.get_sample_value
    assert value("rawi_pages_total", {"outcome": "published", "reason": ""}) == 1
    assert value("rawi_pages_total", {"outcome": "dead_lettered", "reason": "quarantined"}) == 1
    assert value("rawi_articles_total") == 2
    assert value("rawi_raw_bytes_total") == 2000
    assert value("rawi_page_duration_seconds_count") == 1
    assert value("rawi_end_to_end_latency_seconds_sum") == 3.5
    assert value("rawi_stage_duration_seconds_sum", {"stage": "parse"}) == 0.004
    assert value("rawi_stage_duration_seconds_count", {"stage": "other"}) == 1


def test_pages_that_are_closed_together_are_counted_as_one_by_one() -> None:
    pages = [
        ClosedPage(outcome(articles=n), {"parse": n / 3, "too_short": 5.0}, n / 10, n * 0.7, [facts(score=n / 10)] * n, attempts=n)
        for n in range(1, 9)
    ]
    (together, one), (one_by_one, other) = made(), made()
    together.pages_closed(pages)
    for page in pages:
        one_by_one.pages_closed([page])
    together.pages_closed([])

    def shown(registry: CollectorRegistry) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        samples = [sample for family in registry.collect() for sample in family.samples if not sample.name.endswith("_created")]
        return {(s.name, tuple(sorted(s.labels.items()))): s.value for s in samples if s.name.startswith("rawi_")}

    assert shown(one) == pytest.approx(shown(other))
    assert shown(one)["rawi_stage_duration_seconds_bucket", (("le", "0.005"), ("stage", "too_short"))] == 8


def facts(**changes: Any) -> ArticleFacts:
    given: dict[str, Any] = {"markup": "jsonld", "language": "ar", "score": 0.9, "removed": ["tags"], "dedupe": "known"}
    return ArticleFacts(**{"fields": ["headline"]} | given | changes)


def test_what_is_known_of_each_article_is_counted_in_closed_sets() -> None:
    told, registry = made()
    articles = [
        facts(),
        facts(markup="none", language="pt-BR", removed=["tags", "a class of a later rule"]),
        facts(language=None, fields=[]),
    ]
    close(told, outcome(articles=3), stage_ms={}, facts=articles, duration_s=0.1, latency_s=1, cpu_s=0.25, attempts=2)
    close(told, outcome(), stage_ms={}, facts=[facts(language="mi", dedupe="unknown", score=0.4)], duration_s=0.1, latency_s=1)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"rawi_{name}", labels)

    assert [value("articles_by_markup_total", markup=markup) for markup in ("jsonld", "meta", "none")] == [3, 0, 1]
    assert [value("article_fields_total", field="headline", markup=markup) for markup in ("jsonld", "meta", "none")] == [2, 0, 1]
    assert [value("article_languages_total", language=language) for language in ("ar", "pt", "other", "unknown")] == [1, 1, 1, 1]
    assert [value("removed_segments_total", **{"class": name}) for name in ("tags", "other", "comments")] == [4, 1, 0]
    assert (value("article_dedupe_total", dedupe="unknown"), value("article_quality_ratio_bucket", le="0.4")) == (1, 1)
    assert (value("page_cpu_seconds_total"), value("page_retries_total")) == (0.25, 1)


def test_sites_have_series_only_when_asked_for_and_only_so_many() -> None:
    told, registry = made()
    close(told, outcome(), stage_ms={}, facts=[facts()], duration_s=0.1, latency_s=1)
    assert registry.get_sample_value("rawi_site_articles_total", {"site": "other"}) is None

    registry = CollectorRegistry()
    told = Metrics(registry, top_sites=2)
    visits = ["https://www.A.test/1", "https://b.test/1", "https://c.test/1", None, "not a url", "https://c.test/2", "https://c.test/3"]
    for url in visits:
        close(told, msgspec.structs.replace(outcome(), url=url), stage_ms={}, facts=[facts()], duration_s=0.1, latency_s=1)
    [pages] = [family for family in registry.collect() if family.name == "rawi_site_pages"]
    series = {s.labels["site"]: s.value for s in pages.samples if s.name == "rawi_site_pages_total" and s.labels["outcome"] == "published"}
    # c.test came a third time while a.test and b.test had been seen once: it takes the label of one of them.
    assert series.pop("a.test", 0) + series.pop("b.test", 0) == 1
    assert series == {"c.test": 1, "other": 4}
    assert registry.get_sample_value("rawi_site_article_fields_total", {"site": "c.test", "field": "headline"}) == 1
    assert registry.get_sample_value("rawi_site_quality_score_total", {"site": "c.test"}) == 0.9


def test_the_fields_of_sites_are_fields() -> None:
    assert set(metrics.SITE_FIELDS) <= set(FIELDS)


def test_what_the_engine_the_pool_and_the_store_tell_is_shown() -> None:
    told, registry = made()
    value = registry.get_sample_value
    assert value("rawi_store_up") == 1
    told.in_flight(lambda: 3, lambda: 4096, lambda: 2)
    told.reset_done(4, rebalanced=True)
    told.lag({("t", 0): 5, ("t", 1): 7})
    told.committed(0.01)
    told.transaction("failed")
    told.store_called("error")
    for cause in RestartCause:
        told.pool_restarted(cause)
    assert [value(f"rawi_{name}") for name in ("pages_in_flight", "bytes_in_flight", "pool_busy_slots")] == [3, 4096, 2]
    assert [value(f"rawi_{name}") for name in ("assigned_partitions", "consumer_lag_records", "consumer_lag_max_records")] == [4, 12, 7]
    assert value("rawi_transactions_total", {"result": "committed"}) == value("rawi_transactions_total", {"result": "failed"}) == 1
    assert value("rawi_last_progress_timestamp_seconds") == 1000
    assert value("rawi_store_up") == 0
    told.reset_done(0, rebalanced=False)
    assert (value("rawi_resets_total"), value("rawi_rebalances_total")) == (2, 1)
    assert value("rawi_consumer_lag_records") == 0


def test_the_closed_sets_are_those_of_the_code_that_tells() -> None:
    assert set(metrics.RESTART_CAUSES) == set(RestartCause)


def test_every_stage_of_the_line_has_a_series() -> None:
    from workers.pipeline.line import default_line

    line = default_line()
    assert {name for name, _ in (*line.decode, *line.rest)} <= set(metrics.STAGES)


def test_names_have_the_prefix_the_unit_and_the_type_their_rules_want() -> None:
    told, _ = made()
    for family in told.families:
        assert re.fullmatch(r"rawi_[a-z_]+", family.name)
        assert (family.type == "counter") == family.name.endswith("_total")
        assert family.type != "histogram" or family.name.endswith(("_seconds", "_ratio"))
        assert family.help.endswith(".")
        assert not set(family.labels) & {"url", "host", "topic", "partition", "offset", "job", "instance"}


def test_the_exposition_can_be_read_back_and_has_the_process_too() -> None:
    _, registry = made()
    names = {family.name for family in text_string_to_metric_families(generate_latest(registry).decode())}
    assert {"rawi_pages", "rawi_build_info", "process_cpu_seconds"} <= names


def test_the_committed_page_is_what_the_metrics_make() -> None:
    assert (ROOT / "docs" / "metrics.md").read_text("utf-8") == metrics_md(), "run: python -m workers.telemetry.docs"
