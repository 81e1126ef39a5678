"""`rawi run`: the worker."""

import typer

from workers.cli.service import begin_log, config_errors_exit


def run() -> None:
    """Run the worker: consume pages, publish articles, until SIGTERM or Ctrl-C (a second one exits at once).

    Settings are environment variables (`rawi check-config` shows what is in force). Exit codes: 0 stopped in good order,
    65 too many dead letters, 69 broker or topic not available, 70 stood still, 77 not permitted, 78 a setting is wrong.
    """
    import structlog

    from workers.engine.stops import WorkerStops
    from workers.engine.worker import run_worker
    from workers.settings import claim_instance_id, load_settings

    with config_errors_exit():
        settings = load_settings()
        claim = claim_instance_id(settings)
    begin_log(settings)
    with claim as instance_id:
        try:
            run_worker(settings, instance_id)
        except WorkerStops as e:
            structlog.get_logger().critical("worker.stops", error=str(e), exit_code=int(e.code))
            raise typer.Exit(int(e.code)) from None
