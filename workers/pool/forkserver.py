"""The pool's handle on its fork server: one clean, single-threaded process that has the line imported and forks a child in some ms.

Why not multiprocessing's. Plain fork is wrong: the worker runs Kafka's threads. `spawn` imports everything again for each child: 0.57 s
and 44 MB of its own (PSS), against 5 ms and 19 MB forked (trafilatura and py3langid, measured). multiprocessing's forkserver forks as
fast, but runs the worker's `__main__` again in every child, hands each a descriptor that keeps the server alive after the worker's
kill -9, talks pickle, and gives the worker's environment, passwords included, to the processes that read hostile pages.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile

import msgspec

from workers.pool.channel import NonBlockingChannel
from workers.pool.forkserver_main import FORK, KILL, REQUEST
from workers.pool.messages import Exited, Setup

_KEPT_ENVIRONMENT = frozenset(("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"))
_KEPT_PREFIXES = ("LC_", "PYTHON", "RAWI_")  # the secrets are in KAFKA_* and REDIS_*
# numpy's BLAS starts a thread a core at import: fork would no longer be safe, and pages already run beside each other.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_SEND_BUFFER_BYTES = 1024 * 1024
_MAX_FRAME_BYTES = 4096  # of an Exited
_encode = msgspec.msgpack.Encoder().encode
_decode_exited = msgspec.msgpack.Decoder(Exited).decode


class ForkServerHandle:
    """A running fork server. Never blocks, but in `end`."""

    def __init__(self, setup: Setup) -> None:
        ours, theirs = socket.socketpair()
        self.channel = NonBlockingChannel(ours, _MAX_FRAME_BYTES)
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - open for the life of the handle
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "workers.pool.forkserver_main", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # what a library prints must not garble the worker's logs
                stderr=self._stderr,  # read when the import fails; the server leaves it once it is up
                env=_environment(),
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # a ctrl-C in the terminal is for the worker
            )
        self.channel.send(_encode(setup))

    def fork(self, number: int) -> socket.socket:
        """Ask for a child and return the worker's end of its pipe, at once; the child says Ready when it is there."""
        ours, theirs = socket.socketpair()
        # As the kernel allows: most pages then fit, and the worker need not wait for the child to read.
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        with theirs, contextlib.suppress(OSError):  # a server that is gone is seen by its closed channel
            socket.send_fds(self.channel.socket, [REQUEST.pack(FORK, number)], [theirs.fileno()])
        return ours

    def kill(self, number: int) -> None:
        """SIGKILL one child; no harm when it is gone already."""
        with contextlib.suppress(OSError):
            self.channel.socket.send(REQUEST.pack(KILL, number))

    def exited(self) -> list[Exited]:
        """The children that ended since the last call. `channel.ended` says whether the server itself did."""
        return [_decode_exited(frame) for frame in self.channel.receive()]

    def end(self, timeout_s: float) -> None:
        """End the server and with it every child; wait for it at most `timeout_s`, then SIGKILL it."""
        self.channel.close()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stderr.close()

    def last_words(self) -> str:
        """Why the server ended: the last line of its stderr, else its exit code."""
        try:
            code = self._process.wait(2.0)  # it has closed its pipe, so it is about to end
        except subprocess.TimeoutExpired:
            return "the fork server closed its pipe"
        self._stderr.seek(0)
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        if lines:
            return lines[-1]
        return describe_exit(code)


def describe_exit(code: int) -> str:
    """An exit code for a person: "exit code 3" or "SIGSEGV"."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _environment() -> dict[str, str]:
    """No passwords for the processes that read pages: only what Python and its libraries need."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT_ENVIRONMENT or name.startswith(_KEPT_PREFIXES)}
    return {**kept, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
