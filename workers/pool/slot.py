"""What the pool knows of one slot: its process and its page."""

import contextlib
import os
from typing import Generic, TypeVar

from schemas.reasons import DeadLetterReason, OutcomeKind
from workers.pool.channel import NonBlockingChannel
from workers.pool.messages import Decoded, Job, PageResult, Proceed

T = TypeVar("T")
_MAX_TRIES = 2  # of a page whose process ends
GAP_S = 1.0  # between two looks of the pool
_MEMORY_PAGE_BYTES = os.sysconf("SC_PAGESIZE")


class Process:
    """A child as the worker sees it."""

    def __init__(self, number: int, channel: NonBlockingChannel, started: float) -> None:
        self.number = number  # the pool's own, never used again
        self.channel = channel
        self.started = started  # monotonic seconds; later by the gaps since
        self.pid = 0  # 0 until it is ready
        self.idle_rss_bytes = 0
        self.pages = 0
        self.watched = 0  # what the selector is asked of its pipe; 0: nothing, and never again
        self._memory = -1  # /proc's file on it, kept open: to find it by name costs six times what reading it does

    @property
    def ready(self) -> bool:
        """True once it has said Ready."""
        return self.pid != 0

    def set_ready(self, pid: int) -> None:
        """Note its id and what it holds in memory before its first page."""
        self.pid = pid
        with contextlib.suppress(OSError):  # not Linux: then only the child's own bounds hold
            self._memory = os.open(f"/proc/{pid}/statm", os.O_RDONLY | os.O_CLOEXEC)
        self.idle_rss_bytes = self._rss_bytes()

    def growth_bytes(self) -> int:
        """Resident memory above what it held when it was ready; 0 where /proc does not say."""
        return max(0, self._rss_bytes() - self.idle_rss_bytes)

    def close(self) -> None:
        """Let go of its pipe and its file in /proc."""
        self.channel.close()
        if self._memory >= 0:
            os.close(self._memory)
            self._memory = -1

    def _rss_bytes(self) -> int:
        if self._memory < 0:
            return 0
        try:
            return int(os.pread(self._memory, 128, 0).split()[1]) * _MEMORY_PAGE_BYTES
        except (OSError, IndexError):  # it has ended
            return 0


class Page(Generic[T]):
    """A page in a slot, from submit to its result."""

    def __init__(self, token: T, job: Job, value: bytes | None, time_s: float) -> None:
        self.token = token
        self.job = job
        self.value = value
        self.attempts = 0  # processes it was sent to
        self.sent = 0.0  # monotonic seconds: when a child first got it
        self.since = 0.0  # monotonic seconds: when it began, or went on, to run
        self.deadline: float | None = None  # monotonic seconds; None while it does not run
        self.remaining_s = time_s  # of its time, while it does not run
        self.waiting = False  # its child waits for the answer
        self.decoded: Decoded | None = None  # once the engine was told
        self.answer: Proceed | None = None  # kept for a second try
        self.abandoned = False

    @property
    def running(self) -> bool:
        """True while a child has it."""
        return self.waiting or self.deadline is not None

    def run(self, now: float) -> None:
        """Its child works on it from now on, for what remains of its time."""
        self.waiting = False
        self.sent = self.sent or now
        self.since = now
        self.deadline = now + self.remaining_s

    def wait(self, now: float) -> None:
        """Its child waits for the answer: its clock stands still."""
        self._stand_still(now)
        self.waiting = True

    def back(self, now: float) -> None:
        """Its process is gone: it waits for another."""
        self._stand_still(now)
        self.waiting = False

    def may_be_tried_again(self, now: float) -> bool:
        """Whether it has a try and time left. The tries share its time: it holds its slot no longer than a page that hangs at once."""
        left_s = self.remaining_s if self.deadline is None else self.deadline - now
        return self.attempts < _MAX_TRIES and left_s > 0

    def failed(self, now: float, reason: DeadLetterReason, error: str) -> PageResult:
        """The result of a page that its child cannot report itself; its time is from first sent, waiting included."""
        return PageResult(
            outcome=OutcomeKind.DEAD_LETTERED,
            reason=reason,
            error=error,
            stage="decode" if self.answer is None else "extract",
            url=self.decoded.url if self.decoded else None,
            raw_bytes=len(self.value or b""),
            total_ms=round((now - self.sent) * 1000, 3),
            attempts=self.attempts,
        )

    def _stand_still(self, now: float) -> None:
        if self.deadline is not None:
            self.remaining_s = max(0.0, self.deadline - now)
            self.deadline = None


class Slot(Generic[T]):
    """One place in the pool: a process, or none for the moment, and a page, or none."""

    def __init__(self) -> None:
        self.process: Process | None = None
        self.page: Page[T] | None = None

    def forgive_gap(self, before: float, now: float) -> None:
        """Take what is longer than a second between two looks for time in which all stood still: it is not the page's.

        This process did (SIGSTOP, a frozen container), so its children most likely did.
        """
        process, page = self.process, self.page
        if process is not None and not process.ready:
            process.started += max(0.0, now - max(before, process.started) - GAP_S)
        if page is not None and page.deadline is not None:
            page.deadline += max(0.0, now - max(before, page.since) - GAP_S)
