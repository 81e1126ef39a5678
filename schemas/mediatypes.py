"""Media types as `content-type` writes them: `type/subtype; name=value; name="value"` (RFC 9110, 8.3.1)."""

import re

import msgspec

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,127}"
_ESSENCE = re.compile(rf"\s*({_WORD}/{_WORD})\s*(?:[;,]|$)")
_PARAMETER = re.compile(rf'[;,]\s*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,"]*))')
_QUOTED_PAIR = re.compile(r"\\(.)")


class MediaType(msgspec.Struct, frozen=True):
    """A media type and its parameters; the essence and the parameters' names in lower case."""

    essence: str
    parameters: dict[str, str] = {}


def parse_media_type(text: str) -> MediaType | None:
    """Read a `content-type`; the first parameter of a name wins (WHATWG MIME Sniffing, 4.4). None when it is no media type."""
    found = _ESSENCE.match(text)
    if found is None:
        return None
    parameters: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(text, found.end(1)):
        value = _QUOTED_PAIR.sub(r"\1", quoted) if quoted else plain.strip().strip("'")
        if value:
            parameters.setdefault(name.lower(), value)
    return MediaType(found.group(1).lower(), parameters)
