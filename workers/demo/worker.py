"""The real worker, as a process of its own: what `rawi run` is."""

import sys
import time
import urllib.error
import urllib.request

from workers.demo.follow import DemoFailed
from workers.demo.place import Place
from workers.local.process import ServerProcess

RAWI = "from workers.cli import main; main()"  # the command `rawi`, in this Python, wherever its script may be
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 25.0  # what a worker may take for SIGTERM
LOG_LINES = 15
_POLL_S = 0.1


class DemoWorker:
    """`rawi run` with the demo's settings. It ends with this process."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process = ServerProcess("the worker", place.folder / "worker.log")
        self._process.launch([sys.executable, "-c", RAWI, "run"], env=place.environment)

    def check(self) -> None:
        """Raise DemoFailed, with the end of its log, when it has ended."""
        if not self._process.running:
            code = self._process.exit_code
            raise DemoFailed(f"the worker ended (exit code {code}). The end of its log:\n{self._process.log_tail(LOG_LINES)}")

    def wait_until_ready(self) -> None:
        """Return when it has joined its group."""
        deadline_s = time.monotonic() + READY_TIMEOUT_S
        while not self._ready():
            self.check()
            if time.monotonic() > deadline_s:
                raise DemoFailed(
                    f"the worker is not ready after {READY_TIMEOUT_S:.0f} s. The end of its log:\n{self._process.log_tail(LOG_LINES)}"
                )
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """End it as a supervisor would; raises DemoFailed when it does not end in good order."""
        self._process.stop(STOP_TIMEOUT_S)
        if self._process.exit_code != 0:
            self.check()

    def kill(self) -> None:
        """End it at once, when there is nothing more to learn from it."""
        self._process.kill()

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self._place.http_address}/readyz", timeout=2.0) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
