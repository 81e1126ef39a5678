"""A rate that what a tool sends does not exceed."""

import time
from collections.abc import Callable


class Pace:
    """Lets at most `rate` records a second pass; None: all. What took long is not made up for by a burst."""

    def __init__(
        self, rate: float | None, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.gap_s = 1 / rate if rate else 0.0
        self._clock = clock
        self._sleep = sleep
        self._next_s = clock()

    def wait(self) -> None:
        """Return when the next record may be sent."""
        now_s = self._clock()
        if self._next_s > now_s:
            self._sleep(self._next_s - now_s)
        self._next_s = max(self._next_s, now_s) + self.gap_s
