"""A real worker whose children run a line of the tests': `python -m tests.broker.hostile_worker IMPORT_PATH`. All else is `rawi run`.

At SIGUSR1 its wall clock jumps by as many seconds as the file RAWI_TEST_CLOCK_FILE says.
"""

import os
import signal
import sys
import time
from pathlib import Path

from workers.engine.stops import WorkerStops
from workers.engine.worker import run_worker
from workers.settings import load_settings
from workers.telemetry.logs import configure_logging


def install_clock() -> None:
    """Put a clock that can jump in the place of time.time, for whoever takes it from there later."""
    real, jump_s = time.time, [0.0]

    def jump(_signum: int, _frame: object) -> None:
        jump_s[0] += float(Path(os.environ["RAWI_TEST_CLOCK_FILE"]).read_text())

    time.time = lambda: real() + jump_s[0]
    signal.signal(signal.SIGUSR1, jump)


if __name__ == "__main__":
    install_clock()
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    os.environ["RAWI_TEST_WORKER_PID"] = str(os.getpid())
    try:
        run_worker(settings, os.environ["RAWI_INSTANCE_ID"], line=sys.argv[1])
    except WorkerStops as e:
        sys.stderr.write(f"{e}\n")
        sys.exit(int(e.code))
