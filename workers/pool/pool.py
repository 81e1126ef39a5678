"""The killable pool: one process a slot, one pipe each, killed alone. For one thread; nothing blocks but `poll`, as long as told.

A page hurts only itself: past its time or memory its process is killed and the page dead-lettered. A page whose process crashes, or
runs out of memory where other pages were before it, is tried once more in a fresh one, in what is left of its time. Pages that were
submitted together come apart when their process ends: those without a result are tried one by one, as if they had never been tried.
Each page gives at most one Decoded and exactly one PageResult (none after Stop or abandon).
"""

import selectors
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

import msgspec

from workers.pipeline.draft import Limits
from workers.pipeline.line import DEFAULT_LINE
from workers.pool.channel import BadFrame
from workers.pool.ends import End, RestartCause, crashed, died, past_its_memory, past_its_time, sent_too_much
from workers.pool.forkserver import describe_exit
from workers.pool.limits import PoolLimits
from workers.pool.load import GAP_S, Load, Page
from workers.pool.messages import Decoded, Exited, Job, PageResult, Proceed, Ready, Setup, Stop
from workers.pool.nursery import START_TIMEOUT_S, Nursery, PoolBroken
from workers.pool.slot import Process, Slot

__all__ = ["Pool", "PoolBroken", "PoolLimits", "PoolObserver", "RestartCause"]

T = TypeVar("T")

_TICK_S = 0.05  # between two looks at deadlines and memory
_decoder: msgspec.msgpack.Decoder[Ready | Decoded | PageResult] = msgspec.msgpack.Decoder(Ready | Decoded | PageResult)


class PoolObserver(Protocol):
    """What the pool tells telemetry."""

    def pool_restarted(self, cause: RestartCause) -> None:
        """A child was replaced."""


class Pool(Generic[T]):
    """`slots` children that run `line`. Tokens are the caller's, compared by ==.

    The processes come up during `poll`; pages may be submitted before. A context manager: leaving it closes. `clock` measures what
    pages and processes take; `poll` itself waits in real time.
    """

    def __init__(
        self,
        slots: int,
        limits: PoolLimits,
        page_limits: Limits,
        observer: PoolObserver,
        line: str = DEFAULT_LINE,
        rules_dir: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._observer = observer
        self._slots: list[Slot[T]] = [Slot(limits, clock, self._watch) for _ in range(slots)]
        self._events: list[tuple[T, Decoded | PageResult]] = []
        self._clock = clock
        self._looked = self._ticked = clock()
        self._nursery = Nursery(
            Setup(
                line=line,
                rules_dir=str(rules_dir) if rules_dir else None,
                page_limits=page_limits,
                max_memory_bytes=limits.max_memory_bytes,
                max_result_bytes=limits.max_result_bytes,
            )
        )
        self._start_missing(self._ticked)

    @property
    def free(self) -> int:
        """Slots that can take a page now."""
        return sum(slot.free for slot in self._slots)

    @property
    def slots(self) -> int:
        """All slots."""
        return len(self._slots)

    @property
    def ready(self) -> bool:
        """Whether a page that is submitted now begins at once: its process need not come up first."""
        return any(slot.free and slot.process is not None and slot.process.ready for slot in self._slots)

    @property
    def busy(self) -> int:
        """Slots with a page, abandoned ones that still run included."""
        return len(self._slots) - self.free

    def pids(self) -> list[int]:
        """The process ids of the children that are ready."""
        return [slot.process.pid for slot in self._slots if slot.process is not None and slot.process.ready]

    def submit(self, pages: Sequence[tuple[T, Job, bytes | None]]) -> None:
        """Give a page, or several together, to a free slot; RuntimeError when there is none.

        Waits some 20 ms at most, for a child that does not read.
        """
        free = [slot for slot in self._slots if slot.free]
        if not free:
            raise RuntimeError("submit to a pool without a free slot")
        slot = next((slot for slot in free if slot.process is not None and slot.process.ready), free[0])
        slot.begin([Page(*page) for page in pages])

    def poll(self, timeout_s: float) -> list[tuple[T, Decoded | PageResult]]:
        """Wait until something happened to a page, or an abandoned one left its slot, at most `timeout_s`; raises PoolBroken."""
        free = self.free
        until = time.monotonic() + timeout_s
        while True:
            woken = self._nursery.wait(max(0.0, min(until - time.monotonic(), _TICK_S)))
            now = self._clock()
            self._forgive_gap(now)
            for process, events in woken:
                if process is None:
                    self._serve_server()
                else:
                    self._serve(process, events)
            if now - self._ticked >= _TICK_S:
                self._tick(now)
            self._start_missing(now)
            if self._events or time.monotonic() >= until or self.free > free:
                reported, self._events = self._events, []
                return reported

    def answer(self, token: T, answer: Proceed | Stop) -> None:
        """Answer a page's Decoded. After Stop nothing more of it is reported. No harm when the page has ended meanwhile.

        Pages that were submitted together go on once the last of them is answered.
        """
        if isinstance(answer, Stop):
            self.abandon(token)
            return
        for slot, page in self._unfinished():
            if page.token == token:
                page.answer = answer
                slot.go_on()

    def abandon(self, token: T) -> None:
        """Forget a page: nothing more of it is reported. Its child may finish it. No harm when it has ended."""
        for slot, page in self._unfinished():
            if page.token == token:
                self._abandon(slot, page)

    def abandon_all(self) -> None:
        """Forget every page."""
        for slot, page in self._unfinished():
            self._abandon(slot, page)

    def close(self, timeout_s: float = 5.0) -> None:
        """End every process, whatever it does, and wait for that at most `timeout_s`. What is in the pool is never reported."""
        for slot in self._slots:
            slot.clear()
            self._drop(slot)
        self._nursery.end(timeout_s)

    def kill(self) -> None:
        """As `close`, without waiting."""
        self.close(0.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # -- pages

    def _unfinished(self) -> list[tuple[Slot[T], Page[T]]]:
        return [(slot, page) for slot in self._slots for page in slot.unfinished]

    def _abandon(self, slot: Slot[T], page: Page[T]) -> None:
        load = slot.load
        slot.abandon(page)
        if load is not None and load is slot.load and load.done:
            self._done(slot)

    def _watch(self, process: Process) -> None:
        self._nursery.watch(process)

    def _done(self, slot: Slot[T]) -> None:
        """The child is idle again: recycle it when it has served long enough or kept too much."""
        load, process = slot.load, slot.process
        assert load is not None
        if process is not None:
            process.pages += len(load.pages)
            if process.pages >= self._limits.pages_per_process or process.growth_bytes() > self._limits.max_memory_bytes // 2:
                self._replace(slot, RestartCause.RECYCLED)
        slot.next()

    # -- what children say

    def _serve(self, process: Process, events: int) -> None:
        slot = next((slot for slot in self._slots if slot.process is process), None)
        if slot is None:
            return  # replaced since the select
        if events & selectors.EVENT_WRITE:
            process.channel.pump()
        if events & selectors.EVENT_READ:
            self._read(slot, process)
        if slot.process is process:
            self._nursery.watch(process)

    def _read(self, slot: Slot[T], process: Process) -> int:
        """Take what has arrived from a child; returns the number of frames."""
        try:
            frames = process.channel.receive()
            for frame in frames:
                if slot.process is process:
                    self._on_message(slot, process, _decoder.decode(frame))
        except BadFrame as error:
            self._end(slot, sent_too_much(str(error)))
        except msgspec.MsgspecError:
            self._end(slot, crashed("sent what is no message, or one out of turn"))
        else:
            return len(frames)
        return 0

    def _drain(self, slot: Slot[T], process: Process) -> bool:
        """Take what a dead child said before; True when it still holds its slot after that."""
        while slot.process is process and self._read(slot, process):
            pass
        return slot.process is process

    def _on_message(self, slot: Slot[T], process: Process, message: Ready | Decoded | PageResult) -> None:
        load = slot.load
        if isinstance(message, Ready) and not process.ready:
            process.set_ready(message.pid)
            self._nursery.started()
            slot.send()
        elif load is not None and isinstance(message, Decoded) and (page := load.heard_decoded()):
            if page.decoded is None and not page.abandoned:  # else told in an earlier try
                page.decoded = message
                self._events.append((page.token, message))
            self._heard(slot, load)
        elif load is not None and isinstance(message, PageResult) and (page := load.heard_result()):
            if not page.abandoned:
                told = message if message.attempts == page.attempts else msgspec.structs.replace(message, attempts=page.attempts)
                self._events.append((page.token, told))
            self._heard(slot, load)
        else:
            raise msgspec.ValidationError("out of turn")

    def _heard(self, slot: Slot[T], load: Load[T]) -> None:
        if load.done:
            self._done(slot)
        elif load.decoded and load.asked and not load.waiting:
            load.wait(self._clock())
            slot.go_on()
            if load.done:  # all were stopped, or abandoned
                self._done(slot)

    # -- ends and beginnings

    def _serve_server(self) -> None:
        for exited in self._nursery.exited():
            for slot in self._slots:
                if slot.process is not None and slot.process.number == exited.child:
                    self._on_exit(slot, slot.process, exited)
        why = self._nursery.lost_server()
        if why is None:
            return
        was_up = False
        for slot in self._slots:
            process = slot.process
            if process is not None and self._drain(slot, process) and process.ready:
                was_up = True
                self._end(slot, crashed("ended by the end of the fork server"))
            self._drop(slot)
        if not was_up:
            self._nursery.start_failed(self._clock(), why)

    def _on_exit(self, slot: Slot[T], process: Process, exited: Exited) -> None:
        """A child died that was not told to."""
        if not self._drain(slot, process):
            return
        if process.ready:
            self._end(slot, died(process, exited, self._limits))
        else:
            self._drop(slot)
            self._nursery.start_failed(self._clock(), f"it ends before it is ready, by {describe_exit(exited.code)}")

    def _end(self, slot: Slot[T], end: End) -> None:
        """Its process is gone, or must go: what it had waits for the next one, or has failed, or comes apart."""
        load, now = slot.load, self._clock()
        self._replace(slot, end.cause)
        if load is None:
            return
        if len(load.pages) > 1:
            slot.come_apart()
        elif end.try_again and load.unfinished and load.may_be_tried_again(now):
            load.back(now)
        else:
            for page in load.unfinished:
                self._events.append((page.token, page.failed(now, end.reason, end.error)))
            slot.next()

    def _replace(self, slot: Slot[T], cause: RestartCause) -> None:
        """Kill the child; `_start_missing` brings another."""
        self._drop(slot)
        self._observer.pool_restarted(cause)

    def _drop(self, slot: Slot[T]) -> None:
        process, slot.process = slot.process, None
        if process is not None:
            self._nursery.drop(process)

    def _start_missing(self, now: float) -> None:
        for slot in self._slots:
            if slot.process is None:
                slot.process = self._nursery.start(now)

    # -- time and memory

    def _forgive_gap(self, now: float) -> None:
        """Done before anything is read: what is read may stop a page's clock."""
        before, self._looked = self._looked, now
        if now - before <= GAP_S:
            return
        for slot in self._slots:
            slot.forgive_gap(before, now)

    def _tick(self, now: float) -> None:
        """Look at every page's time and memory."""
        self._ticked = now
        for slot in self._slots:
            process, load = slot.process, slot.load
            if process is None:
                continue
            if not process.ready:
                if now - process.started > START_TIMEOUT_S:
                    raise PoolBroken(f"a process for pages was not ready within {START_TIMEOUT_S:.0f} s")
            elif load is not None:
                late = load.deadline is not None and now > load.deadline
                end = past_its_time(self._limits) if late else past_its_memory(process, self._limits)
                if end is not None:
                    self._end(slot, end)
