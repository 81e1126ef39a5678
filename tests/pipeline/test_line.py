"""The straight line: every way a page can end becomes a result, with the stage, the time and the last good url."""

from datetime import UTC, datetime

import msgspec
import pytest

from schemas.codec import decode_article
from schemas.headers import PageHeaders
from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind
from schemas.records import Article, Provenance, Quality
from workers.pipeline.draft import Draft, Filtered, Invalid, Limits, replace
from workers.pipeline.line import MAX_ERROR_CHARS, Line, Progress, Stage, draft_of
from workers.pool.messages import Job, PageResult

HASH = "0" * 64


def a_draft(**changes: object) -> Draft:
    return replace(Draft(headers=PageHeaders(), value=b"page", now=datetime(2024, 5, 1, tzinfo=UTC), limits=Limits()), **changes)


def with_url(draft: Draft) -> Draft:
    return replace(draft, url="https://news.test/a", page_sha256=HASH)


def an_article(draft: Draft, body: str = "body") -> Article:
    return Article(
        id=HASH,
        schema_version="1",
        article_body=body,
        paragraphs=[body],
        word_count=1,
        content_hash=HASH,
        dedupe="unknown",
        provenance=Provenance(extractor="test", extractor_version="0", rules_version="0", page_sha256=HASH),
        quality=Quality(score=1.0),
    )


def with_article(draft: Draft) -> Draft:
    return replace(draft, articles=(an_article(draft),))


def raising(error: BaseException) -> Stage:
    def stage(draft: Draft) -> Draft:
        raise error

    return stage


def walk(line: Line, draft: Draft | None = None) -> PageResult:
    progress = line.run_decode(draft or a_draft())
    return progress if isinstance(progress, PageResult) else line.run_rest(progress)


def test_a_page_is_published_with_its_articles_and_the_time_of_each_stage() -> None:
    result = walk(Line([("form", with_url)], [("assemble", with_article)]))
    assert result.outcome is OutcomeKind.PUBLISHED
    assert (result.reason, result.error, result.stage) == (None, "", "")
    assert (result.url, result.raw_bytes) == ("https://news.test/a", 4)
    [value] = result.articles
    assert (value.id, decode_article(value.value).dedupe) == (HASH, "unknown")
    assert list(result.stage_ms) == ["form", "assemble", "encode"]
    assert result.total_ms == pytest.approx(sum(result.stage_ms.values()), abs=0.01)


def test_decode_hands_the_draft_on_and_runs_nothing_of_the_rest() -> None:
    progress = Line([("form", with_url)], [("never", raising(AssertionError()))]).run_decode(a_draft())
    assert isinstance(progress, Progress)
    assert progress.draft.url == "https://news.test/a"
    assert list(progress.stage_ms) == ["form"]


@pytest.mark.parametrize(
    ("error", "outcome", "reason", "message"),
    [
        (Filtered(FilterReason.TOO_SHORT, "12 characters"), OutcomeKind.FILTERED, FilterReason.TOO_SHORT, "12 characters"),
        (Filtered(FilterReason.GONE), OutcomeKind.FILTERED, FilterReason.GONE, ""),
        (Invalid(DeadLetterReason.BAD_WARC, "cut short"), OutcomeKind.DEAD_LETTERED, DeadLetterReason.BAD_WARC, "cut short"),
        (
            RecursionError("deep"),
            OutcomeKind.DEAD_LETTERED,
            DeadLetterReason.TOO_COMPLEX,
            "nested too deeply: RecursionError at",
        ),
        (KeyError("text of the page"), OutcomeKind.DEAD_LETTERED, DeadLetterReason.CRASH, "KeyError at test_line.py"),
    ],
)
@pytest.mark.parametrize("half", ["decode", "rest"])
def test_what_a_stage_raises_is_the_outcome(
    half: str, error: Exception, outcome: OutcomeKind, reason: FilterReason | DeadLetterReason, message: str
) -> None:
    first, ends = ("form", with_url), ("ends", raising(error))
    result = walk(Line([first, ends], []) if half == "decode" else Line([first], [ends]))
    assert (result.outcome, result.reason, result.stage) == (outcome, reason, "ends")
    assert result.error.startswith(message)
    assert "text of the page" not in result.error
    assert result.url == "https://news.test/a"
    assert list(result.stage_ms) == ["form", "ends"]
    assert result.articles == []


def test_an_error_is_cut_to_its_limit() -> None:
    result = walk(Line([("form", raising(Invalid(DeadLetterReason.BAD_HTTP, "x" * 9_000)))], []))
    assert len(result.error) == MAX_ERROR_CHARS


def test_memory_error_is_left_to_the_caller() -> None:
    with pytest.raises(MemoryError):
        Line([("eats", raising(MemoryError()))], []).run_decode(a_draft())


def test_an_article_above_the_output_limit_is_output_too_large() -> None:
    def big(draft: Draft) -> Draft:
        return replace(draft, articles=(an_article(draft), an_article(draft, "x" * 1_000)))

    result = walk(Line([], [("assemble", big)]), a_draft(limits=Limits(max_output_bytes=1_000)))
    assert (result.outcome, result.reason, result.stage) == (OutcomeKind.DEAD_LETTERED, DeadLetterReason.OUTPUT_TOO_LARGE, "encode")
    assert result.articles == []


def test_a_line_that_makes_no_article_never_counts_as_published() -> None:
    result = walk(Line([], []))
    assert (result.outcome, result.reason) == (OutcomeKind.DEAD_LETTERED, DeadLetterReason.CRASH)


def test_the_same_page_gives_the_same_bytes() -> None:
    line = Line([("form", with_url)], [("assemble", with_article)])
    assert walk(line).articles == walk(line).articles


def test_now_is_fetched_at_else_the_records_timestamp() -> None:
    job = Job(headers=[], timestamp_ms=1_714_557_600_123, has_value=True)
    assert draft_of(job, b"x", Limits()).now == datetime(2024, 5, 1, 10, 0, 0, 123_000, tzinfo=UTC)
    told = Job(headers=[("fetched-at", b"2024-04-30T08:00:00Z")], timestamp_ms=1_714_557_600_123, has_value=True)
    assert draft_of(told, b"x", Limits()).now == datetime(2024, 4, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize("timestamp_ms", [-1, -(2**63), 2**63 - 1])
def test_a_timestamp_that_is_no_date_is_kept_inside_the_calendar(timestamp_ms: int) -> None:
    now = draft_of(Job(headers=[], timestamp_ms=timestamp_ms, has_value=False), None, Limits()).now
    assert now.year in (1970, 9999)


def test_headers_above_their_limit_are_too_complex_before_any_stage() -> None:
    job = Job(headers=[("cookie", b"x" * 1_000)], timestamp_ms=0, has_value=True)
    result = Line([("never", raising(AssertionError()))], []).start(job, b"page", Limits(max_header_bytes=1_000))
    assert isinstance(result, PageResult)
    assert (result.outcome, result.reason, result.stage) == (OutcomeKind.DEAD_LETTERED, DeadLetterReason.TOO_COMPLEX, "headers")
    assert (result.raw_bytes, result.stage_ms) == (4, {})


def test_an_article_that_its_schema_forbids_is_not_published() -> None:
    def misdated(draft: Draft) -> Draft:
        return replace(draft, articles=(msgspec.structs.replace(an_article(draft), date_published="yesterday"),))

    result = walk(Line([("form", with_url)], [("assemble", misdated)]))
    assert (result.outcome, result.reason, result.stage) == (OutcomeKind.DEAD_LETTERED, DeadLetterReason.UNPUBLISHABLE, "encode")
    assert "datePublished" in result.error
