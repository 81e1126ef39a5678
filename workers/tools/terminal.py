"""What may reach a terminal or a script: nothing in a page's text can move the cursor, set colours or reverse the line."""

import json
import re
import sys
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

# C0 and C1 controls (a terminal obeys them), DEL, lone surrogates (cannot be printed), line and paragraph separators, and the bidi
# embeddings, overrides and isolates that can make a line read as another. Joiners and LRM/RLM stay: words need them.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")
_UNSAFE_IN_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")


def _shown(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


def safe_text(text: str) -> str:
    """Return text of several lines with every character a terminal might obey written out, as in JSON; newline and tab stay."""
    return _UNSAFE.sub(_shown, text.replace("\r\n", "\n"))


def safe_line(text: str) -> str:
    """Return the text on one line, made safe as by `safe_text`."""
    return _UNSAFE_IN_LINE.sub(_shown, text)


def safe_bytes(value: bytes | None) -> str:
    """Return bytes as safe text of one line; what is not UTF-8 is written out in hexadecimal."""
    return "" if value is None else safe_line(value.decode("utf-8", "backslashreplace"))


def json_line(data: Any) -> str:
    """Return one line of JSON for a script; readable text stays readable, controls and lone surrogates are escaped."""
    return _UNSAFE_IN_LINE.sub(_shown, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Let `clean_exit` end the process: who reads our output has seen enough, which is no failure."""
        raise BrokenPipeError


def output() -> Console:
    """The console for results: stdout; markup and emoji codes in a page's text mean nothing; piped, lines are not cut."""
    console = _Output(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = 10_000
    return console


def notes() -> Console:
    """The console for everything that is not a result: stderr."""
    return Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True)


def progress(*columns: str, total: bool = True, hidden: bool = False) -> Progress:
    """A progress bar on stderr, nothing when stderr is no terminal. `columns` are rich templates after the bar."""
    bar = (BarColumn(), TextColumn("{task.percentage:>3.0f} %")) if total else ()
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        *bar,
        *(TextColumn(c) for c in columns),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=hidden or not sys.stderr.isatty(),
    )
