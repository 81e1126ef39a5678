"""`rawi dlq`: look at dead letters, and send them round again."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workers.tools.dead_letters import Choice
    from workers.tools.replay_plan import Plan

dlq = typer.Typer(no_args_is_help=True, help="Look at dead letters: pages that could not be processed; and send them round again.")

Reason = Annotated[list[str] | None, typer.Option("--reason", help="Only with this reason, such as timeout; may be given again.")]
Since = Annotated[str | None, typer.Option(help="Only since a time (2026-03-01) or an age (2h, 7d).", metavar="WHEN")]
Until = Annotated[str | None, typer.Option(help="Only before a time or an age.", metavar="WHEN")]
Site = Annotated[str | None, typer.Option(help="Only pages of this site and its subdomains.", metavar="HOST")]
Limit = Annotated[int | None, typer.Option("--limit", "-n", help="At most so many.", min=1)]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, for scripts.")]


@dlq.command()
def ls(
    reason: Reason = None, since: Since = None, until: Until = None, site: Site = None, limit: Limit = None, as_json: AsJson = False
) -> None:
    """List dead letters: where, when, why, which page; with counts by reason.

    Example: rawi dlq ls --since 24h --reason timeout --site news.example

    Exit codes: 0 listed (also when there is none), 66 no such topic, 69 no broker, 77 not permitted.
    """
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.dead_letters import list_letters
    from workers.tools.errors import clean_exit
    from workers.tools.terminal import json_line, notes, output, safe_line
    from workers.tools.view import letter_facts, letter_line

    with clean_exit():
        settings = load_settings()
        console, reasons = output(), Counter[str]()
        choice = _choice(reason, since, until, site)
        with _reading(hidden=sys.stdout.isatty()) as on_read:  # there the list itself shows that it goes on
            for letter in list_letters(kafka_client_config(settings), settings.topics.dlq, choice, limit=limit, on_read=on_read):
                reasons[letter.reason] += 1
                if as_json:
                    typer.echo(json_line(letter_facts(letter)))
                else:
                    console.print(letter_line(letter), soft_wrap=True)
        if not as_json:
            notes().print(safe_line(f"{reasons.total():,} dead letters{_counted(reasons)}"))


@dlq.command()
def show(
    position: Annotated[str, typer.Argument(help="As `rawi dlq ls` prints it.", metavar="PARTITION:OFFSET")],
    value: Annotated[bool, typer.Option("--value", help="Write the original value to stdout: raw bytes into a pipe or file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter with all its headers, or write out its original value.

    Example: rawi dlq show 0:42 --value > page.html

    Exit codes: 0 shown, 2 no PARTITION:OFFSET, 66 no dead letter there or no such topic, 69 no broker, 77 not permitted.
    """
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.dead_letters import get_letter, parse_position, read_letter
    from workers.tools.errors import clean_exit
    from workers.tools.terminal import json_line, output, safe_bytes, safe_line, safe_text
    from workers.tools.view import json_view, letter_line

    with clean_exit():
        settings = load_settings()
        record = get_letter(kafka_client_config(settings), settings.topics.dlq, parse_position(position))
        console = output()
        if value and not sys.stdout.isatty():
            sys.stdout.buffer.write(record.value or b"")
            sys.stdout.buffer.flush()
        elif value:
            console.print(safe_text((record.value or b"").decode("utf-8", "backslashreplace")), soft_wrap=True)
        elif as_json:
            typer.echo(json_line(json_view(record)))
        else:
            console.print(letter_line(read_letter(record)), soft_wrap=True)
            console.print(f"key: {'(none)' if record.key is None else safe_bytes(record.key)}", soft_wrap=True)
            for name, header in record.headers:
                console.print(f"{safe_line(name)}: {safe_bytes(header)[:2000]}", soft_wrap=True)
            console.print("value: null" if record.value is None else f"value: {len(record.value):,} bytes (--value writes them out)")


@dlq.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", file_okay=False)],
    reason: Reason = None,
    since: Since = None,
    until: Until = None,
    site: Site = None,
    limit: Limit = None,
) -> None:
    """Write dead letters to files: each original value byte for byte, and manifest.jsonl with headers, key, reason and place.

    `rawi extract FOLDER` and `rawi feed FOLDER` read what was written. Nothing changes in Kafka. The files hold what strangers wrote.

    Example: rawi dlq export ./timeouts --reason timeout --since 7d

    Exit codes: 0 written (even if there is none), 1 cannot write, 2 not an empty folder, 66 no such topic, 69 no broker, 77 not permitted.
    """
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import clean_exit
    from workers.tools.export import export_letters

    with clean_exit():
        settings = load_settings()
        choice = _choice(reason, since, until, site)
        with _reading() as on_read:
            done = export_letters(kafka_client_config(settings), settings.topics.dlq, choice, folder, limit=limit, on_read=on_read)
        typer.echo(f"wrote {done.letters:,} dead letters ({done.bytes:,} bytes) to {folder}")


@dlq.command()
def replay(
    reason: Reason = None,
    since: Since = None,
    until: Until = None,
    site: Site = None,
    offset: Annotated[
        list[str] | None, typer.Option(help="Only the one at PARTITION:OFFSET; may be given again.", metavar="PARTITION:OFFSET")
    ] = None,
    limit: Limit = None,
    topic: Annotated[str | None, typer.Option(help="Send to this topic.", show_default="where each came from")] = None,
    max_attempts: Annotated[
        int, typer.Option(help="Leave a page alone that was replayed so often already (header rawi-replays).", min=1)
    ] = 3,
    rate: Annotated[float | None, typer.Option(help="At most so many a second.", min=0.01)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send dead letters back to where they came from, for instance when the worker has been repaired.

    The original key, value and headers are sent, with rawi-reprocess (this run), rawi-replays (how often) and, where the page did not
    say, fetched-at (the original record's timestamp). The dead letters stay. Each is replayed once: what was replayed is remembered by
    the broker (group <RAWI_GROUP_ID>.dlq-replay) in the same transaction, so a run that was interrupted is simply started again.
    The broker forgets 7 days after the last replay, unless its offsets.retention.minutes says otherwise.

    Example: rawi dlq replay --reason timeout --since 24h --dry-run

    Example: rawi dlq replay --offset 0:42 --yes

    Exit codes: 0 done, 1 not done or not confirmed, 2 wrong use, 66 no such topic or dead letter, 69 no broker, 77 not permitted.
    """
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import Exit, ToolError, clean_exit
    from workers.tools.replay import replay as replay_letters
    from workers.tools.replay_plan import ReplaySettings, plan_replay
    from workers.tools.terminal import progress

    with clean_exit():
        settings = load_settings()
        config = kafka_client_config(settings)
        how = ReplaySettings(
            dlq_topic=settings.topics.dlq,
            group_id=settings.group_id,
            to_topic=topic,
            max_attempts=max_attempts,
            transactions=settings.delivery == "exactly-once",
        )
        with _reading() as on_read:
            plan = plan_replay(config, how, _choice(reason, since, until, site, offset), limit=limit, on_read=on_read)
        _tell(plan)
        run, replayed = None, 0
        if plan.count and not dry_run:
            if not yes and not sys.stdin.isatty():
                raise ToolError("nothing was sent: add --yes, as there is nobody to ask", Exit.USAGE)
            if not yes and not typer.confirm(f"Send {plan.count:,} records to {', '.join(plan.targets)}?", err=True):
                raise ToolError("nothing was sent")
            with progress("{task.completed:,} of {task.total:,}") as bar:
                task = bar.add_task("replaying", total=plan.count)
                done = replay_letters(config, how, plan, rate=rate, on_sent=lambda report: bar.update(task, completed=report.replayed))
            run, replayed = done.run, done.replayed
        _result(plan, run, replayed, dry_run, as_json)


def _tell(plan: "Plan") -> None:
    from workers.tools.terminal import notes, safe_line
    from workers.tools.view import letter_line

    console = notes()
    for letter in plan.examples:
        console.print(letter_line(letter))
    if plan.count > len(plan.examples):
        console.print(f"... and {plan.count - len(plan.examples):,} more")
    for why, count in plan.skipped.items():
        console.print(safe_line(f"left out {count:,}: {why}"))


def _result(plan: "Plan", run: str | None, replayed: int, dry_run: bool, as_json: bool) -> None:
    from workers.tools.terminal import json_line, safe_line

    if as_json:
        skipped = {why.name.lower(): count for why, count in plan.skipped.items()}
        facts = {"chosen": plan.count, "bytes": plan.bytes, "topics": dict(plan.targets), "reasons": dict(plan.reasons)}
        typer.echo(json_line({**facts, "skipped": skipped, "replayed": replayed, "run": run, "dryRun": dry_run}))
    elif not plan.count:
        typer.echo("nothing to replay")
    elif dry_run:
        typer.echo(
            safe_line(f"would replay {plan.count:,} dead letters{_counted(plan.reasons)} to {', '.join(plan.targets)}; nothing was sent")
        )
    else:
        fewer = f" of {plan.count:,}" if replayed < plan.count else ""  # another run was quicker, or retention
        typer.echo(
            safe_line(f"replayed {replayed:,}{fewer} dead letters{_counted(plan.reasons)} to {', '.join(plan.targets)} as run {run}")
        )


def _choice(reason: list[str] | None, since: str | None, until: str | None, site: str | None, offset: list[str] | None = None) -> "Choice":
    from datetime import UTC, datetime

    from schemas.reasons import DeadLetterReason
    from workers.tools.dead_letters import Choice, parse_position
    from workers.tools.errors import Exit, ToolError
    from workers.tools.when import parse_when

    now = datetime.now(UTC)
    known = [r.value for r in DeadLetterReason]
    unknown = next((r for r in reason or [] if r not in known), None)
    if unknown is not None:
        raise ToolError(f"no reason {unknown!r}; there are {', '.join(known)}", Exit.USAGE)
    return Choice(
        reasons=frozenset(reason or []),
        since=parse_when(since, now) if since else None,
        until=parse_when(until, now) if until else None,
        site=site,
        positions=frozenset(parse_position(text) for text in offset or []),
    )


@contextmanager
def _reading(*, hidden: bool = False) -> Iterator[Any]:
    """A progress bar while dead letters are read; yields what is to be told of it."""
    from workers.tools.terminal import progress

    with progress("{task.completed:,} dead letters", total=False, hidden=hidden) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda count: bar.update(task, completed=count)


def _counted(reasons: Counter[str]) -> str:
    counts = ", ".join(f"{reason or 'no reason'} {count:,}" for reason, count in reasons.most_common())
    return f" ({counts})" if counts else ""
