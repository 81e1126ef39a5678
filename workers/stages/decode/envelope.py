"""The JSON envelope: a page with what its crawler knows of it (`schemas.page.Envelope`)."""

import base64
import binascii
import json
import re

import msgspec

from schemas.headers import parse_instant
from schemas.mediatypes import MediaType, parse_media_type
from schemas.page import Envelope
from schemas.reasons import DeadLetterReason
from workers.pipeline.draft import Draft, Invalid, replace
from workers.stages.decode.charset import CHARSET_REPAIRED, read_utf8
from workers.stages.decode.form import usable_url

_STRING_OR_BRACKETS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[{]+|[\]}]+', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"[ \t\r\n]+")


class _Envelope(Envelope, frozen=True, rename=None):
    """The envelope as it is read: without its URL it is a page without a URL, not a broken envelope."""

    url: str = ""


_decoder = msgspec.json.Decoder(_Envelope)


def unwrap(draft: Draft) -> Draft:
    """Fill `url`, `status`, `charset`, `body`, `now` from the envelope. Raises bad_envelope, too_complex.

    The response's `content-encoding` among its headers is not applied: HTTP clients undo it and keep the header.
    """
    _check_depth(draft.body, draft.limits.max_json_depth)
    envelope, repaired = _read(draft.body)
    instant = parse_instant(envelope.fetched_at or "")
    if instant is not None:  # its own date wins over the header, so that a replay, which adds the header, changes nothing
        draft = replace(draft, now=instant, headers=msgspec.structs.replace(draft.headers, fetched_at=instant))
    url = usable_url(envelope.url) or draft.url
    status = draft.status if envelope.status is None else envelope.status
    if envelope.html is None:
        media_type = _media_type(envelope)
        charset = media_type.parameters.get("charset") if media_type else None
        return replace(draft, url=url, status=status, charset=charset, body=_from_base64(envelope.html_base64))
    html = _SURROGATE.sub("", envelope.html)
    notes = (*draft.notes, CHARSET_REPAIRED) if repaired or len(html) < len(envelope.html) else draft.notes
    return replace(draft, url=url, status=status, charset="utf-8", body=html.encode(), notes=notes)


def _check_depth(data: bytes, max_depth: int) -> None:
    """Raise too_complex for JSON nested deeper than `max_depth`, whatever reads it later."""
    if data.count(b"{") + data.count(b"[") <= max_depth:
        return
    depth = 0
    for token in _STRING_OR_BRACKETS.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += token.end() - token.start()
            if depth > max_depth:
                raise Invalid(DeadLetterReason.TOO_COMPLEX, f"JSON nested deeper than {max_depth}")
        elif first != 0x22:
            depth -= token.end() - token.start()


def _read(data: bytes) -> tuple[_Envelope, bool]:
    """The envelope, and whether its bytes needed repair. Lone surrogates are left in: the strict reader refuses them, Python's does not."""
    try:
        return _decoder.decode(data), False
    except msgspec.ValidationError as e:
        raise Invalid(DeadLetterReason.BAD_ENVELOPE, str(e)[:200]) from e
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        read = read_utf8(data.removeprefix(b"\xef\xbb\xbf"))
        if read is None:
            raise Invalid(DeadLetterReason.BAD_ENVELOPE, "not UTF-8")
        text, repaired = read
        return msgspec.convert(json.loads(text), _Envelope), repaired
    except msgspec.ValidationError as e:
        raise Invalid(DeadLetterReason.BAD_ENVELOPE, str(e)[:200]) from e
    except (ValueError, RecursionError) as e:
        raise Invalid(DeadLetterReason.BAD_ENVELOPE, "not JSON") from e


def _media_type(envelope: Envelope) -> MediaType | None:
    values = [value for name, value in (envelope.headers or {}).items() if name.lower() == "content-type"]
    return parse_media_type(values[-1]) if values else None


def _from_base64(text: str | None) -> bytes:
    if text is None:
        raise Invalid(DeadLetterReason.BAD_ENVELOPE, "neither html nor html_base64")
    try:
        return base64.b64decode(_SPACE.sub("", text), validate=True)
    except (binascii.Error, ValueError) as e:
        raise Invalid(DeadLetterReason.BAD_ENVELOPE, "html_base64 is not base64") from e
