"""What the pool knows of one slot: its process and its page."""

import contextlib
import os
from enum import StrEnum
from typing import Generic, TypeVar

from schemas.reasons import DeadLetterReason, OutcomeKind
from workers.pool.channel import NonBlockingChannel
from workers.pool.messages import Decoded, Job, PageResult, Proceed

T = TypeVar("T")
_MEMORY_PAGE_BYTES = os.sysconf("SC_PAGESIZE")


class RestartCause(StrEnum):
    """Why a child was replaced."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    RECYCLED = "recycled"


class Process:
    """A child as the worker sees it."""

    def __init__(self, number: int, channel: NonBlockingChannel, started: float) -> None:
        self.number = number  # the pool's own, never used again
        self.channel = channel
        self.started = started  # monotonic seconds
        self.pid = 0  # 0 until it is ready
        self.idle_rss_bytes = 0
        self.pages = 0
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

    def __init__(self, token: T, job: Job, value: bytes | None) -> None:
        self.token = token
        self.job = job
        self.value = value
        self.attempts = 0  # processes it was sent to
        self.sent = 0.0  # monotonic seconds: when a child first got it
        self.since = 0.0  # monotonic seconds: when it began, or went on, to run
        self.deadline: float | None = None  # monotonic seconds; None while it does not run
        self.remaining_s = 0.0  # of its time, while it waits for the answer
        self.waiting = False  # its child waits for the answer
        self.decoded: Decoded | None = None  # once the engine was told
        self.answer: Proceed | None = None  # kept for a second try
        self.abandoned = False

    @property
    def running(self) -> bool:
        """True while a child has it."""
        return self.waiting or self.deadline is not None

    def run(self, now: float, remaining_s: float) -> None:
        """Its child works on it from now on."""
        self.waiting = False
        self.sent = self.sent or now
        self.since = now
        self.deadline = now + remaining_s

    def wait(self, now: float) -> None:
        """Its child waits for the answer: its clock stands still."""
        self.remaining_s = 0.0 if self.deadline is None else max(0.0, self.deadline - now)
        self.deadline = None
        self.waiting = True

    def back(self) -> None:
        """Its process is gone: it waits for another."""
        self.deadline = None
        self.waiting = False

    def failed(self, now: float, reason: DeadLetterReason, error: str) -> PageResult:
        """The result of a page that its child cannot report itself; its time is from first sent, waiting included."""
        return PageResult(
            outcome=OutcomeKind.DEAD_LETTERED,
            reason=reason,
            error=error,
            stage="decode" if self.answer is None else "extract",
            url=self.decoded.url if self.decoded else None,
            page_sha256=self.decoded.page_sha256 if self.decoded else "",
            raw_bytes=len(self.value or b""),
            total_ms=round((now - self.sent) * 1000, 3),
            attempts=self.attempts,
        )


class Slot(Generic[T]):
    """One place in the pool: a process, or none for the moment, and a page, or none."""

    def __init__(self) -> None:
        self.process: Process | None = None
        self.page: Page[T] | None = None
