"""From what became of a page to the records that say so. Pure: one outcome a page, made here and nowhere else."""

import dataclasses
from collections.abc import Callable
from datetime import datetime

from schemas import codec
from schemas.out_headers import article_headers, dead_letter_headers, dead_letter_stub, outcome_headers, stub_key
from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind, UnchangedReason
from schemas.records import Outcome, Sizes, Timings
from workers import __version__
from workers.engine.pages import Finished, Output, Page
from workers.engine.seen import GONE, tombstones
from workers.pool.messages import Decoded, PageResult
from workers.store.protocol import Remembered

MAX_URL_BYTES = 8 * 1024  # DESIGN.md: "Key and `url` are null where missing, cut at 8 KiB"


@dataclasses.dataclass(frozen=True, slots=True)
class OutputMaker:
    """Makes the records of a page. `outcomes_topic` may be empty: then no outcome is written."""

    articles_topic: str
    dlq_topic: str
    outcomes_topic: str
    rules_version: str
    now: Callable[[], datetime]  # of the wall clock, aware

    def finished(self, page: Page, result: PageResult) -> Finished:
        """A page that went through the child."""
        gone = tombstones(page.remembered, page.source) if result.reason is FilterReason.GONE else []
        outcome = self._outcome(
            page,
            result.url or page.headers.url,  # a page that ended before its form was read
            result.outcome,
            result.reason,
            article_ids=[article.id for article in result.articles],
            tombstoned_ids=gone,
            raw_bytes=result.raw_bytes,
            article_bytes=sum(len(article.value) for article in result.articles),
            timings=Timings(total_ms=round(result.total_ms, 1), stages={name: round(ms, 1) for name, ms in result.stage_ms.items()}),
        )
        headers = article_headers(page.source, self.now(), page.traceparent)
        outputs = [Output(self.articles_topic, article.id.encode(), article.value, headers) for article in result.articles]
        outputs += [Output(self.articles_topic, article_id.encode(), None, headers) for article_id in gone]
        if result.outcome is OutcomeKind.DEAD_LETTERED:
            reason = DeadLetterReason(result.reason or DeadLetterReason.CRASH)
            outputs.append(self._dead_letter(page, reason, result.stage, result.error, result.attempts))
        return Finished(
            outcome,
            outputs + self._announce(page, outcome),
            self._remember(page, result, gone),
            stage_ms=result.stage_ms,
            facts=result.facts,
            cpu_s=result.cpu_s,
            attempts=result.attempts,
            error=result.error,
        )

    def unchanged(self, page: Page, decoded: Decoded) -> Finished:
        """A re-crawl of the same bytes."""
        outcome = self._outcome(page, decoded.url, OutcomeKind.UNCHANGED, UnchangedReason.SAME_BYTES, raw_bytes=decoded.raw_bytes)
        return Finished(outcome, self._announce(page, outcome), cpu_s=decoded.cpu_s)

    def dead(self, page: Page, reason: DeadLetterReason, error: str, attempts: int = 1) -> Finished:
        """A page that the engine itself gives up: quarantined, or refused by the broker."""
        outcome = self._outcome(page, page.headers.url, OutcomeKind.DEAD_LETTERED, reason, raw_bytes=len(page.record.value or b""))
        letter = self._dead_letter(page, reason, "engine", error, attempts)
        return Finished(outcome, [letter, *self._announce(page, outcome)], error=error)

    def stub(self, page: Page, reason: DeadLetterReason, error: str) -> Finished:
        """A page whose dead letter, too, was refused: a stub names it by size and hash."""
        outcome = self._outcome(page, page.headers.url, OutcomeKind.DEAD_LETTERED, reason, raw_bytes=len(page.record.value or b""))
        value, headers = dead_letter_stub(page.record.key, page.record.value, self._letter_headers(page, reason, "engine", error, 1))
        letter = Output(self.dlq_topic, stub_key(page.record.key), value, headers)
        return Finished(outcome, [letter, *self._announce(page, outcome)], error=error)

    def _outcome(
        self,
        page: Page,
        url: str | None,
        kind: OutcomeKind,
        reason: FilterReason | DeadLetterReason | UnchangedReason | None,
        *,
        raw_bytes: int,
        article_ids: list[str] | None = None,
        tombstoned_ids: list[str] | None = None,
        article_bytes: int = 0,
        timings: Timings | None = None,
    ) -> Outcome:
        return Outcome(
            url=_cut(url),
            source=page.source,
            outcome=kind.value,
            reason=reason.value if reason else None,
            article_ids=article_ids or [],
            tombstoned_ids=tombstoned_ids or [],
            sizes=Sizes(raw_bytes=raw_bytes, article_bytes=article_bytes),
            timings=timings or Timings(total_ms=0.0, stages={}),
        )

    def _announce(self, page: Page, outcome: Outcome) -> list[Output]:
        if not self.outcomes_topic:
            return []
        key = outcome.url.encode() if outcome.url else None
        return [Output(self.outcomes_topic, key, codec.encode(outcome), outcome_headers(page.source, self.now(), page.traceparent))]

    def _dead_letter(self, page: Page, reason: DeadLetterReason, stage: str, error: str, attempts: int) -> Output:
        return Output(self.dlq_topic, page.record.key, page.record.value, self._letter_headers(page, reason, stage, error, attempts))

    def _letter_headers(self, page: Page, reason: DeadLetterReason, stage: str, error: str, attempts: int) -> list[tuple[str, bytes]]:
        return dead_letter_headers(
            page.raw_headers,
            stage=stage,
            reason=reason,
            error=error,
            attempts=attempts,
            source=page.source,
            timestamp_ms=page.record.timestamp,
            worker_version=__version__,
        )

    def _remember(self, page: Page, result: PageResult, gone: list[str]) -> tuple[str, Remembered] | None:
        """Only `published` and `filtered` pages claim their URL."""
        if result.url is None or result.outcome not in (OutcomeKind.PUBLISHED, OutcomeKind.FILTERED):
            return None
        if result.reason is FilterReason.ERROR_PAGE:  # a server's bad day says nothing about the page
            return None
        is_gone = result.reason is FilterReason.GONE
        # A filtered page leaves what the URL published before standing: it is still there to be deleted when the page is gone.
        before = page.remembered.article_ids if page.remembered else []
        ids = gone if is_gone else [article.id for article in result.articles] or before
        sha256 = GONE if is_gone else result.page_sha256
        return result.url, Remembered(page_sha256=sha256, source=page.source, rules_version=self.rules_version, article_ids=ids)


def _cut(text: str | None) -> str | None:
    return text.encode(errors="replace")[:MAX_URL_BYTES].decode(errors="ignore") or None if text else None
