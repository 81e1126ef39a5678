"""A server in a process of its own: started, stopped, killed, paused; it never outlives the process that started it."""

import atexit
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

STOP_TIMEOUT_S = 30.0
ADDRESS_IN_USE = "Address already in use"
_STACK_TRACE = ("\tat ", "\t... ")
_TELLING = ("ERROR", "FATAL", "Exception", ADDRESS_IN_USE, "rror:")
_TELLING_LINES = 5
_LAST_LINES = 10
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

# Asks the kernel for SIGKILL when the parent ends, then becomes the server (same pid). Done in a fresh interpreter because
# a preexec_fn may dead-lock in a program with threads. The getppid check covers a parent that ended before the prctl.
_UNTIL_PARENT_ENDS = f"""
import ctypes, os, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl({PR_SET_PDEATHSIG}, {int(signal.SIGKILL)})
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the parent has ended")
os.execv(sys.argv[2], sys.argv[2:])
"""


class LocalServerError(Exception):
    """A local server cannot be had or did not start; the message is for the user and says what to do."""


class _Spawner:
    """One thread that starts every server and lives as long as the program.

    The kernel's "parent" of PR_SET_PDEATHSIG is the *thread* that forked: a server started from a short-lived thread would
    be killed when that thread ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._jobs: queue.SimpleQueue[tuple[Callable[[], subprocess.Popen[bytes]], Future[subprocess.Popen[bytes]]]] = queue.SimpleQueue()

    def run(self, job: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():  # first use, or after a fork
                self._thread = threading.Thread(target=self._loop, name="rawi-local-spawner", daemon=True)
                self._thread.start()
        result: Future[subprocess.Popen[bytes]] = Future()
        self._jobs.put((job, result))
        return result.result()

    def _loop(self) -> None:
        while True:
            job, result = self._jobs.get()
            try:
                result.set_result(job())
            except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the caller
                result.set_exception(error)


_spawner = _Spawner()


class ServerProcess:
    """One server process; output (stdout and stderr) goes to `log_file`, which is appended to over restarts.

    Args:
        name: what to call it in messages ("Kafka 4.2.0").
        log_file: where its output goes.
    """

    def __init__(self, name: str, log_file: Path) -> None:
        self.name = name
        self.log_file = log_file
        self._process: subprocess.Popen[bytes] | None = None
        self._paused = False
        self._owner_pid = os.getpid()

    @property
    def running(self) -> bool:
        """Whether the process exists (paused counts as running)."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The pid; LocalServerError when it does not run."""
        if self._process is None or self._process.poll() is not None:
            raise LocalServerError(f"{self.name} does not run")
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs or before it was started."""
        return None if self._process is None else self._process.poll()

    def launch(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Start `argv` (an absolute path first). In a session of its own, so that Ctrl-C reaches us and not the server."""
        if self.running:
            raise LocalServerError(f"{self.name} runs already")
        command = [sys.executable, "-I", "-S", "-c", _UNTIL_PARENT_ENDS, str(os.getpid()), *argv]
        with self.log_file.open("ab") as log:
            self._process = _spawner.run(
                lambda: subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=env, start_new_session=True
                )
            )
        self._paused = False
        atexit.register(self._at_exit)

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """SIGTERM, and SIGKILL when that takes longer than `timeout_s`. Nothing to do when it does not run."""
        if self._process is None or not self.running:
            return
        if self._paused:
            self.resume()
        self._process.terminate()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
        atexit.unregister(self._at_exit)

    def kill(self) -> None:
        """SIGKILL, as a power cut would; returns when the process is gone."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        atexit.unregister(self._at_exit)

    def pause(self) -> None:
        """SIGSTOP: alive for the kernel (connections stay open), dead for its clients."""
        os.kill(self.pid, signal.SIGSTOP)
        self._paused = True

    def resume(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)
        self._paused = False

    def log_tail(self, lines: int = 20) -> str:
        """The last `lines` lines of the log."""
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text("utf-8", "replace").splitlines()[-lines:])

    def failure(self, what: str) -> LocalServerError:
        """An error that says `what` happened, with what the log says of it (no stack traces) and where the rest is."""
        ended = "" if self.exit_code is None else f" (exit code {self.exit_code})"
        return LocalServerError(f"{self.name} {what}{ended}. From {self.log_file}:\n{telling_lines(self.log_tail(500))}")

    def _at_exit(self) -> None:
        if os.getpid() == self._owner_pid:  # a forked child of ours must not stop it
            self.stop()


def telling_lines(output: str) -> str:
    """The errors that a server's output speaks of, then its end; without stack traces."""
    lines = [line for line in output.splitlines() if line.strip() and not line.startswith(_STACK_TRACE)]
    errors = [line for line in lines if any(word in line for word in _TELLING)][-_TELLING_LINES:]
    return "\n".join(dict.fromkeys(errors + lines[-_LAST_LINES:]))
