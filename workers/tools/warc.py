"""The pages of a WARC file, as the crawler stored them: each HTTP response as it came over the wire, byte for byte."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders

_WARC = "application/warc"


class CannotRead(Exception):
    """A file or a record that cannot be fed; the message says why, without the name."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One response (with its HTTP head; one that was truncated, with its WARC head) or resource (the content alone) of a WARC."""

    block: bytes
    content_type: str
    url: str | None
    date: str | None  # RFC 3339


def read_warc(path: Path, max_bytes: int) -> Iterator[tuple[str, StoredPage | CannotRead]]:
    """Yield (where, page or why not) for each response and resource; requests, metadata, revisits and DNS answers are passed over.

    Raises CannotRead when the file itself cannot be followed further, and OSError.
    """
    with path.open("rb") as file:
        number = 0
        try:
            for number, record in enumerate(ArchiveIterator(file, no_record_parse=True), 1):
                head = record.rec_headers
                content_type = _content_type(record.rec_type, head)
                if content_type is None:
                    continue
                where = f"{path}#{number}"
                stored = record.raw_stream.read(max_bytes + 1)
                length = int(head.get_header("Content-Length") or -1)
                if len(stored) > max_bytes:
                    yield where, CannotRead(f"larger than {max_bytes:,} bytes, the most a record may have")
                elif len(stored) < length:
                    yield where, CannotRead(f"cut short: {len(stored):,} of {length:,} bytes")
                else:
                    if content_type == _WARC:
                        stored = head.to_bytes() + stored + b"\r\n\r\n"
                    yield where, StoredPage(stored, content_type, head.get_header("WARC-Target-URI"), head.get_header("WARC-Date"))
        except (ArchiveLoadFailed, zlib.error, EOFError, ValueError) as e:
            reason = " ".join(str(e).split())[:200]
            raise CannotRead(f"not readable as WARC after record {number}: {reason}") from e
        if number == 0:
            raise CannotRead("no WARC record in it")


def _content_type(kind: str, head: StatusAndHeaders) -> str | None:
    """Return the content-type header of the page's record, None for a record that is no page."""
    declared = head.get_header("Content-Type") or ""
    media_type = declared.split(";")[0].strip().lower()
    if kind == "response" and media_type == "application/http":
        # Only the WARC's head says that the crawler itself cut the response short.
        return _WARC if head.get_header("WARC-Truncated") else "application/http;msgtype=response"
    return declared if kind == "resource" and media_type else None
