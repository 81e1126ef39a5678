"""`rawi tail`: a readable view of a topic."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workers.settings import Settings
    from workers.tools.view import Role


def tail(
    topic: Annotated[
        str,
        typer.Argument(help="articles, outcomes, dlq, raw or stories (named as in the settings), or any topic's name.", metavar="TOPIC"),
    ],
    start: Annotated[
        str | None,
        typer.Option("--from", help="earliest, latest, an offset, a time (2026-03-01T12:00Z) or an age (15m, 2h, 7d).", metavar="WHERE"),
    ] = None,
    partition: Annotated[int | None, typer.Option(help="Read this partition only.", min=0)] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new records as they come, until Ctrl-C.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", "-n", help="At most so many; without --from: the newest.", min=0)] = None,
    key: Annotated[str | None, typer.Option(help="Only records with this key.")] = None,
    url: Annotated[str | None, typer.Option(help="Only records about a URL that contains this.")] = None,
    short: Annotated[bool, typer.Option("--short", help="One line a record.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a record, with key, headers and value.")] = False,
) -> None:
    """Show the records of a topic: articles as one reads them, the rest as lines.

    Without --from, the newest 10. Only committed records are shown, in order within each partition. Control characters of a page's
    text are written out, so they cannot touch the terminal.

    Example: rawi tail articles --limit 3

    Example: rawi tail outcomes --from 1h --follow --url news.example

    Exit codes: 0 shown (also when there was nothing), 66 no such topic, 69 no broker, 77 not permitted, 130 Ctrl-C.
    """
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import clean_exit
    from workers.tools.tail import Filter
    from workers.tools.tail import tail as tail_topic
    from workers.tools.terminal import json_line, output
    from workers.tools.view import json_view, view

    with clean_exit():
        settings = load_settings()
        name, role = resolve_topic(settings, topic)
        console = output()
        records = tail_topic(
            kafka_client_config(settings),
            name,
            start=start,
            partition=partition,
            follow=follow,
            limit=limit,
            wanted=Filter(key, url).wants,
        )
        for record in records:
            if as_json:
                typer.echo(json_line(json_view(record)))
            else:
                console.print(view(record, role, short=short, align=console.is_terminal))
            console.file.flush()  # a pipe must see a followed record at once


def resolve_topic(settings: "Settings", topic: str) -> tuple[str, "Role"]:
    """Return the topic's name in force and what it holds, by role or by name. Raises ToolError for a role that is switched off."""
    from workers.tools.errors import ToolError
    from workers.tools.view import Role

    names = {
        Role.ARTICLES: settings.topics.output,
        Role.OUTCOMES: settings.topics.outcomes,
        Role.DLQ: settings.topics.dlq,
        Role.RAW: settings.topics.input,
        Role.STORIES: settings.topics.stories,
    }
    for role, name in names.items():
        if topic == role.value:
            if not name:
                raise ToolError(f"no {role.value} are written: its topic's setting is empty")
            return name, role
    return topic, next((role for role, name in names.items() if name == topic), Role.OTHER)
