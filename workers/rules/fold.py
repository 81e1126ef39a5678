"""One spelling for what readers take for the same words: what rules and pages are compared in.

Blind to case, accents, hamza forms, tashkeel, tatweel, presentation forms, Farsi and Urdu letters, digits of other scripts, bidi marks,
joiners, white space, and to what is neither letter nor digit at either end (bullets, quotes, the final colon).
"""

import re
import unicodedata

# Letters that NFKD leaves apart and Arabic-script typists take for each other; the Turkish dotless i.
_SAME = {"ی": "ي", "ى": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ٱ": "ا", "ı": "i", "ـ": ""}


class _Folded(dict[int, str]):
    """By code point, what it becomes; filled as letters are met."""

    def __missing__(self, code: int) -> str:
        parts = (c for c in unicodedata.normalize("NFKD", chr(code)) if unicodedata.category(c) not in ("Mn", "Cf", "Cs"))
        folded = "".join(_fold_one(c) for c in parts)
        self[code] = folded
        return folded


def _fold_one(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    # The casefold of a letter can have marks of its own: İ.
    return "".join(_SAME.get(c, c) for c in char.casefold() if unicodedata.category(c) != "Mn")


_TABLE = _Folded()
_NOT_ASCII = re.compile("[^\x00-\x7f]+(?: [^\x00-\x7f]+)*+")


def fold(text: str) -> str:
    """The whole text in its one spelling, white space collapsed."""
    text = text.lower()  # all that there is to do for ASCII, and six times as fast as the table
    if not text.isascii():
        text = _NOT_ASCII.sub(lambda run: run[0].translate(_TABLE), text)
    return " ".join(text.split())


def fold_ends(text: str) -> str:
    """`fold`, less what is neither letter nor digit at both ends: how whole lines are compared."""
    folded = fold(text)
    start, end = 0, len(folded)
    while start < end and not folded[start].isalnum():
        start += 1
    while end > start and not folded[end - 1].isalnum():
        end -= 1
    return folded[start:end]


def after_prefix(text: str, prefix: str) -> str:
    """What follows in `text` the words whose folding is `prefix`; what is neither letter nor digit before them is passed over."""
    left = len(prefix.replace(" ", ""))
    begun = False
    for at, char in enumerate(text):
        folded = char.translate(_TABLE).strip()
        if left <= 0 and char.translate(_TABLE):  # what folds to nothing is the last letter's accent
            return text[at:]
        begun = begun or any(c.isalnum() for c in folded)
        if begun:
            left -= len(folded)
    return ""
