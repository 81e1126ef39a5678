"""`rawi run`: the worker."""

import sys

import typer


def run() -> None:
    """Run the worker: consume pages, publish articles, until SIGTERM or Ctrl-C (a second one exits at once).

    Settings are environment variables (`rawi check-config` shows what is in force). Exit codes: 0 stopped in good order,
    65 too many dead letters, 69 broker or topic not available, 70 stood still, 77 not permitted, 78 a setting is wrong.
    """
    import structlog

    from workers.engine.stops import ExitCode, WorkerStops
    from workers.engine.worker import run_worker
    from workers.settings import ConfigError, claim_instance_id, load_settings
    from workers.telemetry.logs import configure_logging

    try:
        settings = load_settings()
        claim = claim_instance_id(settings)
    except ConfigError as e:
        for problem in [*e.problems, *e.unknown]:
            print(problem, file=sys.stderr)
        raise typer.Exit(ExitCode.CONFIG) from None
    configure_logging(settings.log_format, settings.log_level)
    log = structlog.get_logger()
    for warning in settings.warnings:
        log.warning("settings.warning", message=warning)
    with claim as instance_id:
        try:
            run_worker(settings, instance_id)
        except WorkerStops as e:
            log.critical("worker.stops", error=str(e), exit_code=int(e.code))
            raise typer.Exit(int(e.code)) from None
