"""A pool of real processes for tests, and the loop an engine would have."""

import time
from collections.abc import Callable
from typing import Any

from schemas.codec import decode_article
from schemas.reasons import DeadLetterReason, OutcomeKind
from workers.pipeline.draft import Limits
from workers.pool.messages import Decoded, Job, PageResult, Proceed, Stop
from workers.pool.pool import Pool, PoolLimits, RestartCause

MIB = 1024 * 1024
FAR_S = 60.0  # an end of a test that hangs, not a measure
PROCEED = Proceed()


class Restarts(list[RestartCause]):
    """The observer: restarts in order."""

    def pool_restarted(self, cause: RestartCause) -> None:
        self.append(cause)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Rig:
    """A pool with its observer, and the loop an engine would have."""

    def __init__(
        self,
        slots: int = 1,
        line: str = "by_value",
        page: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        **limits: Any,
    ) -> None:
        self.restarts = Restarts()
        self.decoded: list[tuple[str, Decoded]] = []
        path = f"tests.unit.pool.lines:{line}"
        self.pool: Pool[str] = Pool(slots, PoolLimits(**limits), page or Limits(), self.restarts, path, clock=clock)

    def submit(self, token: str, value: bytes | None = None) -> None:
        job = Job(headers=[], timestamp_ms=0, has_value=True)
        self.pool.submit([(token, job, token.encode() if value is None else value)])

    def submit_together(self, *tokens: str) -> None:
        job = Job(headers=[], timestamp_ms=0, has_value=True)
        self.pool.submit([(token, job, token.encode()) for token in tokens])

    def results(self, count: int, answer: Proceed | Stop | None = PROCEED) -> list[tuple[str, PageResult]]:
        """Poll until `count` results are there; answer what asks."""
        got: list[tuple[str, PageResult]] = []
        end = time.monotonic() + FAR_S
        while len(got) < count:
            assert time.monotonic() < end, f"{len(got)} results of {count}"
            for token, message in self.pool.poll(0.5):
                if isinstance(message, PageResult):
                    got.append((token, message))
                else:
                    self.decoded.append((token, message))
                    if answer is not None:
                        self.pool.answer(token, answer)
        return got

    def run(self, value: str) -> PageResult:
        """One page, from submit to its result."""
        self.submit(value)
        [(token, result)] = self.results(1)
        assert token == value
        return result

    def until(self, condition: Callable[[], bool]) -> list[tuple[str, Decoded | PageResult]]:
        """Poll until the condition holds; returns what was reported meanwhile."""
        seen: list[tuple[str, Decoded | PageResult]] = []
        end = time.monotonic() + FAR_S
        while not condition():
            assert time.monotonic() < end
            seen += self.pool.poll(0.02)
        return seen

    def passes(self, clock: Clock, seconds: float) -> list[tuple[str, Decoded | PageResult]]:
        """Time passes on the pool's clock, with a look every half second; returns what was reported meanwhile."""
        seen: list[tuple[str, Decoded | PageResult]] = []
        for _ in range(round(seconds / 0.5)):
            clock.now_s += 0.5
            seen += self.pool.poll(0.0)
        return seen

    def asked(self, token: str) -> None:
        """Submit, and wait until the page's child asks."""
        self.submit(token)
        seen: list[tuple[str, Decoded | PageResult]] = []
        while not seen:
            seen = self.pool.poll(FAR_S)
        assert [(name, type(message)) for name, message in seen] == [(token, Decoded)]


def dead_letter(result: PageResult) -> DeadLetterReason:
    assert result.outcome is OutcomeKind.DEAD_LETTERED
    assert isinstance(result.reason, DeadLetterReason)
    return result.reason


def process_of(result: PageResult) -> str:
    return decode_article(result.articles[0].value).keywords[0]
