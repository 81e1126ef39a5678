"""From what became of a page to the records that say so. Pure: one outcome a page, made here and nowhere else."""

import dataclasses
from collections.abc import Callable
from datetime import datetime

import msgspec

from schemas import codec
from schemas.out_headers import article_headers, dead_letter_headers, dead_letter_stub, stub_key
from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind, UnchangedReason
from schemas.records import DuplicateOf, Outcome, Sizes, Timings
from workers import __version__
from workers.engine.pages import Finished, Output, Page
from workers.pipeline.facts import ArticleFacts
from workers.pool.messages import Decoded, PageResult
from workers.sameness.record import duplicate_of, whole
from workers.store.protocol import Past, SeenAs, Verdict

MAX_STANDING = 64  # articles remembered of a URL
MAX_URL_BYTES = 8 * 1024  # DESIGN.md: "Key and `url` are null where missing, cut at 8 KiB"


@dataclasses.dataclass(frozen=True, slots=True)
class OutputMaker:
    """Makes the records of a page. `outcomes_topic` may be empty: then no outcome is written."""

    articles_topic: str
    dlq_topic: str
    outcomes_topic: str
    drop_duplicates: bool
    now: Callable[[], datetime]  # of the wall clock, aware

    def finished(self, page: Page, result: PageResult) -> Finished:
        """A page that went through the child."""
        gone = _tombstoned(page) if result.reason is FilterReason.GONE else []
        verdicts = page.verdicts or []
        articles = self._articles(result, verdicts)
        kind, reason = result.outcome, result.reason
        if result.articles and not articles:
            kind, reason = OutcomeKind.FILTERED, FilterReason.DUPLICATE
        outcome = self._outcome(
            page,
            result.url or page.headers.url,  # a page that ended before its form was read
            kind,
            reason,
            article_ids=[id_ for id_, _ in articles],
            tombstoned_ids=[id_.hex() for id_ in gone],
            duplicate_of=duplicate_of(verdicts[0]) if verdicts else None,
            raw_bytes=result.raw_bytes,
            article_bytes=sum(len(value) for _, value in articles),
            timings=_timings(result),
        )
        headers = self._headers(page)
        outputs = [Output(self.articles_topic, id_.encode(), value, headers) for id_, value in articles]
        outputs += [Output(self.articles_topic, id_.hex().encode(), None, headers) for id_ in gone]
        if result.outcome is OutcomeKind.DEAD_LETTERED:
            letter = DeadLetterReason(result.reason or DeadLetterReason.CRASH)
            outputs.append(self._dead_letter(page, letter, result.stage, result.error, result.attempts))
        return Finished(
            outcome,
            outputs + self._announce(outcome, headers),
            past=_past(page, result, gone, [bytes.fromhex(id_) for id_, _ in articles]),
            learned=result.site_seen if result.outcome is OutcomeKind.PUBLISHED else None,
            verdicts=verdicts,
            stage_ms=result.stage_ms,
            facts=_facts(result, outcome.article_ids, known=page.verdicts is not None),
            cpu_s=result.cpu_s,
            attempts=result.attempts,
            error=result.error,
        )

    def unchanged(self, page: Page, decoded: Decoded, reason: UnchangedReason) -> Finished:
        """A re-crawl of a page that has not changed, found before anything was extracted."""
        outcome = self._outcome(page, decoded.url, OutcomeKind.UNCHANGED, reason, raw_bytes=decoded.raw_bytes)
        return Finished(outcome, self._announce(outcome, self._headers(page)), cpu_s=decoded.cpu_s)

    def same_article(self, page: Page, result: PageResult) -> Finished:
        """A re-crawl whose page changed, and nothing of its articles: nothing is published again."""
        outcome = self._outcome(
            page,
            result.url,
            OutcomeKind.UNCHANGED,
            UnchangedReason.SAME_ARTICLE,
            raw_bytes=result.raw_bytes,
            timings=_timings(result),
        )
        past = msgspec.structs.replace(_past_before(page), verdicts=[], unchanged=True)
        return Finished(outcome, self._announce(outcome, self._headers(page)), past=past, stage_ms=result.stage_ms, cpu_s=result.cpu_s)

    def dead(self, page: Page, reason: DeadLetterReason, error: str, attempts: int = 1) -> Finished:
        """A page that the engine itself gives up: quarantined, or refused by the broker."""
        outcome = self._outcome(page, page.headers.url, OutcomeKind.DEAD_LETTERED, reason, raw_bytes=len(page.record.value or b""))
        letter = self._dead_letter(page, reason, "engine", error, attempts)
        return Finished(outcome, [letter, *self._announce(outcome, self._headers(page))], error=error)

    def stub(self, page: Page, reason: DeadLetterReason, error: str) -> Finished:
        """A page whose dead letter, too, was refused: a stub names it by size and hash."""
        outcome = self._outcome(page, page.headers.url, OutcomeKind.DEAD_LETTERED, reason, raw_bytes=len(page.record.value or b""))
        value, headers = dead_letter_stub(page.record.key, page.record.value, self._letter_headers(page, reason, "engine", error, 1))
        letter = Output(self.dlq_topic, stub_key(page.record.key), value, headers)
        return Finished(outcome, [letter, *self._announce(outcome, self._headers(page))], error=error)

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
        duplicate_of: DuplicateOf | None = None,
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
            duplicate_of=duplicate_of,
            sizes=Sizes(raw_bytes=raw_bytes, article_bytes=article_bytes),
            timings=timings or Timings(total_ms=0.0, stages={}),
        )

    def _announce(self, outcome: Outcome, headers: list[tuple[str, bytes]]) -> list[Output]:
        if not self.outcomes_topic:
            return []
        key = outcome.url.encode() if outcome.url else None
        return [Output(self.outcomes_topic, key, codec.encode(outcome), headers)]

    def _headers(self, page: Page) -> list[tuple[str, bytes]]:
        """Of a page's articles, tombstones and outcome: they are the same."""
        return article_headers(page.source, self.now(), page.traceparent)

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

    def _articles(self, result: PageResult, verdicts: list[Verdict]) -> list[tuple[str, bytes]]:
        """The ids and records to publish."""
        if not verdicts:
            return [(article.id, article.value) for article in result.articles]
        return [
            (article.id, whole(article.pieces, verdict))
            for article, verdict in zip(result.articles, verdicts, strict=True)
            if not (self.drop_duplicates and verdict.duplicate_of)
        ]


def _past_before(page: Page) -> Past:
    return page.known.seen.past or Past() if page.known else Past()


def _tombstoned(page: Page) -> list[bytes]:
    """The ids to delete for a page that is gone: what its URL had published; for a redelivery, the same again; else none."""
    if page.known is None or page.known.seen.seen_as is SeenAs.UNCHANGED:
        return []
    past = _past_before(page)
    return past.tombstoned if page.known.seen.seen_as is SeenAs.AGAIN else past.standing


def _past(page: Page, result: PageResult, gone: list[bytes], published: list[bytes]) -> Past | None:
    """What the store is to remember of a page. Only `published` and `filtered` pages claim their URL."""
    if result.outcome not in (OutcomeKind.PUBLISHED, OutcomeKind.FILTERED):
        return None
    if result.reason is FilterReason.ERROR_PAGE:  # a server's bad day says nothing about the page
        return None
    if result.reason is FilterReason.GONE:
        return Past(tombstoned=gone)
    # What the URL published before stays standing: it is still there to be deleted when the page is gone.
    standing = list(dict.fromkeys([*published, *_past_before(page).standing]))[:MAX_STANDING]
    return Past(standing=standing, records=result.records, verdicts=page.verdicts or [])


def _facts(result: PageResult, published: list[str], *, known: bool) -> list[ArticleFacts]:
    """What the metrics count, of the articles that are published."""
    pairs = zip(result.articles, result.facts, strict=True)
    return [msgspec.structs.replace(facts, dedupe="known" if known else "unknown") for article, facts in pairs if article.id in published]


def _timings(result: PageResult) -> Timings:
    return Timings(total_ms=round(result.total_ms, 1), stages={name: round(ms, 1) for name, ms in result.stage_ms.items()})


def _cut(text: str | None) -> str | None:
    return text.encode(errors="replace")[:MAX_URL_BYTES].decode(errors="ignore") or None if text else None
