"""Closes the books on pages whose outcome is committed: each is counted, logged and remembered once, here and nowhere else."""

import logging
from collections.abc import Callable

import structlog

from schemas.reasons import OutcomeKind
from workers.engine.lookup import Lookup
from workers.engine.pages import Page
from workers.telemetry.metrics import ClosedPage, Metrics
from workers.telemetry.traces import trace_id_of
from workers.telemetry.tracing import TracedPage, Tracing

log = structlog.get_logger()


class Account:
    """Metrics, traces, log and store, told of committed pages."""

    def __init__(
        self, metrics: Metrics, tracing: Tracing, lookup: Lookup, *, clock: Callable[[], float], wall_clock_s: Callable[[], float]
    ) -> None:
        self._metrics = metrics
        self._tracing = tracing
        self._lookup = lookup
        self._clock = clock
        self._wall_clock_s = wall_clock_s

    def close(self, pages: list[Page]) -> None:
        """Count, log and remember."""
        now_s, wall_s = self._clock(), self._wall_clock_s()
        bound_log = log.bind()  # once: the lazy one is put together anew for each line
        closed: list[ClosedPage] = []
        for page in pages:
            assert page.finished is not None
            outcome = page.finished.outcome
            latency_s = max(0.0, wall_s - page.record.timestamp / 1000)
            duration_s = now_s - page.begun_s if page.begun_s else 0.0
            closed.append(
                ClosedPage(
                    outcome,
                    page.finished.stage_ms,
                    duration_s,
                    latency_s,
                    page.finished.facts,
                    page.finished.verdicts,
                    page.finished.cpu_s,
                    page.finished.attempts,
                )
            )
            self._tracing.closed(
                TracedPage(
                    parent=page.headers.traceparent,
                    own=page.traceparent,
                    topic=outcome.source.topic,
                    partition=outcome.source.partition,
                    offset=outcome.source.offset,
                    url=outcome.url,
                    outcome=outcome.outcome,
                    reason=outcome.reason,
                    stage_ms=page.finished.stage_ms,
                    begun_s=wall_s - duration_s,
                    committed_s=wall_s,
                )
            )
            source, trace_id = outcome.source, trace_id_of(page.traceparent)
            bound_log.log(
                logging.WARNING if outcome.outcome == OutcomeKind.DEAD_LETTERED.value else logging.INFO,
                "page.closed",
                topic=source.topic,
                partition=source.partition,
                offset=source.offset,
                **({} if trace_id is None else {"trace_id": trace_id}),
                outcome=outcome.outcome,
                reason=outcome.reason,
                article_ids=outcome.article_ids,
                url=outcome.url,
                error=page.finished.error or None,
            )
        self._metrics.pages_closed(closed)
        self._lookup.remember(pages)
