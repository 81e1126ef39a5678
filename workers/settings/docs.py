"""Makes `docs/configuration.md` and `.env.example` from the settings: `python -m workers.settings.docs [FOLDER]`. A test compares."""

import sys
from pathlib import Path

from workers.settings.variables import GROUPS, Variable

_HEAD = """\
# Configuration

Made from `workers/settings/` by `python -m workers.settings.docs`; do not edit.

Settings are environment variables. They are read once, at the start, and every mistake is told at once: `rawi check-config` prints what
is in force and where it came from, and exits 78 with one line a problem; `rawi check-config --connect` also tries Kafka and Redis.

- **Order.** The environment, then `.env` in the working directory, then the default. The first that has the variable wins.
- **Secrets in files.** Any variable can be given as `NAME_FILE`, the path of a file that holds the value (line breaks at its end are
  cut). Both in one place is a mistake. Secrets are never printed or logged.
- **Empty** means not set for a variable without a default, and is a mistake for the others, unless the table says what it means.
- **Typing errors.** An unknown `RAWI_*`, `KAFKA_SASL_*`, `KAFKA_SSL_*` or `REDIS_SSL_*` is a problem for `rawi check-config` and a
  logged warning for `rawi run`, so that a rolled-back version still starts with a newer version's settings.
- **Units** are in the names. Sizes are bytes, also written `64KiB`, `10MiB`, `1GiB`.

TLS, SASL and access rights, step by step: [security-kafka-redis.md](security-kafka-redis.md).
"""
_ENV_HEAD = """\
# Rawi's settings with their defaults. Copy to .env and uncomment what you change; the environment wins over .env.
# Made by `python -m workers.settings.docs`. What each is for, and why: docs/configuration.md. Secrets: better as NAME_FILE.
"""


def configuration_md() -> str:
    """Return the text of docs/configuration.md."""
    return _HEAD + "".join(_section(title, group) for title, group in GROUPS.items())


def env_example() -> str:
    """Return the text of .env.example."""
    parts = [_ENV_HEAD]
    for title, group in GROUPS.items():
        parts.append(f"\n# --- {title} ---\n")
        parts += [
            f"\n# {_plain(_about(variable))}\n# Accepted: {_plain(_accepts(variable))}\n#{variable.name}={_default(variable)}\n"
            for variable in group
        ]
    return "".join(parts)


def write(folder: Path) -> None:
    """Write both files below `folder`, the root of the repository."""
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs" / "configuration.md").write_text(configuration_md(), encoding="utf-8")
    (folder / ".env.example").write_text(env_example(), encoding="utf-8")


def _section(title: str, group: tuple[Variable, ...]) -> str:
    lines = [f"\n## {title}\n", "| variable | default | accepted | what and why |", "|---|---|---|---|"]
    lines += [
        f"| `{variable.name}` | {_cell(variable)} | {_accepts(variable)} | {_about(variable)} {variable.why} |".replace("||", "|")
        for variable in group
    ]
    return "\n".join(lines) + "\n"


def _cell(variable: Variable) -> str:
    return f"`{_default(variable)}`" if variable.default is not None else "not set"


def _accepts(variable: Variable) -> str:
    return variable.kind.accepts + (f" ({variable.unit})" if variable.unit else "")


def _about(variable: Variable) -> str:
    secret = " Secret." if variable.secret else ""
    return variable.about + secret


def _default(variable: Variable) -> str:
    return variable.default or ""


def _plain(text: str) -> str:
    return text.replace("`", "").replace("*", "")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
