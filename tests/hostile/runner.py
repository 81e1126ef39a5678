"""Hostile inputs through the worker's own pool and line: what became of each, and what it cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.codec import decode_article
from schemas.records import Article
from tests.hostile.cases import Case
from workers.pipeline.draft import Limits
from workers.pool.messages import Decoded, Job, PageResult, Proceed
from workers.pool.pool import Pool, PoolLimits, RestartCause

FETCHED_MS = 1_767_000_000_000  # the records' timestamp


class Restarts(list[RestartCause]):
    """The pool's observer: why its processes were replaced."""

    def pool_restarted(self, cause: RestartCause) -> None:
        self.append(cause)


@dataclass(frozen=True)
class Ran:
    """The results by name, and the processes that had to be replaced."""

    results: dict[str, PageResult]
    restarts: list[RestartCause]

    def articles(self) -> Iterator[tuple[str, Article]]:
        """Every article that came out."""
        for name, result in self.results.items():
            for article in result.articles:
                yield name, decode_article(article.value)


def run(cases: Mapping[str, Case], *, timeout_s: float, slots: int = 2) -> Ran:
    """Send every case through one pool."""
    restarts = Restarts()
    results: dict[str, PageResult] = {}
    todo = iter(cases.items())
    with Pool[str](slots, PoolLimits(timeout_s=timeout_s), Limits(), restarts) as pool:
        while len(results) < len(cases):
            while pool.free and (next_case := next(todo, None)):
                name, case = next_case
                value = case.make()
                pool.submit([(name, Job(headers=list(case.headers), timestamp_ms=FETCHED_MS, has_value=value is not None), value)])
            for name, message in pool.poll(0.5):
                if isinstance(message, Decoded):
                    pool.answer(name, Proceed())
                else:
                    results[name] = message
    return Ran(results, list(restarts))
