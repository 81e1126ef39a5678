"""What the pool knows of one slot: its process and its pages."""

import contextlib
import os
from collections import deque
from typing import Generic, TypeVar

from workers.pool.channel import NonBlockingChannel
from workers.pool.load import GAP_S, Load, Page

T = TypeVar("T")
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


class Slot(Generic[T]):
    """One place in the pool: a process, or none for the moment; what it works on; and pages that were together when a process ended."""

    def __init__(self) -> None:
        self.process: Process | None = None
        self.load: Load[T] | None = None
        self.apart: deque[Page[T]] = deque()  # each waits to be tried alone

    @property
    def free(self) -> bool:
        """Whether it can take pages."""
        return self.load is None and not self.apart

    def forgive_gap(self, before: float, now: float) -> None:
        """Take what is longer than a second between two looks for time in which all stood still: it is not the page's.

        This process did (SIGSTOP, a frozen container), so its children most likely did.
        """
        process = self.process
        if process is not None and not process.ready:
            process.started += max(0.0, now - max(before, process.started) - GAP_S)
        if self.load is not None:
            self.load.forgive_gap(before, now)
