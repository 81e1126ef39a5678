"""One HTTP response as it came over the wire (RFC 9112): status line, headers, body, perhaps in chunks."""

import io
import re

import msgspec
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

from schemas.headers import parse_codings
from schemas.mediatypes import parse_media_type
from schemas.reasons import DeadLetterReason
from workers.pipeline.draft import Draft, Invalid, replace

PROTOCOLS = ("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3")  # crawlers write the later ones in the shape of the first
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(r"([1-9][0-9]{2})(\s|$)", re.ASCII)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_CHUNKED_BODY = re.compile(_CHUNK.pattern + rb"|$")


def unwrap(draft: Draft) -> Draft:
    """Fill `status`, `media_type`, `charset`, `body` from the response, the codings into `headers`. Raises bad_http, too_complex."""
    return response(draft, draft.body)


def response(draft: Draft, data: bytes, *, may_be_cut: bool = False) -> Draft:
    """The same for a response held elsewhere. `may_be_cut`: its crawler says that it stored only the first part of the body."""
    data = data.lstrip(b"\r\n")
    head, body = read_head(data, PROTOCOLS, draft.limits.max_header_bytes, DeadLetterReason.BAD_HTTP)
    status = _STATUS.match(head.statusline)
    if status is None:
        raise Invalid(DeadLetterReason.BAD_HTTP, "no status in the status line")
    body = _whole_body(head, body, may_be_cut=may_be_cut)
    media_type = parse_media_type(head.get_header("content-type") or "")
    codings = ",".join(value for name, value in head.headers if name.lower() == "content-encoding")
    return replace(
        draft,
        status=int(status[1]),
        media_type=media_type.essence if media_type else None,
        charset=media_type.parameters.get("charset") if media_type else None,
        body=body,
        headers=msgspec.structs.replace(draft.headers, content_encoding=parse_codings(codings) or ()),
        notes=(*draft.notes, "page_truncated") if may_be_cut else draft.notes,
    )


def read_head(data: bytes, protocols: tuple[str, ...], max_bytes: int, broken: DeadLetterReason) -> tuple[StatusAndHeaders, bytes]:
    """Return the first line with the headers, and what follows them. Raises Invalid: too_complex past `max_bytes`, else `broken`."""
    end = _HEAD_END.search(data, 0, max_bytes + 4)
    if end is None:
        cut_short = len(data) <= max_bytes
        raise Invalid(broken if cut_short else DeadLetterReason.TOO_COMPLEX, "the headers do not end")
    try:
        head = StatusAndHeadersParser(list(protocols)).parse(io.BytesIO(data[: end.end()]))
    except (StatusAndHeadersParserException, EOFError) as e:
        raise Invalid(broken, "the first line is not one of its kind") from e
    return head, data[end.end() :]


def _whole_body(head: StatusAndHeaders, body: bytes, *, may_be_cut: bool) -> bytes:
    """The body out of its chunks, checked against Content-Length. More than Content-Length says was decoded by the crawler: kept."""
    codings = parse_codings(head.get_header("transfer-encoding") or "") or ()
    if "chunked" in codings and _CHUNKED_BODY.match(body):
        return _dechunk(body, may_be_cut=may_be_cut)
    length = (head.get_header("content-length") or "").strip()
    if not codings and not may_be_cut and length.isdecimal() and len(length) < 20 and len(body) < int(length):
        raise Invalid(DeadLetterReason.BAD_HTTP, f"cut short: {len(body)} of {length} bytes")
    return body  # many crawlers undo the chunks and leave the header


def _dechunk(data: bytes, *, may_be_cut: bool) -> bytes:
    parts: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(data, at):
        size = int(chunk[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(data[chunk.end() : chunk.end() + size])
        at = chunk.end() + size
        at += 2 if data[at : at + 2] == b"\r\n" else 1
        if data[at - 1 : at] != b"\n":
            break
    if may_be_cut:
        return b"".join(parts)
    raise Invalid(DeadLetterReason.BAD_HTTP, "the chunks are cut short or garbled")
