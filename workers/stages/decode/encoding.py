"""Content codings undone, with a bound on what comes out: at most the limit and one byte is ever held of a decoded value."""

import io
import re
import zlib
from collections.abc import Callable

import brotli
import msgspec
import zstandard

from schemas.reasons import DeadLetterReason, FilterReason
from workers.pipeline.draft import Draft, Filtered, Invalid, replace

MAX_GZIP_MEMBERS = 1_000  # a record a member (WARC) or 64 KiB a member (bgzip): a 10 MiB page needs 160
FEED_BYTES = 16 * 1024  # of input at a time, so that what follows a gzip member is copied in small pieces
MIN_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024  # RFC 9659: the most a decoder of the coding must support
GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_INK = re.compile(rb"[^\0 \t\r\n\f\v]")


class _Broken(Exception):
    """The bytes are not what their coding says."""


def of_value(draft: Draft) -> Draft:
    """Fill `body` with the record's value without the codings its headers declare. Raises undecodable, decompression_bomb."""
    body, note = _decoded(draft.value or b"", draft)
    wrapped = draft.form in ("warc", "http")  # a .warc.gz is the usual way to store one
    notes = (*draft.notes, note) if note and not wrapped else draft.notes
    return replace(draft, body=body, notes=notes, headers=msgspec.structs.replace(draft.headers, content_encoding=()))


def of_page(draft: Draft) -> Draft:
    """Undo the codings of a response inside the value (`unwrap` left them in `headers`); fill `body`.

    Raises undecodable, decompression_bomb, and empty_page when nothing but white space is left.
    """
    body, note = _decoded(draft.body, draft) if draft.form not in ("html", "text") else (draft.body, None)
    if not _INK.search(body):
        raise Filtered(FilterReason.EMPTY_PAGE, "white space only")
    notes = (*draft.notes, note) if note else draft.notes
    return replace(draft, body=body, notes=notes)


def undo(coding: str, data: bytes, max_bytes: int) -> bytes:
    """Undo one coding. Raises Invalid: undecodable when it is unknown, cut short or wrong, decompression_bomb past `max_bytes`."""
    decode = _CODINGS.get(coding)
    if decode is None:
        raise Invalid(DeadLetterReason.UNDECODABLE, "unknown content-encoding")
    try:
        decoded = decode(data, max_bytes)
    except (_Broken, zlib.error, brotli.error, zstandard.ZstdError) as e:
        raise Invalid(DeadLetterReason.UNDECODABLE, f"content-encoding {coding} does not decode") from e
    if len(decoded) > max_bytes:
        raise Invalid(DeadLetterReason.DECOMPRESSION_BOMB, f"content-encoding {coding}: over {max_bytes} bytes decoded")
    return decoded


def _decoded(data: bytes, draft: Draft) -> tuple[bytes, str | None]:
    """The data without its codings, and a note when the crawler forgot to declare one that the bytes themselves show."""
    codings = draft.headers.content_encoding
    if len(codings) > draft.limits.max_codings:
        raise Invalid(DeadLetterReason.UNDECODABLE, f"{len(codings)} content-encodings")
    for coding in reversed(codings):
        data = undo(coding, data, draft.limits.max_page_bytes)
    shown = "gzip" if data.startswith(GZIP_MAGIC) else "zstd" if data.startswith(ZSTD_MAGIC) else None
    if shown is None or codings:
        return data, None
    try:
        return undo(shown, data, draft.limits.max_page_bytes), "content_encoding_undeclared"
    except Invalid as e:
        if e.reason is DeadLetterReason.DECOMPRESSION_BOMB:
            raise
        return data, None  # nothing was declared, so nothing is wrong: the bytes are judged for what they are


def _gunzip(data: bytes, max_bytes: int) -> bytes:
    """All members; what follows the last one and is none (padding, garbage) is ignored, as browsers do."""
    parts: list[bytes] = []
    room = max_bytes + 1
    start = 0
    for _ in range(MAX_GZIP_MEMBERS):
        member = zlib.decompressobj(31)
        start, room = _inflate(member, data, start, parts, room)
        if room <= 0 or data[start : start + 2] != GZIP_MAGIC[:2]:
            return b"".join(parts)
    raise _Broken


def _inflate(member: "zlib._Decompress", data: bytes, start: int, parts: list[bytes], room: int) -> tuple[int, int]:
    """Append what one stream holds, at most `room` bytes; return where it ends and the room left."""
    while not member.eof and room > 0:
        piece = member.unconsumed_tail
        if not piece:
            piece = data[start : start + FEED_BYTES]
            start += len(piece)
        parts.append(out := member.decompress(piece, room))
        room -= len(out)
        if not piece and not out:
            raise _Broken  # cut short
    return start - len(member.unused_data), room


def _deflate(data: bytes, max_bytes: int) -> bytes:
    """The zlib format, as RFC 9110 says, or the bare stream, as some servers send it."""
    wrapped = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
    for window_bits in (15, -15) if wrapped else (-15,):
        parts: list[bytes] = []
        try:
            _inflate(zlib.decompressobj(window_bits), data, 0, parts, max_bytes + 1)
        except (zlib.error, _Broken):
            continue
        return b"".join(parts)
    raise _Broken


def _brotli(data: bytes, max_bytes: int) -> bytes:
    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    room = max_bytes + 1
    while not decoder.is_finished() and room > 0:
        parts.append(out := decoder.process(data, output_buffer_limit=min(room, 1 << 20)))
        room -= len(out)
        if decoder.can_accept_more_data() and not decoder.is_finished():
            raise _Broken  # cut short: all was given, more is wanted
        data = b""
    return b"".join(parts)


def _zstd(data: bytes, max_bytes: int) -> bytes:
    """All frames. A frame of one segment has its size as window, hence a window as large as a page may be."""
    window = 1 << (max(max_bytes, MIN_ZSTD_WINDOW_BYTES) - 1).bit_length()
    decoder = zstandard.ZstdDecompressor(max_window_size=window)
    with decoder.stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
        decoded = reader.read(max_bytes + 1)
    if len(decoded) <= max_bytes and not _zstd_whole(decoder, data, len(decoded)):
        raise _Broken  # the reader takes a cut frame for its end
    return decoded


def _zstd_whole(decoder: zstandard.ZstdDecompressor, data: bytes, size_bytes: int) -> bool:
    """Whether the frames are complete: by the size in the first one's header, else by decoding again (the size is known to be small)."""
    if zstandard.frame_content_size(data) == size_bytes > 0:
        return True
    while data:
        frame = decoder.decompressobj()
        frame.decompress(data)
        if not frame.eof:
            return False
        data = frame.unused_data
    return True


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
    "identity": lambda data, _: data,
}
