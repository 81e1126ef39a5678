"""`rawi check-config`: what is in force, and where it came from."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from workers.settings import Reading

EX_CONFIG = 78


def check_config(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    connect: Annotated[bool, typer.Option("--connect", help="Also try Kafka and Redis: TLS, user, topics, rights.")] = False,
) -> None:
    """Print the settings in force and where each came from; secrets stay hidden.

    Exits 0 when all is well, else 78 with one line a problem on stderr. docs/configuration.md explains each setting.
    """
    from workers.settings import ConfigError, read_settings

    try:
        reading = read_settings()
    except ConfigError as e:
        _fail([*e.problems, *e.unknown])
    _print(reading, as_json=as_json)
    for warning in reading.settings.warnings:
        if warning not in reading.unknown:
            print(f"warning: {warning}", file=sys.stderr)
    problems = list(reading.unknown)
    if connect:
        from workers.settings.probe import try_kafka, try_redis

        problems += try_kafka(reading.settings) + try_redis(reading.settings)
    if problems:
        _fail(problems)


def _fail(problems: list[str]) -> NoReturn:
    for problem in problems:
        print(problem, file=sys.stderr)
    raise typer.Exit(EX_CONFIG)


def _print(reading: "Reading", *, as_json: bool) -> None:
    if as_json:
        rows = {item.variable.name: {"value": item.shown, "origin": item.origin} for item in reading.in_force}
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    cells = [("VARIABLE", "VALUE", "FROM")]
    cells += [(item.variable.name, item.shown or "-", item.origin) for item in reading.in_force]
    first, second = (max(len(row[column]) for row in cells) for column in (0, 1))
    for name, value, origin in cells:
        print(f"{name:<{first}}  {value:<{second}}  {origin}")
