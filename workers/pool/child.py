"""The killable process: takes a load of Jobs, runs the line on them, sends what came of each, and waits for the next.

It holds no socket but its pipe and trusts nothing it reads; the worker ends it by SIGKILL and takes nothing from it but frames.
"""

import contextlib
import ctypes
import gc
import importlib
import logging
import os
import resource
import signal
import socket
import sys
import time
import warnings
from collections import deque

import msgspec

from schemas.reasons import DeadLetterReason, OutcomeKind
from workers.pipeline.line import Line, Progress, where
from workers.pool.channel import BlockingChannel
from workers.pool.messages import Decoded, Job, PageResult, Proceed, Ready, Setup, Stop

EXIT_MEMORY = 71  # MemoryError: no message is tried, it would need memory
EXIT_ERROR = 70  # anything else the loop could not handle

HELD_BYTES = 256 * 1024  # of frames that wait for others
HELD_S = 0.25  # the longest that one does, but for the work on the page behind it

_MAX_OPEN_FILES = 64  # a library that leaks them ends itself, not the host
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_encode = msgspec.msgpack.Encoder().encode
_decode_jobs = msgspec.msgpack.Decoder(list[Job]).decode
_decode_answers: msgspec.msgpack.Decoder[list[Proceed | Stop]] = msgspec.msgpack.Decoder(list[Proceed | Stop])


def load_line(path: str) -> Line:
    """Import "package.module:function" and call it; raises what the import raises."""
    module, _, function = path.partition(":")
    line = getattr(importlib.import_module(module), function)()
    if not isinstance(line, Line):
        raise TypeError(f"{path} did not make a Line")
    return line


def run(sock: socket.socket, line: Line, setup: Setup, parent_pid: int) -> int:
    """The life of a child, from just after the fork. Returns its exit code, once the worker closes the pipe."""
    gc.enable()  # off in the fork server. Default thresholds: with the imports frozen, others made no measurable difference
    channel = BlockingChannel(sock)
    try:
        _confine(setup.max_memory_bytes, parent_pid)
        channel.send(_encode(Ready(pid=os.getpid())))
        while (frame := channel.receive()) is not None:
            jobs = _decode_jobs(frame)
            load = deque((job, channel.receive() if job.has_value else None) for job in jobs)
            del frame
            try:
                _work(channel, line, setup, load)
            except (MemoryError, OSError):
                raise
            except BaseException as error:  # noqa: BLE001 - even SystemExit: outside the stages, where Line does not see it
                if len(jobs) == 1:  # else they come again one by one
                    channel.send(_encode(_broken(where(error))))
                return EXIT_ERROR
    except MemoryError:
        return EXIT_MEMORY
    except OSError:
        return EXIT_ERROR  # the worker is gone, or this process cannot be confined
    return 0


def _broken(error: str) -> PageResult:
    return PageResult(outcome=OutcomeKind.DEAD_LETTERED, reason=DeadLetterReason.CRASH, error=error, stage="child")


def _work(channel: BlockingChannel, line: Line, setup: Setup, load: deque[tuple[Job, bytes | None]]) -> None:
    """Decode all pages, ask about them together, and finish those that are to proceed."""
    said = _Said(channel, setup.max_result_bytes)
    decoded: deque[tuple[Progress, float]] = deque()
    while load:
        job, value = load.popleft()
        began_s = time.process_time()
        walked = line.start(job, value, setup.page_limits)
        cpu_s = time.process_time() - began_s
        if isinstance(walked, PageResult):
            said.result(walked, cpu_s)
        else:
            said.frame(_encode(Decoded.of(walked.draft, raw_bytes=len(value or b""), cpu_s=cpu_s)))
            decoded.append((walked, cpu_s))
    said.send()
    if not decoded:
        return
    frame = channel.receive()
    if frame is None:
        raise BrokenPipeError
    for answer in _decode_answers.decode(frame):
        walked, cpu_s = decoded.popleft()
        if isinstance(answer, Proceed):
            began_s = time.process_time()
            result = line.run_rest(walked, answer.site)
            del walked  # letting go of a page's tree is part of its cost
            said.result(result, cpu_s + time.process_time() - began_s)
    said.send()


class _Said:
    """Frames on their way to the worker, which is woken once for many."""

    def __init__(self, channel: BlockingChannel, max_result_bytes: int) -> None:
        self._channel = channel
        self._max_result_bytes = max_result_bytes
        self._frames: list[bytes] = []
        self._bytes = 0
        self._since_s = 0.0

    def result(self, result: PageResult, cpu_s: float) -> None:
        """Say what came of a page."""
        result = msgspec.structs.replace(result, cpu_s=cpu_s)
        frame = _encode(result)
        if len(frame) > self._max_result_bytes:
            frame = _encode(too_large(result, len(frame), self._max_result_bytes))
        self.frame(frame)

    def frame(self, frame: bytes) -> None:
        """Keep a frame a little, for those that follow."""
        now_s = time.monotonic()
        if not self._frames:
            self._since_s = now_s
        self._frames.append(frame)
        self._bytes += len(frame)
        if self._bytes > HELD_BYTES or now_s - self._since_s > HELD_S:
            self.send()

    def send(self) -> None:
        """Send what is kept."""
        if self._frames:
            self._channel.send(*self._frames)
            self._frames, self._bytes = [], 0


def too_large(result: PageResult, size: int, limit: int) -> PageResult:
    """The result to send in place of one whose articles together pass the limit."""
    return msgspec.structs.replace(
        result,
        outcome=OutcomeKind.DEAD_LETTERED,
        reason=DeadLetterReason.OUTPUT_TOO_LARGE,
        error=f"articles of {size} bytes in all, limit {limit}",
        stage="encode",
        articles=[],
        facts=[],
    )


def _confine(max_memory_bytes: int, parent_pid: int) -> None:
    """Bound what this process can do to the machine; nothing here can be undone by it."""
    if sys.platform == "linux":
        # Dies with the fork server, even in the middle of C code. The fork server ends when the worker does.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:
            raise BrokenPipeError
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")  # the kernel, out of memory, takes a page before it takes the worker; some sandboxes forbid it
        with open("/proc/self/statm") as file:
            data_bytes = int(file.read().split()[5]) * resource.getpagesize()
        # A hard net behind the worker's own watch of resident memory, for what grows faster than it looks. RLIMIT_DATA (private, writable
        # memory), not RLIMIT_AS, which also counts mapped files and reserved addresses that cost nothing. A quarter above
        # the watch's limit: libraries swallow MemoryError, so the kill should come first.
        _bound(resource.RLIMIT_DATA, data_bytes + max_memory_bytes + max_memory_bytes // 4)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, _MAX_OPEN_FILES)
    logging.disable(logging.CRITICAL)  # libraries log page text; what matters is in the result
    warnings.simplefilter("ignore")


def _bound(kind: int, value: int) -> None:
    """Lower a limit for good, never above the one that is in force."""
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))
