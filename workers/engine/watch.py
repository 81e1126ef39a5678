"""What hangs, ends: a loop that has stopped turning, and a partition that has lag and stays silent."""

import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from workers.engine.stops import ExitCode, WorkerStops
from workers.telemetry.health import Heartbeat

log = structlog.get_logger()
LAG_INTERVAL_S = 10.0
_CALL_TIMEOUT_MS = 3_000
_STACK_CALLS = 8


class Watchdog:
    """A thread that ends the process when the loop has not turned: a call into the client may never return."""

    def __init__(self, heartbeat: Heartbeat, stall_timeout_s: float, end: Callable[[int], None] = os._exit) -> None:
        self._heartbeat = heartbeat
        self._stall_timeout_s = stall_timeout_s
        self._end = end
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rawi-watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(min(1.0, self._stall_timeout_s / 4)):
            age_s = self._heartbeat.age_s()
            if age_s > self._stall_timeout_s:
                hint = "a call to the broker did not return; restart the worker"
                log.critical("worker.stalled", age_s=round(age_s, 1), hint=hint, stacks=_stacks())
                self._end(ExitCode.STALLED)
                return


def _stacks() -> dict[str, list[str]]:
    """Where each thread is: its innermost calls, the last one last. Code only, never a page's text."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = {names.get(ident, str(ident)): frame for ident, frame in sys._current_frames().items() if ident != threading.get_ident()}
    return {name: [_place(call) for call in traceback.extract_stack(frame)[-_STACK_CALLS:]] for name, frame in frames.items()}


def _place(call: traceback.FrameSummary) -> str:
    return f"{Path(call.filename).name}:{call.lineno} {call.name}"


class JoinWatch:
    """Notices a consumer that never joins its group though the broker answers. The one reason known is mended (`joins.py`)."""

    def __init__(self, broker_answers: Callable[[], bool], *, join_timeout_s: float, clock: Callable[[], float]) -> None:
        self._broker_answers = broker_answers
        self._join_timeout_s = join_timeout_s
        self._clock = clock
        self._since_s: float | None = None

    def look(self, *, joined: bool) -> None:
        """Call once a turn. Raises WorkerStops; while the broker is away, waiting is right."""
        now = self._clock()
        if joined or self._since_s is None:
            self._since_s = None if joined else now
        elif now - self._since_s > self._join_timeout_s:
            self._since_s = now
            if self._broker_answers():
                raise WorkerStops(
                    ExitCode.STALLED, f"not in the consumer group for {self._join_timeout_s:.0f} s though the broker answers: restart"
                )


class LagWatch:
    """Asks for the end offsets now and then: for the lag metric, and to notice partitions that silently stop (kafka-python issue 3131)."""

    def __init__(self, consumer: KafkaConsumer, *, silent_partition_s: float, clock: Callable[[], float]) -> None:
        self._consumer = consumer
        self._silent_partition_s = silent_partition_s
        self._interval_s = min(LAG_INTERVAL_S, silent_partition_s / 2)
        self._clock = clock
        self._next_s = 0.0
        self._looked_s = 0.0
        self._was_emptied = False  # whether the client had no record left for a moment since the last look
        self._silent: dict[TopicPartition, tuple[int | None, float]] = {}  # position, and the seconds that it was seen there

    def restart(self) -> None:
        """Positions begin anew."""
        self._silent.clear()

    def polled(self, brought: int, asked: int) -> None:
        """Note a poll. One that is not filled has emptied the client.

        kafka-python hands out what it has fetched of one partition before that of the next: of pages that compress well thousands, for
        minutes. A partition that waits for its turn is not silent.
        """
        self._was_emptied = self._was_emptied or brought < asked

    def is_due(self) -> bool:
        """Whether it is time to look."""
        return self._clock() >= self._next_s

    def look(self, committed: dict[TopicPartition, int]) -> dict[TopicPartition, int] | None:
        """Return the lag in records of each partition, or None when it is not time. Raises WorkerStops for a silent partition."""
        now = self._clock()
        if now < self._next_s or not committed:
            return None
        passed_s, self._looked_s = min(now - self._looked_s, self._interval_s), now
        was_emptied, self._was_emptied = self._was_emptied, False
        self._next_s = now + self._interval_s
        try:
            ends = self._consumer.end_offsets(list(committed), timeout_ms=_CALL_TIMEOUT_MS)
            positions = {tp: self._consumer.position(tp, timeout_ms=_CALL_TIMEOUT_MS) for tp in committed}
        except KafkaError:
            return None
        paused = self._consumer.paused()
        for tp, position in positions.items():
            known, silent_s = self._silent.get(tp, (None, 0.0))
            if known != position or tp in paused or position is None or position >= ends[tp]:
                silent_s = 0.0
            elif was_emptied:
                silent_s += passed_s
            self._silent[tp] = (position, silent_s)
            if silent_s > self._silent_partition_s:
                raise WorkerStops(
                    ExitCode.STALLED, f"partition {tp.partition} of {tp.topic} has {ends[tp] - position} records and delivers none: restart"
                )
        return {tp: max(0, ends[tp] - offset) for tp, offset in committed.items()}
