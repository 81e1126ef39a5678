"""`rawi lag`: how far the worker's group is behind."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workers.tools.lag import GroupLag


def lag(
    max_lag: Annotated[int | None, typer.Option("--max", help="Exit 1 when the total is above this, for probes.", min=0)] = None,
    group: Annotated[str | None, typer.Option(help="The group.", show_default="RAWI_GROUP_ID")] = None,
    topic: Annotated[str | None, typer.Option(help="The topic it reads.", show_default="RAWI_INPUT_TOPIC")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one line of JSON.")] = False,
) -> None:
    """Show how many pages wait in each partition, and which worker reads it.

    Counted in offsets, as Kafka's own tools do: after a producer's transaction (`rawi dlq replay` is one) its end marker counts, too,
    until the next page comes.

    Example: rawi lag --max 10000

    Exit codes: 0 shown, 1 with --max: above it, 66 no such topic, 69 no broker, 77 not permitted.
    """
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import Exit, clean_exit
    from workers.tools.lag import group_lag

    with clean_exit():
        settings = load_settings()
        found = group_lag(kafka_client_config(settings), group or settings.group_id, topic or settings.topics.input)
        _show(found, as_json)
        if max_lag is not None and found.total > max_lag:
            raise SystemExit(Exit.FAILED)


def _show(found: "GroupLag", as_json: bool) -> None:
    from rich.table import Table

    from workers.tools.terminal import json_line, output, safe_line

    if as_json:
        partitions = [
            {"partition": p.partition, "committed": p.committed, "end": p.end, "lag": p.lag, "owner": p.owner} for p in found.partitions
        ]
        facts = {"group": found.group, "state": found.state, "topic": found.topic}
        typer.echo(json_line({**facts, "partitions": partitions, "total": found.total}))
        return
    table = Table("partition", "committed", "end", "lag", "owner", box=None, header_style="bold")
    for column in table.columns[:4]:
        column.justify = "right"
    for p in found.partitions:
        committed = "-" if p.committed is None else f"{p.committed:,}"
        table.add_row(str(p.partition), committed, f"{p.end:,}", f"{p.lag:,}", safe_line(p.owner or "-"))
    console = output()
    console.print(table)
    console.print(safe_line(f"group {found.group} ({found.state}) on {found.topic}: {found.total:,} behind"))
