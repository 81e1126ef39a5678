"""`rawi topics`: make Rawi's topics, and see whether they are as they should be."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workers.settings import Settings
    from workers.tools.topics import TopicState, Wanted

topics = typer.Typer(no_args_is_help=True, help="Make Rawi's topics, and check their settings against topics.yaml.")


@topics.command()
def create(
    partitions: Annotated[int | None, typer.Option(help="Of each topic made.", show_default="by topics.yaml", min=1)] = None,
    replication_factor: Annotated[
        int | None, typer.Option(help="Of each topic made.", show_default="3, or the number of brokers if fewer", min=1)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be made.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a topic.")] = False,
) -> None:
    """Make the topics that are missing. Those that exist are left as they are, so it can be run again.

    Names come from the settings (RAWI_INPUT_TOPIC and so on), everything else from topics.yaml. The two topics that the story workers keep
    for themselves have one partition, whatever --partitions says.

    Example: rawi topics create --partitions 6

    Exit codes: 0 all there now, 69 no broker, 77 not permitted.
    """
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import clean_exit
    from workers.tools.terminal import json_line, safe_line
    from workers.tools.topics import create as create_topics

    with clean_exit():
        settings = load_settings()
        done = create_topics(
            kafka_client_config(settings), _wanted(settings), partitions=partitions, replication_factor=replication_factor, dry_run=dry_run
        )
        for creation in done:
            wanted = creation.state.wanted
            word = "exists" if not creation.made else "would be made" if dry_run else "made"
            if as_json:
                facts = {"partitions": creation.partitions, "replicationFactor": creation.replication_factor, "made": creation.made}
                typer.echo(json_line({"role": wanted.role, "topic": wanted.name, **facts, "dryRun": dry_run}))
            else:
                size = f"{creation.partitions} partitions, replication factor {creation.replication_factor}"
                drift = "; differs from topics.yaml, see `rawi topics describe`" if creation.state.exists and creation.state.drift else ""
                typer.echo(safe_line(f"{wanted.name}: {word} ({size}){drift}"))


@topics.command()
def describe(
    check: Annotated[bool, typer.Option("--check", help="Exit 1 when a topic is missing or differs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a topic.")] = False,
) -> None:
    """Show the topics as the broker has them, and where they differ from topics.yaml.

    Example: rawi topics describe --check && rawi run

    Exit codes: 0 shown, 1 with --check: something differs, 69 no broker, 77 not permitted.
    """
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import Exit, clean_exit
    from workers.tools.topics import describe as describe_topics

    with clean_exit():
        settings = load_settings()
        states = describe_topics(kafka_client_config(settings), _wanted(settings))
        for state in states:
            _show(state, as_json)
        if check and any(state.drift for state in states):
            raise SystemExit(Exit.FAILED)


def _show(state: "TopicState", as_json: bool) -> None:
    from workers.tools.terminal import json_line, output, safe_line

    wanted = state.wanted
    drift = [{"setting": d.setting, "wanted": d.wanted, "actual": d.actual} for d in state.drift]
    if as_json:
        facts = {"partitions": state.partitions, "replicationFactor": state.replication_factor, "config": state.config}
        typer.echo(json_line({"role": wanted.role, "topic": wanted.name, "exists": state.exists, **facts, "drift": drift}))
        return
    console = output()
    if not state.exists:
        console.print(safe_line(f"{wanted.name} ({wanted.role}): missing; `rawi topics create` makes it"), style="red")
        return
    console.print(safe_line(f"{wanted.name} ({wanted.role}): {state.partitions} partitions, replication factor {state.replication_factor}"))
    differs = {d.setting for d in state.drift}
    for name, value in state.config.items():
        if name not in differs:
            console.print(safe_line(f"  {name} = {value}"))
    for d in state.drift:
        why = wanted.spec.why.get(d.setting, "")
        console.print(safe_line(f"  {d.setting} = {d.actual}, but should be {d.wanted}: {why}"), style="red")


def _wanted(settings: "Settings") -> "list[Wanted]":
    from workers.stories.names import index_topic, journal_topic
    from workers.tools.topics import wanted_topics

    names, group = settings.topics, settings.stories_group_id
    return wanted_topics(
        {
            "input": names.input,
            "output": names.output,
            "dlq": names.dlq,
            "outcomes": names.outcomes,
            "stories": names.stories,
            "stories_index": index_topic(group),
            "stories_journal": journal_topic(group),
        }
    )
