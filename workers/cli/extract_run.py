"""Pages through the killable pool, without a broker or a store; results in the order of the pages."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from workers.cli.extract_inputs import Page, Unreadable
from workers.pipeline.line import DEFAULT_LINE
from workers.pool.ends import RestartCause
from workers.pool.messages import Decoded, Job, PageResult, Proceed
from workers.pool.pool import Pool, PoolLimits
from workers.settings.model import PageSettings

_POLL_S = 1.0
MAX_AHEAD = 64  # results kept, a job, while an earlier page is not done


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a page. `problem`: it could not be read at all, and has no result."""

    page: Page
    result: PageResult | None
    seconds: float
    problem: str = ""


@dataclass(slots=True)
class _Flight:
    """Pages given to the pool, and results that wait for earlier ones."""

    pages: dict[int, tuple[Page, float]] = field(default_factory=dict)
    done: dict[int, Done] = field(default_factory=dict)
    given: int = 0
    told: int = 0


class _Silent:
    def pool_restarted(self, cause: RestartCause) -> None:
        """Nothing to count here."""


def extract_pages(pages: Iterable[Page], settings: PageSettings, jobs: int, *, line: str = DEFAULT_LINE) -> Iterator[Done]:
    """Run the pages, `jobs` at a time; raises PoolBroken."""
    limits = PoolLimits(
        timeout_s=settings.timeout_s,
        max_memory_bytes=settings.max_memory_bytes,
        pages_per_process=settings.pages_per_process,
        max_result_bytes=settings.max_result_bytes,
    )
    pool: Pool[int] = Pool(jobs, limits, settings.limits, _Silent(), rules_dir=settings.rules_dir, line=line)
    flight = _Flight()
    coming = iter(pages)
    try:
        while _give(pool, coming, flight, MAX_AHEAD * jobs) or flight.pages or flight.done:
            if flight.pages:
                _take(pool, flight)
            while flight.told in flight.done:
                yield flight.done.pop(flight.told)
                flight.told += 1
    finally:
        pool.close()


def _give(pool: Pool[int], coming: Iterator[Page], flight: _Flight, max_ahead: int) -> bool:
    """Fill the free slots; whether there was another page."""
    while pool.free and flight.given - flight.told < max_ahead:
        page = next(coming, None)
        if page is None:
            return False
        number, flight.given = flight.given, flight.given + 1
        try:
            value = page.read()
        except Unreadable as e:
            flight.done[number] = Done(page, None, 0.0, str(e))
            continue
        flight.pages[number] = (page, time.perf_counter())
        # Without a record there is no time of one: now is `fetched-at`, or not known.
        pool.submit([(number, Job(headers=page.headers(), timestamp_ms=0, has_value=True, url_required=False), value)])
    return True


def _take(pool: Pool[int], flight: _Flight) -> None:
    for number, message in pool.poll(_POLL_S):
        if isinstance(message, Decoded):
            pool.answer(number, Proceed())  # no store is asked: nothing is `unchanged`, nothing is learned
            continue
        page, begun = flight.pages.pop(number)
        # The child's own time; a page that was killed has none, only the time it was given.
        seconds = message.total_ms / 1000 if message.total_ms else time.perf_counter() - begun
        flight.done[number] = Done(page, message, round(seconds, 4))
