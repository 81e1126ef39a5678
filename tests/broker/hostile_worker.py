"""A real worker whose children run a line of the tests': `python -m tests.broker.hostile_worker IMPORT_PATH`. All else is `rawi run`."""

import os
import sys

from workers.engine.stops import WorkerStops
from workers.engine.worker import run_worker
from workers.settings import load_settings
from workers.telemetry.logs import configure_logging

if __name__ == "__main__":
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    os.environ["RAWI_TEST_WORKER_PID"] = str(os.getpid())
    try:
        run_worker(settings, os.environ["RAWI_INSTANCE_ID"], line=sys.argv[1])
    except WorkerStops as e:
        sys.stderr.write(f"{e}\n")
        sys.exit(int(e.code))
