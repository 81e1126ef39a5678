"""Zero-width joiners, kept through trafilatura, which deletes them: Persian words would run together, Hindi and emoji would break.

Before the page is parsed each joiner is replaced by a letter that the page does not use; every string taken from it is turned back.
"""

import re
from itertools import islice

from workers.stages.joiner_bytes import with_joiners

ZWNJ, ZWJ = "\u200c", "\u200d"
# Letters, because trafilatura deletes what Python calls unprintable, private use included. Phags-pa is out of use since the 14th century.
_CANDIDATES = ("\ua870", "\ua871", "\ua86e", "\ua86f", "\ua86c", "\ua86d")
_REFERENCE = re.compile(r"&(?:(zwnj)|(zwj)|#0*(?:(8204)|(8205))|#[xX]0*(?:(200[cC])|(200[dD])))(?![0-9a-zA-Z]);?")
_JSON_ESCAPE = re.compile(r"\\u200([cCdD])")


class Joiners:
    """The two stand-ins chosen for one page: made once, by parse."""

    def __init__(self, markup: str) -> None:
        unused = list(islice((letter for letter in _CANDIDATES if letter not in markup), 2))
        self._zwnj, self._zwj = unused if len(unused) > 1 else (ZWNJ, ZWJ)
        self._back = {ord(self._zwnj): ZWNJ, ord(self._zwj): ZWJ}

    def protect(self, markup: str) -> str:
        """Replace joiners, written as themselves or as character references."""
        if "&" in markup:
            markup = _REFERENCE.sub(lambda m: self._zwnj if m[1] or m[3] or m[5] else self._zwj, markup)
        return markup if markup.isascii() else markup.replace(ZWNJ, self._zwnj).replace(ZWJ, self._zwj)

    def protect_markup(self, markup: bytes) -> bytes:
        """The same in UTF-8."""
        return with_joiners(markup, self._zwnj.encode(), self._zwj.encode())

    def protect_json(self, text: str) -> str:
        """Replace joiners written as JSON escapes."""
        return _JSON_ESCAPE.sub(lambda m: self._zwnj if m[1] in "cC" else self._zwj, text)

    def restore(self, text: str) -> str:
        """Turn the stand-ins back."""
        if text.isascii():  # known without a look
            return text
        return text.translate(self._back) if self._zwnj in text or self._zwj in text else text
