"""`rawi stories`: the story worker."""

import sys

from workers.cli.service import begin_log, config_errors_exit


def stories() -> None:
    """Run the story worker: consume articles, publish the stories they tell, until SIGTERM or Ctrl-C (a second one exits at once).

    Settings are environment variables (`rawi check-config` shows what is in force). Exit codes: 0 stopped in good order,
    69 broker or topic not available, 70 stood still or failed, 78 a setting is wrong.
    """
    import os

    import structlog

    from workers.engine.stops import WorkerStops
    from workers.settings import load_settings

    with config_errors_exit():
        settings = load_settings()
    begin_log(settings)
    from workers.stories.run import run_stories  # Faust takes 0.4 s to import: after what may stop us

    try:
        run_stories(settings)
    except WorkerStops as e:
        structlog.get_logger().critical("worker.stops", error=str(e), exit_code=int(e.code))
        sys.stderr.flush()
        os._exit(int(e.code))  # threads of a client that hangs do not keep us
