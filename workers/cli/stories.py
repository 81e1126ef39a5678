"""`rawi stories`: the story worker."""

import sys

import typer


def stories() -> None:
    """Run the story worker: consume articles, publish the stories they tell, until SIGTERM or Ctrl-C (a second one exits at once).

    Run one process for a RAWI_STORIES_GROUP_ID (docs/stories.md says why). Settings are environment variables (`rawi check-config` shows
    what is in force). Exit codes: 0 stopped in good
    order, 69 broker or topic not available, 70 stood still or failed, 78 a setting is wrong.
    """
    import os

    import structlog

    from workers.engine.stops import ExitCode, WorkerStops
    from workers.settings import ConfigError, load_settings
    from workers.telemetry.logs import configure_logging

    try:
        settings = load_settings()
    except ConfigError as e:
        for problem in [*e.problems, *e.unknown]:
            print(problem, file=sys.stderr)
        raise typer.Exit(ExitCode.CONFIG) from None
    configure_logging(settings.log_format, settings.log_level)
    log = structlog.get_logger()
    for warning in settings.warnings:
        log.warning("settings.warning", message=warning)
    from workers.stories.run import run_stories  # Faust takes 0.4 s to import: after what may stop us

    try:
        run_stories(settings)
    except WorkerStops as e:
        log.critical("worker.stops", error=str(e), exit_code=int(e.code))
        sys.stderr.flush()
        os._exit(int(e.code))  # threads of a client that hangs do not keep us
