"""`rawi health`: what a container's health check asks."""

from typing import Annotated

import typer


def health(
    stories: Annotated[bool, typer.Option("--stories", help="Ask the story worker, at RAWI_STORIES_HTTP_ADDR.")] = False,
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
        settings = load_settings()
        addr = settings.stories.http_addr if stories else settings.http_addr
        well, answer = ask(addr, "/readyz" if ready else "/healthz")
    typer.echo(answer)
    if not well:
        raise SystemExit(Exit.FAILED)
