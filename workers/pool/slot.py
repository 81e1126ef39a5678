"""One slot of the pool: its process and its pages."""

import contextlib
import os
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec

from workers.pool.channel import NonBlockingChannel
from workers.pool.limits import PoolLimits
from workers.pool.load import GAP_S, Load, Page
from workers.pool.messages import Stop

T = TypeVar("T")
LOAD_TIME_S = 2.0  # of pages together, which take a tenth of it: then they come apart, and each has its own time
_SEND_WAIT_S = 0.02  # a live child reads 10 MB in less; a stopped one must not hold the loop. The rest goes out in poll
_encode = msgspec.msgpack.Encoder().encode
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
    """One place in the pool: a process, or none for the moment; what it works on; and pages that were together when a process ended.

    Args:
        limits: whose time a page has.
        clock: monotonic seconds.
        sent: called after something was sent to the process, whose pipe may have to be watched for room.
    """

    def __init__(self, limits: PoolLimits, clock: Callable[[], float], sent: Callable[[Process], None]) -> None:
        self._limits = limits
        self._clock = clock
        self._sent = sent
        self.process: Process | None = None
        self.load: Load[T] | None = None
        self.apart: deque[Page[T]] = deque()  # each waits to be tried alone

    @property
    def free(self) -> bool:
        """Whether it can take pages."""
        return self.load is None and not self.apart

    @property
    def unfinished(self) -> list[Page[T]]:
        """The pages without a result that somebody waits for."""
        return [*(self.load.unfinished if self.load else ()), *self.apart]

    def begin(self, pages: Sequence[Page[T]]) -> None:
        """Take pages, together; they are sent when the process is ready."""
        time_s = self._limits.timeout_s
        self.load = Load(pages, time_s if len(pages) == 1 else min(time_s, LOAD_TIME_S))
        self.send()

    def send(self) -> None:
        """Send what it has, if there is a process to send it to."""
        load, process = self.load, self.process
        if load is None or process is None or not process.ready:
            return
        load.send(self._clock())
        values = [page.value for page in load.pages if page.value is not None]
        process.channel.send(_encode([page.job for page in load.pages]), *values, wait_s=_SEND_WAIT_S)
        self._sent(process)

    def go_on(self) -> None:
        """Tell the child what became of its questions, when all is known."""
        load, process = self.load, self.process
        if load is not None and process is not None and (answers := load.answers(self._clock())) is not None:
            process.channel.send(_encode(answers))
            self._sent(process)

    def abandon(self, page: Page[T]) -> None:
        """Nothing more is reported of one of its pages; the child need not finish it."""
        page.abandoned = True
        if page in self.apart:
            self.apart.remove(page)
            return
        page.answer = page.answer or Stop()
        self.go_on()
        if self.load is not None and not self.load.running and not self.load.unfinished:
            self.next()

    def come_apart(self) -> None:
        """The process of several pages is gone: those without a result are tried one by one, as if they had never been tried."""
        for page in self.load.unfinished if self.load else ():
            page.attempts = 0
            self.apart.append(page)
        self.next()

    def next(self) -> None:
        """What it had is over: the next of the pages that came apart, if any, is tried alone."""
        self.load = None
        if self.apart:
            self.begin([self.apart.popleft()])

    def clear(self) -> None:
        """Forget its pages."""
        self.load = None
        self.apart.clear()

    def forgive_gap(self, before: float, now: float) -> None:
        """Take what is longer than a second between two looks for time in which all stood still: it is not the page's.

        This process did (SIGSTOP, a frozen container), so its children most likely did.
        """
        process = self.process
        if process is not None and not process.ready:
            process.started += max(0.0, now - max(before, process.started) - GAP_S)
        if self.load is not None:
            self.load.forgive_gap(before, now)
