"""`rawi outcomes`: what became of a URL."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workers.tools.outcomes import History


def outcomes(
    url: Annotated[str, typer.Argument(help="The page's URL, as it was fed.", metavar="URL")],
    since: Annotated[str | None, typer.Option(help="Only since a time (2026-03-01) or an age (2h, 7d): quicker.", metavar="WHEN")] = None,
    all_partitions: Annotated[
        bool, typer.Option("--all-partitions", help="Read the whole topic, also for outcomes from before partitions were added.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON an outcome, as on the topic, with its time.")] = False,
) -> None:
    """Show what became of a URL, each time it came by: published, unchanged, filtered or dead-lettered, and why.

    Reads the URL's partition of the outcomes topic, or all of it when nothing is there.

    Example: rawi outcomes https://news.example/2026/03/flood --since 7d

    Exit codes: 0 found, 1 nothing is known of it, 66 no such topic, 69 no broker, 77 not permitted.
    """
    from datetime import UTC, datetime

    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import Exit, clean_exit
    from workers.tools.outcomes import history
    from workers.tools.terminal import progress
    from workers.tools.when import parse_when

    with clean_exit():
        settings = load_settings()
        when = parse_when(since, datetime.now(UTC)) if since else None
        with progress("{task.completed:,} outcomes", total=False) as bar:
            task = bar.add_task("reading", total=None)
            found = history(
                kafka_client_config(settings),
                settings.topics.outcomes,
                url,
                since=when,
                all_partitions=all_partitions,
                on_read=lambda count: bar.update(task, completed=count),
            )
        _show(found, as_json)
        if not found.seen:
            raise SystemExit(Exit.FAILED)


def _show(found: "History", as_json: bool) -> None:
    import json

    from rich.text import Text

    from schemas.codec import encode
    from workers.tools.terminal import json_line, notes, output, safe_line
    from workers.tools.view import outcome_word
    from workers.tools.when import format_ms

    console = output()
    for seen in found.seen:
        outcome = seen.outcome
        if as_json:
            typer.echo(json_line({"timestamp": format_ms(seen.timestamp_ms)} | json.loads(encode(outcome))))
            continue
        source = f"{outcome.source.topic} {outcome.source.partition}:{outcome.source.offset}"
        line = Text.assemble(f"{format_ms(seen.timestamp_ms)}  ", outcome_word(outcome), safe_line(f"  from {source}"))
        console.print(line)
        for word, ids in (("published", outcome.article_ids), ("withdrew", outcome.tombstoned_ids)):
            for article_id in ids:
                console.print(safe_line(f"    {word} {article_id}"))
    if not found.seen:
        notes().print(safe_line(f"nothing is known of {found.url}"))
    elif not found.is_complete:
        where = f"read partition {found.read[0]} of {found.partitions}, where this URL belongs"
        notes().print(f"({where}; --all-partitions reads the rest)")
