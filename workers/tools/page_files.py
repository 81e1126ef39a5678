"""Pages from files and folders (HTML, text, envelopes, WARC, manifests, JSON lines), each as the record a crawler would send."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from workers.tools.errors import Exit, ToolError
from workers.tools.warc import CannotRead, read_warc

# raw.pages takes records up to this size (topics.yaml); a larger page is reported, never read whole into memory.
MAX_PAGE_BYTES = 26_214_400
MANIFEST = "manifest.jsonl"  # a folder that has one is read by it alone

FORMS = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
    ".json": "application/json",
    ".warc": "application/warc",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
}
_NEED_URL = ("text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One page as a record: its value as it stands in the file (gzip taken off), and what is known of it."""

    origin: str  # the file, and line or record within it: for messages
    value: bytes
    content_type: str | None = None
    url: str | None = None
    fetched_at: str | None = None  # RFC 3339

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """The record's headers, by the contract."""
        named = (("url", self.url), ("content-type", self.content_type), ("fetched-at", self.fetched_at))
        return [(name, text.encode("utf-8", "surrogateescape")) for name, text in named if text]


@dataclass(frozen=True, slots=True)
class Problem:
    """A page that cannot be fed, and why."""

    origin: str
    message: str


@dataclass(frozen=True, slots=True)
class _Given:
    """What the caller or a manifest says of a file."""

    url: str | None = None
    content_type: str | None = None
    fetched_at: str | None = None


def iter_pages(
    paths: Sequence[Path],
    *,
    url: str | None = None,
    url_prefix: str | None = None,
    content_type: str | None = None,
    on_problem: Callable[[Problem], None] | None = None,
) -> Iterator[PageRecord]:
    """Yield the pages of files and folders (recursively, in the order of their names), one at a time.

    Args:
        paths: files and folders.
        url: of the page; `paths` is then one file of one page.
        url_prefix: makes the URL of a file without one: prefix + its path within the folder named (a file: its name).
        content_type: instead of the one that the suffix says, for files that are one page.
        on_problem: called for each page that cannot be read; without it the first one raises.

    Raises:
        ToolError: a path does not exist, or an HTML or text file has no URL and nothing says it. Checked before the first page comes.
    """
    files = [found for path in paths for found in _files(path)]
    if url is not None and (len(files) != 1 or not paths[0].is_file()):
        raise ToolError("--url names one page: give one file with it, or a manifest with a URL for each", Exit.USAGE)
    given = [(path, _Given(url or _prefixed(url_prefix, path, root), content_type)) for path, root in files]
    _require_urls(given)
    return _pages(given, on_problem or _raise)


def _pages(given: list[tuple[Path, _Given]], on_problem: Callable[[Problem], None]) -> Iterator[PageRecord]:
    for path, known in given:
        yield from _from_file(path, known, on_problem)


def _files(path: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the files of a path, each with the folder it is counted from."""
    if path.is_file():
        yield path, path.parent
    elif not path.is_dir():
        raise ToolError(f"no file or folder {str(path)!r}", Exit.NO_INPUT)
    elif (path / MANIFEST).is_file():
        yield path / MANIFEST, path
    else:
        yield from _in_folder(path, path)


def _in_folder(folder: Path, root: Path) -> Iterator[tuple[Path, Path]]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from ([(entry / MANIFEST, root)] if (entry / MANIFEST).is_file() else _in_folder(entry, root))
        elif form_of(entry) is not None:
            yield entry, root


def form_of(path: Path) -> str | None:
    """Return the content type that a file's name says (`.gz` looked through), None where it says nothing."""
    name = path.name.lower().removesuffix(".gz")
    return FORMS.get(Path(name).suffix)


def _prefixed(prefix: str | None, path: Path, root: Path) -> str | None:
    if prefix is None or form_of(path) not in (*_NEED_URL, None):
        return None
    inside = path.relative_to(root).as_posix()
    return prefix + quote(inside[: -len(".gz")] if inside.endswith(".gz") else inside)


def _require_urls(given: list[tuple[Path, _Given]]) -> None:
    nameless = [path for path, known in given if known.url is None and (known.content_type or form_of(path)) in _NEED_URL]
    if nameless:
        more = f" and {len(nameless) - 1} more files" if len(nameless) > 1 else ""
        raise ToolError(
            f"no URL for {str(nameless[0])!r}{more}: say --url URL (one file), --url-prefix URL (a folder), or feed a manifest: "
            f'lines of {{"id", "path", "url"}}',
            Exit.USAGE,
        )


def _from_file(path: Path, known: _Given, on_problem: Callable[[Problem], None]) -> Iterator[PageRecord]:
    form = form_of(path)
    try:
        if form == "application/jsonl":
            yield from _from_lines(path, known, on_problem)
        elif form == "application/warc":
            for origin, record in read_warc(path, MAX_PAGE_BYTES):
                if isinstance(record, CannotRead):
                    on_problem(Problem(origin, str(record)))
                else:
                    yield PageRecord(origin, record.block, record.content_type, record.url, record.date)
        else:
            yield _one_page(path, known, known.content_type or form)
    except CannotRead as e:
        on_problem(Problem(str(path), str(e)))
    except (OSError, EOFError, zlib.error) as e:
        on_problem(Problem(str(path), f"cannot be read: {e}"))


def _one_page(path: Path, known: _Given, content_type: str | None) -> PageRecord:
    if content_type is None:
        raise CannotRead(f"its name does not say what it is; say --content-type, or name it one of {' '.join(FORMS)}")
    if known.url is None and content_type in _NEED_URL:
        raise CannotRead("no URL for it in the manifest")
    with open_through_gzip(path) as file:
        value = file.read(MAX_PAGE_BYTES + 1)
    if len(value) > MAX_PAGE_BYTES:
        raise CannotRead(f"larger than {MAX_PAGE_BYTES:,} bytes, the most a record may have")
    return PageRecord(str(path), value, content_type, known.url, known.fetched_at)


def open_through_gzip(path: Path) -> IO[bytes] | gzip.GzipFile:
    """Open a file for reading bytes; `.gz` is decompressed."""
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def _from_lines(path: Path, known: _Given, on_problem: Callable[[Problem], None]) -> Iterator[PageRecord]:
    with open_through_gzip(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_PAGE_BYTES + 1), b""), 1):
            origin = f"{path}:{number}"
            if len(line) > MAX_PAGE_BYTES:
                raise CannotRead(f"line {number} is larger than {MAX_PAGE_BYTES:,} bytes; the rest of the file is not read")
            if line.strip():
                yield from _from_line(path, origin, line.strip(), known, on_problem)


def _from_line(path: Path, origin: str, line: bytes, known: _Given, on_problem: Callable[[Problem], None]) -> Iterator[PageRecord]:
    """A line of a manifest (it has a `path`) or an envelope (it has `html` or `html_base64`)."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if isinstance(entry, dict) and isinstance(entry.get("path"), str):
        target = path.parent / entry["path"]
        if form_of(target) == "application/jsonl":
            on_problem(Problem(origin, "a manifest's entry is one page, not another list of pages"))
            return
        said = _Given(_text(entry, "url"), _text(entry, "content_type"), _text(entry, "fetched_at"))
        yield from _from_file(target, replace(said, content_type=said.content_type or known.content_type), on_problem)
    elif isinstance(entry, dict) and ("html" in entry or "html_base64" in entry):
        yield PageRecord(origin, line, "application/json", _text(entry, "url"), None)
    else:
        on_problem(Problem(origin, "neither a line of a manifest (path, url) nor an envelope (url, html or html_base64)"))


def _text(entry: dict[str, Any], name: str) -> str | None:
    found = entry.get(name)
    return found if isinstance(found, str) and found else None


def _raise(problem: Problem) -> None:
    raise ToolError(f"{problem.origin}: {problem.message}")
