"""From bytes to text. A byte order mark wins, then bytes that are UTF-8, then what was declared outside the page, in it, then detection.

Valid UTF-8 with letters beyond ASCII is never anything else by chance, so it wins over a declaration that says otherwise.
"""

import codecs
import re

import chardetng_py

from schemas.reasons import DeadLetterReason, FilterReason
from workers.pipeline.draft import Draft, Filtered, Invalid, replace
from workers.stages.decode.labels import codec_of, hides_in_ascii, is_ebcdic, is_utf16

CHARSET_REPAIRED = "charset_repaired"  # some bytes or characters were dropped or replaced by U+FFFD
CHARSET_GUESSED = "charset_guessed"  # nothing usable was declared
CHARSET_CONFLICT = "charset_conflict"  # a declaration was wrong

PRESCAN_BYTES = 4 * 1024  # where a <meta charset> is looked for (WHATWG: 1024; real pages put scripts before it)
LATE_PRESCAN_BYTES = 64 * 1024  # where else, for bytes that are not UTF-8: browsers obey late ones too
DETECT_BYTES = 256 * 1024  # given to detection, from the first byte that tells something: 8 ms

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(
    rb"<meta\b[^>]{0,1000}?\bcharset\s{0,20}=\s{0,20}[\"']?\s{0,20}([\w.:-]{1,64})"
    rb"|<\?xml\b[^>]{0,200}?\bencoding\s{0,20}=\s{0,20}[\"']([\w.:-]{1,64})",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)  # one without an end hides the rest: linear
_TELLING = re.compile(rb"[\x80-\xff\x1b]|~\{")
_SURROGATE_BYTES = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_ASCII = bytes(range(128))
_FFFD = "\ufffd".encode()

Read = tuple[str, tuple[str, ...]]  # the text, and notes on how it was read


def run(draft: Draft) -> Draft:
    """Fill `html` (or `text`, for the text form): no NULs, no lone surrogates, no byte order mark; `charset` becomes the one used.

    Raises undecodable (a charset declared by header, HTTP or envelope is unknown, or does not decode and nothing better is declared in
    the page), and empty_page when no more than white space is left.
    """
    declared = None
    if draft.charset is not None and (declared := codec_of(draft.charset)) is None:
        raise Invalid(DeadLetterReason.UNDECODABLE, "unknown charset")
    codec, text, notes = read_text(draft.body, declared)
    text = text.removeprefix("\ufeff")
    if b"\0" in draft.body if codec == "utf-8" else "\0" in text:  # bytes are looked through in a tenth of the time
        text = text.replace("\0", "")
        notes = (*notes, CHARSET_REPAIRED)
    if not text or text.isspace():
        raise Filtered(FilterReason.EMPTY_PAGE, "white space only")
    notes = tuple(dict.fromkeys((*draft.notes, *notes)))
    if draft.form == "text":
        return replace(draft, text=text, charset=codec, notes=notes)
    return replace(draft, html=text, charset=codec, notes=notes)


def read_text(body: bytes, declared: str | None) -> tuple[str, str, tuple[str, ...]]:
    """Return the codec used, the text and notes. `declared`: the codec named outside the page. Raises Invalid: undecodable."""
    for bom, codec in _BOMS:
        if body.startswith(bom):
            read = _decode(body[len(bom) :], codec)
            if read is not None:
                notes = (CHARSET_CONFLICT,) if declared is not None and not declared.startswith(codec[:6]) else ()
                return codec, read[0], (*notes, *read[1])
            body = body[len(bom) :]
    wide = utf16_by_nulls(body)
    if wide is not None and not (declared and is_ebcdic(declared)):
        note = () if is_utf16(declared) else (CHARSET_CONFLICT,) if declared else (CHARSET_GUESSED,)
        return wide, *_replaced(body, wide, note)
    text = _as_utf8(body)
    if text is not None and not (text.isascii() and _hidden(body, declared)):
        return "utf-8", *_judge_utf8(body, text, declared)
    return _read_legacy(body, declared)


def read_utf8(body: bytes) -> tuple[str, bool] | None:
    """Return the bytes as UTF-8 and whether they needed repair, None when they are something else."""
    text = _as_utf8(body)
    if text is not None:
        return text, _is_cut(body)
    read = _decode(body, "utf-8")
    return None if read is None else (read[0], True)


def utf16_by_nulls(body: bytes) -> str | None:
    """Return the UTF-16 codec of bytes without a mark: markup, digits and spaces leave a NUL in every second byte, on one side."""
    start = body[:4096]
    even, odd = start[::2].count(0), start[1::2].count(0)
    many = len(start) // 2 * 0.08  # Arabic text without markup still has its spaces
    if odd > many and even <= odd // 10:
        return "utf-16-le"
    if even > many and odd <= even // 10:
        return "utf-16-be"
    return None


def declared_in_page(body: bytes) -> str | None:
    """Return the codec that the page's <meta> or XML declaration names, None for none or an unknown one."""
    found = _META.search(_COMMENT.sub(b"", body))
    if found is None:
        return None
    codec = codec_of((found[1] or found[2]).decode("ascii", "replace"))
    return "utf-8" if is_utf16(codec) else codec  # it could not have been read, were it UTF-16 (WHATWG)


def _read_legacy(body: bytes, declared: str | None) -> tuple[str, str, tuple[str, ...]]:
    """Bytes that are not valid UTF-8, or hide letters in ASCII. UTF-8 with a few bad bytes is still UTF-8, whatever is declared."""
    if not body.isascii() and (read := _decode(body, "utf-8")) is not None:
        text, notes = _judge_utf8(body, read[0], declared)
        return "utf-8", text, tuple(dict.fromkeys((*notes, *read[1])))
    if declared is not None and (read := _decode(body, declared, trusted=True)) is not None:
        return declared, *read
    in_page = declared_in_page(body[:PRESCAN_BYTES]) or declared_in_page(body[:LATE_PRESCAN_BYTES])
    wrong = (CHARSET_CONFLICT,) if declared or in_page else ()
    if in_page is not None and in_page != declared and (read := _decode(body, in_page)) is not None:
        notes = (CHARSET_CONFLICT,) if declared else ()
        return in_page, read[0], (*notes, *read[1])
    if declared is not None:
        raise Invalid(DeadLetterReason.UNDECODABLE, f"the bytes are not {declared}, the declared charset")
    codec = _detect(body)
    return codec, *_replaced(body, codec, (*wrong, CHARSET_GUESSED))


def _judge_utf8(body: bytes, text: str, declared: str | None) -> Read:
    """Valid UTF-8, with a note when a declaration said otherwise."""
    notes: tuple[str, ...] = (CHARSET_REPAIRED,) if _is_cut(body) else ()
    said = declared or declared_in_page(body[:PRESCAN_BYTES])
    if said not in (None, "utf-8") and (not text.isascii() or is_utf16(said) or is_ebcdic(said)):
        notes = (CHARSET_CONFLICT, *notes)
    return text, notes


def _as_utf8(body: bytes) -> str | None:
    """The bytes as UTF-8, without a character cut at the end; None when another byte is bad, or that one is all there is."""
    try:
        text, used = codecs.utf_8_decode(body, "strict", False)
    except UnicodeDecodeError:
        return None
    return None if used < len(body) and text.isascii() else text


def _is_cut(body: bytes) -> bool:
    return not body.isascii() and codecs.utf_8_decode(body[-4:], "ignore", False)[1] < len(body[-4:])


def _decode(body: bytes, codec: str, *, trusted: bool = False) -> Read | None:
    """The text when few bytes are bad, else None. `trusted`: declared by who fetched the page, so a few odd bytes refute nothing."""
    text, notes = _replaced(body, codec, ())
    bad = text.count("\ufffd") - (body.count(_FFFD) if codec == "utf-8" else 0)
    if bad <= 0:
        return text, notes
    if codec == "utf-8":
        good = len(text) - len(text.encode("ascii", "ignore")) - bad
        few = bad * 10 <= good or (bad <= 3 and bad * 2 <= good)  # no legacy charset passes for UTF-8 this often
    elif is_utf16(codec):
        few = bad * 50 <= len(text)
    else:
        foreign = len(body) - len(body.translate(None, _ASCII))
        few = bad * 50 <= foreign or (bad <= 3 and bad * 4 <= foreign)
    few = few or (trusted and (bad <= 3 or bad * 2000 <= len(body)))
    return (text, notes) if few else None


def _replaced(body: bytes, codec: str, notes: tuple[str, ...]) -> Read:
    """The text, bad bytes replaced by U+FFFD, and a note if there were any. A lone surrogate in UTF-8 goes without a trace."""
    clean = _SURROGATE_BYTES.sub(b"", body) if codec == "utf-8" else body
    try:
        text = clean.decode(codec)
    except UnicodeDecodeError:
        return clean.decode(codec, "replace"), (*notes, CHARSET_REPAIRED)
    if is_ebcdic(codec):
        text = text.replace("\x85", "\n")  # its line end
    return text, (*notes, CHARSET_REPAIRED) if len(clean) < len(body) else notes


def _hidden(body: bytes, declared: str | None) -> bool:
    """Whether ASCII bytes may be another charset's: by declaration, or by the escapes of ISO-2022-JP."""
    if hides_in_ascii(declared) or b"\x1b$" in body:
        return True
    return b"~{" in body and hides_in_ascii(declared_in_page(body[:PRESCAN_BYTES]))


def _detect(body: bytes) -> str:
    """The codec that the bytes look like. Never fails; for what is none of them it says windows-1252, as browsers do."""
    first = _TELLING.search(body)
    start = max(first.start() - 64, 0) if first else 0
    detector = chardetng_py.EncodingDetector()
    detector.feed(body[start : start + DETECT_BYTES], last=True)
    return codec_of(detector.guess(tld=None, allow_utf8=False)) or "cp1252"
