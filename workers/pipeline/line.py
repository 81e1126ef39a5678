"""The straight line a page walks: decode, then (when the worker says so) the rest. The one place where an exception becomes an outcome."""

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import TypeVar

import msgspec

from schemas.codec import InvalidRecord, decode_article
from schemas.headers import read_page_headers
from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind
from workers.pipeline.draft import Draft, Filtered, Invalid, Limits, replace
from workers.pipeline.facts import facts_of
from workers.pipeline.site import SiteFacts
from workers.pool.messages import ArticleValue, Job, PageResult
from workers.sameness.record import cut, records_hash, text_of

Stage = Callable[[Draft], Draft]
Steps = Sequence[tuple[str, Stage]]
R = TypeVar("R")

DEFAULT_LINE = "workers.pipeline.line:default_line"
MAX_ERROR_CHARS = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_TIMESTAMP_MS = 253_402_300_799_999  # the last millisecond of the year 9999, where datetime ends
_FRAMES_SHOWN = 3
NOTHING_KNOWN = SiteFacts()


class Progress(msgspec.Struct, frozen=True):
    """A page between the two halves of the line: its draft, and the milliseconds each stage took."""

    draft: Draft
    stage_ms: dict[str, float]


class Line:
    """Two tuples of (name, stage): what is run before the worker is asked, and what after; and pages to try it on."""

    def __init__(self, decode: Steps, rest: Steps, samples: Callable[[], Iterable[tuple[Job, bytes]]] = tuple) -> None:
        self.decode = tuple(decode)
        self.rest = tuple(rest)
        self._samples = samples

    def warm_up(self, limits: Limits) -> None:
        """Run the samples: what stages and libraries make at their first use is made once, for all processes that are forked afterwards."""
        for job, value in self._samples():
            walked = self.start(job, value, limits)
            if isinstance(walked, Progress):
                self.run_rest(walked)

    def start(self, job: Job, value: bytes | None, limits: Limits) -> Progress | PageResult:
        """Make the draft of a record and run the first half on it."""
        draft = draft_of(job, value, limits)
        headers_bytes = sum(len(name) + len(content) for name, content in job.headers)
        if headers_bytes > limits.max_header_bytes:
            error = f"headers of {headers_bytes} bytes, limit {limits.max_header_bytes}"
            return _result(
                Progress(draft, {}), OutcomeKind.DEAD_LETTERED, reason=DeadLetterReason.TOO_COMPLEX, error=error, stage="headers"
            )
        return self.run_decode(draft)

    def run_decode(self, draft: Draft) -> Progress | PageResult:
        """Run the first half. A PageResult when the page ended in it; MemoryError is the caller's to handle."""
        return self._run(self.decode, Progress(draft, {}))

    def run_rest(self, progress: Progress, site: SiteFacts = NOTHING_KNOWN) -> PageResult:
        """Run the second half and encode the articles. MemoryError is the caller's to handle."""
        walked = self._run(self.rest, Progress(replace(progress.draft, site=site), progress.stage_ms))
        if isinstance(walked, PageResult):
            return walked
        articles = _timed("encode", _encode_articles, walked)
        if isinstance(articles, PageResult):
            return articles
        return _result(walked, OutcomeKind.PUBLISHED, articles=articles)

    @staticmethod
    def _run(steps: Steps, progress: Progress) -> Progress | PageResult:
        for name, stage in steps:
            draft = _timed(name, stage, progress)
            if isinstance(draft, PageResult):
                return draft
            progress = Progress(draft, progress.stage_ms)
        return progress


def default_line() -> Line:
    """The line of the worker. Imported here, so that another line needs none of its libraries."""
    from workers.stages import STAGES as REST
    from workers.stages.decode import STAGES as DECODE

    return Line(DECODE, REST, _sample_pages)


def _sample_pages() -> Iterator[tuple[Job, bytes]]:
    for page in files("workers.samples").joinpath("pages").iterdir():
        yield Job(headers=[("url", f"https://sample.example/{page.name}".encode())], timestamp_ms=0, has_value=True), page.read_bytes()


def draft_of(job: Job, value: bytes | None, limits: Limits) -> Draft:
    """The draft of a page as it came in. Now is `fetched-at`, else the record's timestamp (kept inside 1970 to 9999)."""
    headers = read_page_headers(job.headers)
    timestamp_ms = min(max(job.timestamp_ms, 0), _MAX_TIMESTAMP_MS)
    now = headers.fetched_at or _EPOCH + timedelta(milliseconds=timestamp_ms)
    return Draft(headers=headers, value=value, now=now, limits=limits, url_required=job.url_required)


def _timed(name: str, work: Callable[[Draft], R], progress: Progress) -> R | PageResult:
    """Run one step, note its milliseconds, and turn what it raised into the page's result."""
    started = time.perf_counter()
    try:
        return work(progress.draft)
    except MemoryError:
        raise  # the process itself is in danger: the child ends
    except Exception as error:  # noqa: BLE001 - whatever a page makes a library raise is that page's outcome
        outcome, reason, message = _verdict(error)
    finally:
        progress.stage_ms[name] = round((time.perf_counter() - started) * 1000, 3)
    return _result(progress, outcome, reason=reason, error=message[:MAX_ERROR_CHARS], stage=name)


def _verdict(error: Exception) -> tuple[OutcomeKind, FilterReason | DeadLetterReason, str]:
    match error:
        case Filtered():
            return OutcomeKind.FILTERED, error.reason, error.detail
        case Invalid():
            return OutcomeKind.DEAD_LETTERED, error.reason, error.detail
        case RecursionError():
            return OutcomeKind.DEAD_LETTERED, DeadLetterReason.TOO_COMPLEX, f"nested too deeply: {where(error)}"
        case _:
            return OutcomeKind.DEAD_LETTERED, DeadLetterReason.CRASH, where(error)


def where(error: BaseException) -> str:
    """The exception's type and the innermost frames. Not its message: that may quote the page."""
    frames = traceback.extract_tb(error.__traceback__, limit=-_FRAMES_SHOWN)
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"[:MAX_ERROR_CHARS]


def _encode_articles(draft: Draft) -> list[ArticleValue]:
    if not draft.articles:
        raise Invalid(DeadLetterReason.CRASH, "the line ended without an article and without a reason")
    try:
        values = [ArticleValue(article.id, cut(article), text_of(article)) for article in draft.articles]
        for article in values:
            decode_article(article.value)  # 13 µs: a stage that wrote what the schema forbids is found here, not downstream
    except InvalidRecord as error:
        raise Invalid(DeadLetterReason.UNPUBLISHABLE, str(error)) from error
    largest = max(len(article.value) for article in values)
    if largest > draft.limits.max_output_bytes:
        raise Invalid(DeadLetterReason.OUTPUT_TOO_LARGE, f"an article of {largest} bytes, limit {draft.limits.max_output_bytes}")
    return values


def _result(
    progress: Progress,
    outcome: OutcomeKind,
    *,
    reason: FilterReason | DeadLetterReason | None = None,
    error: str = "",
    stage: str = "",
    articles: list[ArticleValue] | None = None,
) -> PageResult:
    draft = progress.draft
    return PageResult(
        outcome=outcome,
        reason=reason,
        error=error,
        stage=stage,
        url=draft.url,
        raw_bytes=len(draft.value or b""),
        articles=articles or [],
        records=records_hash(draft.articles) if articles else b"",
        facts=[facts_of(article) for article in draft.articles] if articles else [],
        site_seen=draft.site_seen,
        stage_ms=progress.stage_ms,
        total_ms=round(sum(progress.stage_ms.values()), 3),
    )
