"""The pool's children as processes: started from the fork server, watched by one selector, ended one by one."""

import selectors

from workers.pool.channel import NonBlockingChannel
from workers.pool.forkserver import ForkServerHandle
from workers.pool.messages import Exited, Setup
from workers.pool.slot import Process

_MAX_START_FAILURES = 3  # in a row: then it is the installation, not a page
_START_BACKOFF_S = 0.2  # times the failures so far
_READ_WRITE = selectors.EVENT_READ | selectors.EVENT_WRITE
START_TIMEOUT_S = 60.0  # to import the line on a slow, busy machine


class PoolBroken(Exception):
    """No child can be started; the message says why. The pool is of no more use."""


class Nursery:
    """Starts and ends processes. Nothing blocks but `end`."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._selector = selectors.DefaultSelector()
        self._server: ForkServerHandle | None = None
        self._numbers = 0
        self._failures = 0
        self._start_at = 0.0  # monotonic seconds, not before

    def start(self, now: float) -> Process | None:
        """Begin to start a child; None while a failed start is too recent."""
        if now < self._start_at:
            return None
        if self._server is None:
            self._server = ForkServerHandle(self._setup)
            self._selector.register(self._server.channel.socket, selectors.EVENT_READ)
        self._numbers += 1
        sock = self._server.fork(self._numbers)
        process = Process(self._numbers, NonBlockingChannel(sock, self._setup.max_result_bytes), now)
        process.watched = selectors.EVENT_READ
        self._selector.register(sock, process.watched, process)
        return process

    def started(self) -> None:
        """A child said Ready: starting works."""
        self._failures = 0

    def start_failed(self, now: float, why: str) -> None:
        """A child or the fork server ended before it was ready; raises PoolBroken when that goes on."""
        self._failures += 1
        if self._failures >= _MAX_START_FAILURES:
            raise PoolBroken(f"cannot start a process for pages, tried {self._failures} times: {why}")
        self._start_at = now + _START_BACKOFF_S * self._failures

    def wait(self, timeout_s: float) -> list[tuple[Process | None, int]]:
        """Wait until pipes are ready: (process, or None for the fork server, and selectors' events)."""
        return [(key.data, events) for key, events in self._selector.select(timeout_s)]

    def watch(self, process: Process) -> None:
        """Ask the selector for what this process's pipe waits for now: its end is not reported for ever."""
        channel = process.channel
        wanted = 0 if channel.ended else _READ_WRITE if channel.unsent else selectors.EVENT_READ
        if wanted == process.watched or not process.watched:
            return
        process.watched = wanted
        if wanted:
            self._selector.modify(channel.socket, wanted, process)
        else:
            self._selector.unregister(channel.socket)

    def drop(self, process: Process) -> None:
        """Kill a process and forget it."""
        if process.watched:
            process.watched = 0
            self._selector.unregister(process.channel.socket)
        process.close()
        if self._server is not None:
            self._server.kill(process.number)

    def exited(self) -> list[Exited]:
        """The children that ended since the last call, those that were dropped included."""
        return [] if self._server is None else self._server.exited()

    def lost_server(self) -> str | None:
        """None while the fork server lives. Else why it ended, once: the next start brings another. Its children are dead."""
        if self._server is None or not self._server.channel.ended:
            return None
        why = self._server.last_words()
        self._end_server(0.0)
        return why

    def end(self, timeout_s: float) -> None:
        """End the fork server and all it forked; wait at most `timeout_s`, then SIGKILL."""
        self._end_server(timeout_s)
        self._selector.close()

    def _end_server(self, timeout_s: float) -> None:
        server, self._server = self._server, None
        if server is not None:
            self._selector.unregister(server.channel.socket)
            server.end(timeout_s)
