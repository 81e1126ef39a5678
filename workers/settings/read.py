"""Reads the settings: environment, `.env`, secret files, defaults, in this order. Every problem is found at once and told in one line."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream

from workers.settings.checks import check
from workers.settings.kinds import RedisUrl, masked
from workers.settings.model import SECTIONS, Settings
from workers.settings.variables import VARIABLES, Variable

_CHECKED_PREFIXES = ("RAWI_", "KAFKA_SASL_", "KAFKA_SSL_", "REDIS_SSL_")  # a name that begins so and is unknown is a typing error
_FOREIGN_PREFIXES = ("RAWI_TEST_", "RAWI_BENCH_", "RAWI_CI_", "RAWI_CACHE_DIR")  # of tests, benchmarks, CI and `rawi[local]`
MAX_FILE_BYTES = 64 * 1024  # a secret is short; a wrong path may lead anywhere


class ConfigError(Exception):
    """The settings cannot be used.

    Attributes:
        problems: one line each, with the variable, what is wrong and what is accepted; never a secret.
        unknown: as in Reading: often the cause.
    """

    def __init__(self, problems: list[str], unknown: tuple[str, ...] = ()) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        self.unknown = unknown


@dataclass(frozen=True)
class InForce:
    """A setting as `rawi check-config` shows it: secrets hidden; origin `default`, `environment`, `.env` or `file PATH`."""

    variable: Variable
    shown: str
    origin: str


@dataclass(frozen=True)
class Reading:
    """The settings, what is in force, and names that are set but unknown (each with a hint)."""

    settings: Settings
    in_force: tuple[InForce, ...]
    unknown: tuple[str, ...]


def load_settings(environ: Mapping[str, str] = os.environ, env_file: Path | None = Path(".env")) -> Settings:
    """Return the settings; the environment wins over `env_file`, which need not exist. Raises ConfigError."""
    return read_settings(environ, env_file).settings


def read_settings(environ: Mapping[str, str] = os.environ, env_file: Path | None = Path(".env")) -> Reading:
    """Return the settings and where each came from. Raises ConfigError."""
    problems: list[str] = []
    sources = [("environment", environ)]
    if env_file is not None:
        sources.append((str(env_file), _read_env_file(env_file, problems)))
    values: dict[str, Any] = {}
    in_force: list[InForce] = []
    warnings = _unknown(sources)
    unknown = tuple(warnings)
    for variable in VARIABLES.values():
        try:
            text, origin = _find(variable, sources)
            values[variable.name] = _parse(variable, text)
        except ValueError as e:
            problems.append(f"{variable.name}: {e}")
            continue
        in_force.append(InForce(variable, _shown(variable, text, values[variable.name]), origin))
    problems += check(values)
    if problems:
        raise ConfigError(problems, unknown)
    return Reading(_build(values, tuple(warnings)), tuple(in_force), unknown)


def _find(variable: Variable, sources: list[tuple[str, Mapping[str, str]]]) -> tuple[str | None, str]:
    """Return the text and its origin: the first source that has the variable or its file."""
    name, file_name = variable.name, f"{variable.name}_FILE"
    for origin, source in sources:
        text, path = source.get(name), source.get(file_name)
        if text is not None and path:
            raise ValueError(f"both {name} and {file_name} are set in the {origin}; set one")
        if path:
            return _read_secret_file(Path(path), file_name), f"file {path}"
        if text is not None and (text or variable.default is not None or variable.may_be_empty):
            return text, origin
    return variable.default, "default"


def _parse(variable: Variable, text: str | None) -> Any:
    if text is None:
        return None
    if not text:
        if variable.may_be_empty:
            return "" if variable.default is not None else None
        raise ValueError(f"it is empty. Accepted: {variable.kind.accepts}. Without the variable it is {variable.default}")
    try:
        return variable.kind.parse(text)
    except ValueError as e:
        raise ValueError(f"{e}. Accepted: {variable.kind.accepts}") from None


def _shown(variable: Variable, text: str | None, value: Any) -> str:
    if not text:
        return ""
    if isinstance(variable.kind, RedisUrl):
        return masked(text)
    if variable.secret:
        return "***"
    return f"{text} ({value})" if text == "cores" else text


def _read_secret_file(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        text = data.decode("utf-8")
    except OSError as e:
        raise ValueError(f"{name}: cannot read {str(path)!r}: {e.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{name}: {str(path)!r} is not UTF-8 text") from None
    if len(data) > MAX_FILE_BYTES:
        raise ValueError(f"{name}: {str(path)!r} is larger than {MAX_FILE_BYTES} bytes; is it the right file?")
    return text.rstrip("\r\n")


def _read_env_file(path: Path, problems: list[str]) -> dict[str, str]:
    if not path.exists():
        return {}
    values: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8") as file:
            for binding in parse_stream(file):
                if binding.error or (binding.key is not None and binding.value is None):
                    problems.append(f"{path}: line {binding.original.line} cannot be read. Accepted: NAME=value, NAME='value', # remark")
                elif binding.key is not None:
                    values[binding.key] = binding.value or ""
    except OSError as e:
        problems.append(f"{path}: cannot be read: {e.strerror}")
    except UnicodeDecodeError:
        problems.append(f"{path}: is not UTF-8 text")
    return values


def _unknown(sources: list[tuple[str, Mapping[str, str]]]) -> list[str]:
    known = [*VARIABLES, *(f"{name}_FILE" for name in VARIABLES)]
    found = []
    for origin, source in sources:
        for name in sorted(source):
            if name.startswith(_CHECKED_PREFIXES) and not name.startswith(_FOREIGN_PREFIXES) and name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                found.append(f"{name} ({origin}): no such setting" + (f"; did you mean {near[0]}?" if near else ""))
    return found


def _build(values: dict[str, Any], warnings: tuple[str, ...]) -> Settings:
    sections: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    top: dict[str, Any] = {"warnings": warnings}
    for name, value in values.items():
        section, _, attribute = VARIABLES[name].path.rpartition(".")
        (sections[section] if section else top)[attribute] = value
    for name, cls in SECTIONS.items():  # the inner ones first
        section, _, attribute = name.rpartition(".")
        (sections[section] if section else top)[attribute] = cls(**sections[name])
    return Settings(**top)
