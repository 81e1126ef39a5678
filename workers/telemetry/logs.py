"""Structured logs on stderr: JSON lines, or lines for a person. Events have constant names (`page.closed`); all data are fields.

Values come from pages and producers, so they are bounded and their control characters are escaped: a log line is always one line.
"""

import logging
import math
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, nullcontext, suppress
from itertools import islice
from typing import Any, Literal, TextIO

import msgspec
import structlog
from structlog.typing import Processor

from workers.settings import Secret

MAX_VALUE_CHARS = 1_000  # of one field; a URL or an error fits
MAX_TRACE_CHARS = 16_000  # of a traceback
MAX_ITEMS = 100  # of a list or dict
_MAX_DEPTH = 4
_META = ("_record", "_from_structlog")  # structlog's own, taken out before the line is made
# Libraries that log by themselves; below WARNING they speak of every request or page.
QUIET_LOGGERS = (
    *("kafka", "trafilatura", "htmldate", "lxml", "urllib3", "charset_normalizer", "py3langid", "redis", "asyncio"),
    *("aiokafka", "faust", "mode", "workers.stories.app", "workers.stories.transport"),  # Faust logs under our subclasses' names too
)

# What a terminal or a reader of lines takes for a command: controls, line separators, switches of the writing direction.
_COMMANDS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_ESCAPES = {code: f"\\u{code:04x}" for code in _COMMANDS}
_SURROGATES = {code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)}  # no UTF-8 for a lone one


def configure_logging(format: Literal["auto", "json", "console"] = "auto", level: str = "INFO", stream: TextIO | None = None) -> None:  # noqa: A002
    """Set up structlog and the standard library's logging, for the whole process. May be called again.

    Args:
        format: `auto` is `console` on a terminal and `json` elsewhere.
        level: DEBUG, INFO, WARNING or ERROR.
        stream: default stderr.
    """
    stream = stream or sys.stderr
    console = format == "console" or (format == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        structlog.processors.format_exc_info,
        _bounded,
    ]
    plain = structlog.dev.plain_traceback
    console_line = structlog.dev.ConsoleRenderer(colors=stream.isatty(), timestamp_key="ts", exception_formatter=plain)
    render: list[Processor] = [_escaped, console_line] if console else [_json_line]
    handler = logging.StreamHandler(stream)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, *render, _Writer(handler)],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # loggers are made at import, before this is called
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), _name_foreign, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # found out for each line, and not written
    logging.raiseExceptions = False  # a full disk or a closed pipe must not put tracebacks into the log
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)


@contextmanager
def record_context(*, topic: str, partition: int, offset: int, **fields: object) -> Iterator[None]:
    """Bind a record's place, and fields such as `trace_id` and `article_id` (None: left out), to every line logged inside."""
    bound = {"topic": topic, "partition": partition, "offset": offset} | {
        name: value for name, value in fields.items() if value is not None
    }
    with structlog.contextvars.bound_contextvars(**bound):
        yield


class _Writer:
    """The end of structlog's chain: the line goes out here. By way of logging's records it would cost twice as much CPU."""

    def __init__(self, handler: "logging.StreamHandler[TextIO]") -> None:
        self._handler = handler  # that of libraries' lines: its lock keeps lines whole

    def __call__(self, _logger: Any, _method: str, line: Any) -> Any:
        """Write; what goes wrong with that is nobody's business, as with `logging.raiseExceptions` off. Raises DropEvent: it is done."""
        with self._handler.lock or nullcontext(), suppress(Exception):
            self._handler.stream.write(f"{line}\n")
            self._handler.stream.flush()
        raise structlog.DropEvent


def _name_foreign(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's line: its text is data, the event's name is constant."""
    record: logging.LogRecord = event["_record"]
    return {**event, "event": "library.message", "logger": record.name, "message": event.get("event")}


def _bounded(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {
        name: value if name in _META else _plain(value, MAX_TRACE_CHARS if name == "exception" else MAX_VALUE_CHARS)
        for name, value in event.items()
    }


def _plain(value: object, max_chars: int, depth: int = 0) -> object:
    """Return what JSON can say, bounded; never raises."""
    if value is None or (type(value) is str and len(value) <= max_chars and value.isascii()):
        return value  # most are
    if isinstance(value, Secret):
        return "***"
    if isinstance(value, str):
        return _cut(str.__str__(value), max_chars)  # the value of an enum, not its repr
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 1 << 63):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if depth < _MAX_DEPTH and isinstance(value, Mapping):
        return {_cut(str(key), max_chars): _plain(item, max_chars, depth + 1) for key, item in islice(value.items(), MAX_ITEMS)}
    if depth < _MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, max_chars, depth + 1) for item in islice(value, MAX_ITEMS)]
    try:
        return _cut(repr(value), max_chars)
    except Exception:  # noqa: BLE001 (of whatever repr it has)
        return f"<{type(value).__name__}>"


def _cut(text: str, max_chars: int) -> str:
    if len(text) > max_chars:
        text = f"{text[:max_chars]}… ({len(text)} characters)"
    return text if text.isascii() else text.translate(_SURROGATES)


def _escaped(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For a person: commands are shown, not obeyed. The lines of a traceback stay lines."""
    keep = {0x0A: "\n", 0x09: "\t"}
    return {
        name: value.translate(_ESCAPES | keep if name == "exception" else _ESCAPES) if isinstance(value, str) else value
        for name, value in event.items()
    }


def _json_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """JSON escapes controls by itself; the other commands are written as JSON escapes too, so readers get the value unchanged."""
    first = {name: event.pop(name) for name in ("ts", "level", "event") if name in event}
    line = msgspec.json.encode(first | dict(event)).decode()
    return line if line.isascii() and "\x7f" not in line else line.translate(_ESCAPES)  # JSON itself escapes the other controls of ASCII
