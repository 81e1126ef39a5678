"""The commands of `rawi`, for checks of what files and pages say of it."""

from typing import Any

from typer.main import get_command

from workers.cli import make_app


def problem_with(words: list[str]) -> str | None:
    """What is wrong with a command line after `rawi`, None when it can be parsed: names of commands and options, not values."""
    command: Any = get_command(make_app())
    rest = list(words)
    path: list[str] = []
    while hasattr(command, "commands"):  # a group
        if not rest or rest[0].startswith("-"):
            return None
        path.append(rest.pop(0))
        if path[-1] not in command.commands:
            return f"no command {' '.join(path)}"
        command = command.commands[path[-1]]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help", "-h"}
    for word in rest:
        if word.startswith("-") and word.partition("=")[0] not in options:
            return f"{' '.join(path)} has no option {word}"
    return None
