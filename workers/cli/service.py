"""What the long-running commands begin with."""

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from workers.settings import Settings


@contextlib.contextmanager
def config_errors_exit() -> Iterator[None]:
    """Turn a ConfigError into exit code 78, with a line a problem."""
    from workers.engine.stops import ExitCode
    from workers.settings import ConfigError

    try:
        yield
    except ConfigError as e:
        for problem in [*e.problems, *e.unknown]:
            print(problem, file=sys.stderr)
        raise typer.Exit(ExitCode.CONFIG) from None


def begin_log(settings: "Settings") -> None:
    """Set the log up as the settings say, and put their warnings into it."""
    import structlog

    from workers.telemetry.logs import configure_logging

    configure_logging(settings.log_format, settings.log_level)
    for warning in settings.warnings:
        structlog.get_logger().warning("settings.warning", message=warning)
