"""Names of charsets: WHATWG's table of labels, then Python's (EBCDIC and what else no browser reads), as Python codecs."""

import codecs
from encodings.aliases import aliases

import webencodings

_NOT_AS_NAMED = {  # WHATWG's name: the codec that reads its repertoire
    "gbk": "gb18030",
    "x-user-defined": "cp1252",
    "replacement": "",  # of these, what Python reads is below, by its own name
}
_OTHER_LABELS = {"ebcdic": "cp037", "ebcdic_us": "cp037", "ebcdic_int": "cp500"}
_NO_CHARSET = frozenset({"utf_7", "idna", "punycode"})  # UTF-7 hides markup from whoever reads ASCII
_PYTHON = frozenset(aliases.values()) - _NO_CHARSET
MAX_LABEL_CHARS = 64


def codec_of(label: str) -> str | None:
    """Return the Python codec that a charset label means, None for an unknown one. `iso-8859-1` means windows-1252, as in browsers."""
    label = label.strip(" \t\r\n\f\"'").lower()
    if len(label) > MAX_LABEL_CHARS or not label.isascii():
        return None
    encoding = webencodings.lookup(label)
    if encoding is not None and (codec := _NOT_AS_NAMED.get(encoding.name, str(encoding.codec_info.name))):
        return codec
    name = label.replace("-", "_").replace(" ", "_")
    name = _OTHER_LABELS.get(name) or aliases.get(name) or name
    if name not in _PYTHON:
        return None
    try:
        info = codecs.lookup(name)
    except LookupError:  # of another platform
        return None
    return info.name if info._is_text_encoding else None


def is_ebcdic(codec: str) -> bool:
    """Whether the codec puts letters where EBCDIC has them: none of its text is readable as ASCII."""
    return codec.startswith("cp") and "a".encode(codec, "replace") == b"\x81"


def is_utf16(codec: str | None) -> bool:
    """Whether the codec is UTF-16 of some byte order."""
    return codec is not None and codec.startswith("utf-16")


def hides_in_ascii(codec: str | None) -> bool:
    """Whether the codec writes other letters as ASCII bytes (ISO-2022, HZ), so that ASCII bytes prove nothing."""
    return codec is not None and codec.startswith(("iso2022", "hz"))
