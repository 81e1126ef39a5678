"""Stops the worker when everything is going wrong, instead of dead-lettering a whole topic."""

from collections import deque

from schemas.reasons import OutcomeKind
from workers.engine.stops import ExitCode, WorkerStops

SHARE_WINDOW = 1_000  # DESIGN.md: the share is of the last 1,000 outcomes, and not before there are 1,000


class DeadLetterLimit:
    """Counts outcomes before they are committed, so that the worker that stops keeps its offsets. 0 turns a limit off."""

    def __init__(self, *, max_consecutive: int, max_share: float) -> None:
        self._max_consecutive = max_consecutive
        self._max_share = max_share
        self._consecutive = 0
        self._last: deque[bool] = deque(maxlen=SHARE_WINDOW)
        self._dead = 0

    def count(self, outcome: str) -> None:
        """Count one outcome; raises WorkerStops past a limit."""
        dead = outcome == OutcomeKind.DEAD_LETTERED
        if len(self._last) == SHARE_WINDOW:
            self._dead -= self._last[0]
        self._last.append(dead)
        self._dead += dead
        self._consecutive = self._consecutive + 1 if dead else 0
        if self._max_consecutive and self._consecutive > self._max_consecutive:
            raise _stop(f"more than {self._max_consecutive} pages in a row were dead-lettered (RAWI_DLQ_MAX_CONSECUTIVE)")
        if self._max_share and len(self._last) == SHARE_WINDOW and self._dead > self._max_share * SHARE_WINDOW:
            raise _stop(f"{self._dead} of the last {SHARE_WINDOW} pages were dead-lettered (RAWI_DLQ_MAX_SHARE {self._max_share})")


def _stop(what: str) -> WorkerStops:
    return WorkerStops(
        ExitCode.DEAD_LETTERS,
        f"{what}: something is wrong with the input or the worker. Look at `rawi dlq ls`, then start again; the offsets are kept",
    )
