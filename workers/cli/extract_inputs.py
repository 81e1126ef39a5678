"""The pages of `rawi extract`: from files, folders, WARC files, standard input or a manifest, each as the record a crawler would send."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, cast

import msgspec

FORMS = {
    ".txt": "text/plain",
    ".json": "application/json",
    ".warc": "application/warc",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
}
HTML = "text/html"  # of a name that says nothing
WARC = "application/warc"
STDIN = Path("-")


class InputError(Exception):
    """Something the user can repair; one line. `code` is the exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


NO_INPUT = 66  # sysexits.h: a file is missing
BAD_DATA = 65  # sysexits.h: a line of the manifest is wrong


class Unreadable(Exception):
    """One page cannot be read; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to extract. `read` gives its bytes, at most a byte more than the limit (the line finds it too large); raises Unreadable."""

    name: str
    read: Callable[[], bytes]
    content_type: str
    url: str | None = None
    fetched_at: str | None = None

    def headers(self) -> list[tuple[str, bytes]]:
        """The record's headers, by the contract."""
        named = (("content-type", self.content_type), ("url", self.url), ("fetched-at", self.fetched_at))
        return [(name, text.encode("utf-8", "surrogateescape")) for name, text in named if text]


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say of every page."""

    url: str | None
    content_type: str | None
    fetched_at: str | None
    max_bytes: int


class ManifestLine(msgspec.Struct, frozen=True):
    """A line of a manifest; other names are ignored."""

    id: str
    path: str
    url: str | None = None
    content_type: str | None = None
    fetched_at: str | None = None


def pages_of_paths(paths: list[Path], given: Given) -> Iterator[Page]:
    """The pages of each path, in order; folders with all that is below them, by name. Raises InputError before any page is read."""
    files = [file for path in paths for file in _files(path)]
    return chain.from_iterable(_pages_of_file(file, given) for file in files)


def pages_of_manifest(manifest: Path, given: Given) -> list[Page]:
    """A page a line; its id is the name. Raises InputError for a wrong line or a missing file, before any page is read."""
    try:
        with _open(manifest) as file:
            text = file.read()
    except (OSError, EOFError, zlib.error) as e:
        raise InputError(f"{manifest}: {_why(e)}", NO_INPUT) from e
    pages = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            pages.append(_page_of_line(line, f"{manifest}:{number}", manifest.parent, given))
    return pages


def form_of(path: Path) -> str | None:
    """The content type that a file's name says, `.gz` looked through; None for a name that says nothing."""
    return FORMS.get(Path(path.name.lower().removesuffix(".gz")).suffix)


def _page_of_line(line: bytes, place: str, folder: Path, given: Given) -> Page:
    try:
        entry = msgspec.json.decode(line, type=ManifestLine)
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise InputError(f'{place}: not a line of a manifest {{"id", "path", "url"?, "content_type"?}}: {e}', BAD_DATA) from e
    path = folder / entry.path
    if not path.is_file():
        raise InputError(f"{place}: no file {str(path)!r}", NO_INPUT)
    return Page(
        name=entry.id,
        read=_reader(path, given.max_bytes),
        content_type=given.content_type or entry.content_type or form_of(path) or HTML,
        url=entry.url,
        fetched_at=entry.fetched_at or given.fetched_at,
    )


def _files(path: Path) -> Iterator[Path]:
    if path == STDIN or path.is_file():
        yield path
    elif path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and form_of(file))
        if not found:
            raise InputError(f"no page in {str(path)!r} (names that end in {' '.join(FORMS)}, or those with .gz)", NO_INPUT)
        yield from found
    else:
        raise InputError(f"no file or folder {str(path)!r}", NO_INPUT)


def _pages_of_file(path: Path, given: Given) -> Iterator[Page]:
    content_type = given.content_type or form_of(path) or HTML
    if path == STDIN:
        yield Page("-", lambda: sys.stdin.buffer.read(given.max_bytes + 1), content_type, given.url, given.fetched_at)
    elif content_type == WARC and given.content_type is None:
        yield from _pages_of_warc(path, given)
    else:
        yield Page(str(path), _reader(path, given.max_bytes), content_type, given.url, given.fetched_at)


def _pages_of_warc(path: Path, given: Given) -> Iterator[Page]:
    from workers.tools.warc import CannotRead, read_warc

    try:
        for place, stored in read_warc(path, given.max_bytes):
            if isinstance(stored, CannotRead):
                yield Page(place, _failing(str(stored)), WARC)
            else:
                block = stored.block
                fetched_at = given.fetched_at or stored.date
                yield Page(place, lambda block=block: block, stored.content_type, given.url or stored.url, fetched_at)  # type: ignore[misc]
    except (CannotRead, OSError) as e:
        yield Page(str(path), _failing(_why(e)), WARC)


def _failing(message: str) -> Callable[[], bytes]:
    def read() -> bytes:
        raise Unreadable(message)

    return read


def _reader(path: Path, max_bytes: int) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with _open(path) as file:
                return file.read(max_bytes + 1)
        except (OSError, EOFError, zlib.error) as e:
            raise Unreadable(_why(e)) from e

    return read


def _open(path: Path) -> IO[bytes]:
    if path.name.lower().endswith(".gz"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def _why(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be read: {' '.join(text.split())}"
