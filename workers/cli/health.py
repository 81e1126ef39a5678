"""`rawi health`: what a container's health check asks."""

from typing import Annotated

import typer


def health(
    ready: Annotated[bool, typer.Option("--ready", help="Ask /readyz (joined the group) instead of /healthz (the loop turns).")] = False,
) -> None:
    """Ask the worker on this machine, at RAWI_HTTP_ADDR, whether it is well.

    For health checks in containers, which have no curl.

    Exit codes: 0 yes, 1 no, or nobody answers.
    """
    from workers.settings import load_settings
    from workers.telemetry.ask import ask
    from workers.tools.errors import Exit, clean_exit

    with clean_exit():
        well, answer = ask(load_settings().http_addr, "/readyz" if ready else "/healthz")
    typer.echo(answer)
    if not well:
        raise SystemExit(Exit.FAILED)
