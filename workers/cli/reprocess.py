"""`rawi reprocess`: pages once more, after new rules."""

import sys
from typing import Annotated

import typer


def reprocess(
    since: Annotated[str | None, typer.Option(help="Pages that came since then, such as 7d or 2026-03-01.", metavar="WHEN")] = None,
    site: Annotated[str | None, typer.Option(help="Pages of this host and its subdomains.", metavar="HOST")] = None,
    url: Annotated[str | None, typer.Option(help="This page, in any spelling of its URL.")] = None,
    rate: Annotated[float | None, typer.Option(help="At most so many pages a second.", min=0.01)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and send nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one line of JSON.")] = False,
) -> None:
    """Send pages of the input topic to it again, so that the workers process them with the rules they have now.

    Of each URL the latest page that is still on the topic is sent, as it came and to its own partition, with the time it was fetched. It is
    never `unchanged`; its articles keep their ids, and are a new revision only where their text differs.

    Example: rawi reprocess --site news.example --since 30d

    Exit codes: 0 done, 1 not confirmed, 2 wrong use, 66 no such topic, 69 no broker, 77 not permitted.
    """
    from datetime import UTC, datetime

    from schemas.identity import normalise_url
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import Exit, ToolError, clean_exit
    from workers.tools.reprocess import Which, find
    from workers.tools.reprocess import reprocess as send
    from workers.tools.terminal import json_line, progress, safe_line
    from workers.tools.when import parse_when

    with clean_exit():
        if not (since or site or url):
            raise ToolError("say which pages: --since, --site or --url", Exit.USAGE)
        try:
            wanted = normalise_url(url) if url else None
        except ValueError as e:
            raise ToolError(f"--url {url!r} is not a page's URL: {e}", Exit.USAGE) from None
        settings = load_settings()
        config, topic = kafka_client_config(settings), settings.topics.input
        which = Which(since=parse_when(since, datetime.now(UTC)) if since else None, site=site, url=wanted)
        with progress("{task.completed:,} records", total=False) as bar:
            reading = bar.add_task("reading", total=None)
            found = find(config, topic, which, on_read=lambda count: bar.update(reading, completed=count))
        run, sent = None, 0
        if found.count and not dry_run:
            if not yes and not sys.stdin.isatty():
                raise ToolError("nothing was sent: add --yes, as there is nobody to ask", Exit.USAGE)
            if not yes and not typer.confirm(f"Send {found.count:,} pages to {topic} again?", err=True):
                raise ToolError("nothing was sent")
            with progress("{task.completed:,} of {task.total:,}") as bar:
                task = bar.add_task("sending", total=found.count)
                done = send(config, topic, found, rate=rate, on_sent=lambda report: bar.update(task, completed=report.sent))
            run, sent = done.run, done.sent
        if as_json:
            typer.echo(json_line({"topic": topic, "read": found.read, "chosen": found.count, "sent": sent, "run": run, "dryRun": dry_run}))
        elif dry_run or not found.count:
            typer.echo(safe_line(f"{found.count:,} pages of {found.read:,} records on {topic}; nothing was sent"))
        else:
            typer.echo(safe_line(f"sent {sent:,} pages to {topic} again, as run {run}"))
