"""Dead letters as files: each original value byte for byte, and a manifest that `rawi extract` and `rawi feed` read."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.headers import read_page_headers
from workers.tools.dead_letters import Choice, read_letter
from workers.tools.errors import Config, Exit, ToolError
from workers.tools.page_files import FORMS, MANIFEST
from workers.tools.reader import Record, open_reader
from workers.tools.terminal import json_line
from workers.tools.view import json_view, letter_facts
from workers.tools.when import format_ms

_SUFFIXES: Mapping[str, str] = {form: suffix for suffix, form in reversed(FORMS.items())}
_OTHER = ".bin"


@dataclass(slots=True)
class Exported:
    """What was written."""

    letters: int = 0
    bytes: int = 0


def export_letters(
    config: Config,
    topic: str,
    choice: Choice,
    folder: Path,
    *,
    limit: int | None = None,
    on_read: Callable[[int], None] | None = None,
) -> Exported:
    """Write the chosen dead letters into a new or empty folder: `PARTITION-OFFSET.<form>` and `manifest.jsonl`. Changes nothing in Kafka.

    Raises ToolError: the folder holds something, or cannot be written.
    """
    done = Exported()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ToolError(f"{folder} is not empty; name a new folder", Exit.USAGE)
        with open_reader(config, topic) as reader, (folder / MANIFEST).open("x", encoding="utf-8") as manifest:
            for count, record in enumerate(reader.read(*choice.bounds(reader)), 1):
                if on_read:
                    on_read(count)
                if not choice.wants(read_letter(record)):
                    continue
                manifest.write(json_line(_write(folder, record)) + "\n")
                done.letters += 1
                done.bytes += len(record.value or b"")
                if done.letters == limit:
                    break
    except OSError as e:
        raise ToolError(f"cannot write to {folder}: {e.strerror}") from e
    return done


def _write(folder: Path, record: Record) -> dict[str, Any]:
    """Write the value; return the manifest's line. A null value is an empty file, and the line says so."""
    headers = read_page_headers(record.headers)
    letter = read_letter(record)
    # A coded value has no suffix that a reader would take at its word.
    suffix = _OTHER if headers.content_encoding else _SUFFIXES.get(headers.content_type or "text/html", _OTHER)
    name = f"{letter.partition}-{letter.offset}{suffix}"
    (folder / name).write_bytes(record.value or b"")
    raw_type = next((value for name, value in reversed(record.headers) if name.lower() == "content-type"), None)
    fetched_ms = letter.source_timestamp_ms
    fetched_at = headers.fetched_at.isoformat() if headers.fetched_at else format_ms(fetched_ms) if fetched_ms >= 0 else None
    return {
        "path": name,
        "url": letter.url,
        "content_type": raw_type.decode("utf-8", "replace") if raw_type else None,
        "fetched_at": fetched_at,
        "isNull": record.value is None,
        "keyBase64": None if record.key is None else base64.b64encode(record.key).decode(),
        "headers": json_view(record)["headers"],
        "letter": letter_facts(letter),
    }
