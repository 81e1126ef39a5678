"""Plain text: what may stand in it, how much there is, how many words, which direction."""

import re
import unicodedata
from collections import Counter
from typing import Literal

# Control characters, soft hyphen, bidi marks, overrides and isolates, zero-width space and other invisible format characters (ZWNJ and
# ZWJ stay, so do the Arabic number signs), lone surrogates, private use (icon fonts), non-characters. White space is collapsed elsewhere.
DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
_ARABIC = "\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06fa-\u06ff"
# Tatweel that only stretches a word: between two of its letters, vowel signs aside. At a word's end or beginning it says something: the
# Hijri year's sign, a prefix before a quotation or a number.
_STRETCH = re.compile(f"(?<=[{_ARABIC}\u064b-\u0655\u0670])\u0640+(?=[{_ARABIC}])")
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA_AND_HANGUL = "\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_KANA_OR_HANGUL = re.compile(f"[{_KANA_AND_HANGUL}]")
_IDEOGRAPH_OR_KANA = re.compile(f"[{_IDEOGRAPHS}\u3040-\u30ff\u31f0-\u31ff]")
_WORD = re.compile(r"[^\W_]\S*")  # from the first letter or digit to the next white space
_UNSPACED_LETTERS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")  # Thai, Lao, Myanmar, Khmer: no space between words

_MAY_BE_WIDE = re.compile("[\u3040-\U0003ffff]")
_MAY_BE_UNSPACED = re.compile("[\u0e00-\u17ff\u3040-\U0003ffff]")

# What a character says, in Latin letters: translations have 3 to 4 English characters to a Chinese one, about 2 to a kana or hangul.
IDEOGRAPH_WEIGHT = 3
KANA_OR_HANGUL_WEIGHT = 2
UNSPACED_LETTERS_PER_WORD = 5  # Thai words of running text have 4 to 5 letters and signs
_DIRECTION_SAMPLE_CHARS = 4_000
# The blocks that hold all letters written from the right.
MAY_BE_RTL = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


def clean_text(text: str) -> str:
    """One paragraph of plain text: NFC, nothing invisible but ZWNJ and ZWJ, no tatweel that only stretches, white space collapsed."""
    cleaned = " ".join(text.split())
    if not cleaned.isprintable():  # a quicker look than the search: nothing that is dropped can be printed
        cleaned = " ".join(DROPPED.sub("", cleaned).split())
    cleaned = unicodedata.normalize("NFC", cleaned)
    return _STRETCH.sub("", cleaned) if "\u0640" in cleaned else cleaned


def weighted_length(text: str) -> int:
    """The length of a text in characters, those of East Asian scripts counted as what they say in Latin letters."""
    if text.isascii() or not _MAY_BE_WIDE.search(text):
        return len(text)
    ideographs, others = len(_IDEOGRAPH.findall(text)), len(_KANA_OR_HANGUL.findall(text))
    return len(text) + (IDEOGRAPH_WEIGHT - 1) * ideographs + (KANA_OR_HANGUL_WEIGHT - 1) * others


def count_words(text: str) -> int:
    """Words: what white space separates and holds a letter or digit; each ideograph or kana, as word processors count; Thai by length."""
    words = 0
    if not text.isascii() and _MAY_BE_UNSPACED.search(text):
        words += len(_IDEOGRAPH_OR_KANA.findall(text))
        text = _IDEOGRAPH_OR_KANA.sub(" ", text)
        words += sum(max(1, round(len(run) / UNSPACED_LETTERS_PER_WORD)) for run in _UNSPACED_LETTERS.findall(text))
        text = _UNSPACED_LETTERS.sub(" ", text)
    return words + len(_WORD.findall(text))


def text_direction(text: str) -> Literal["ltr", "rtl"] | None:
    """The direction of most letters at the beginning of a text; None without letters."""
    text = text[:_DIRECTION_SAMPLE_CHARS]
    if not MAY_BE_RTL.search(text):  # most pages: then the first letter tells
        return "ltr" if any(unicodedata.bidirectional(c) == "L" for c in text) else None
    rtl = ltr = 0
    for char, count in Counter(text).items():
        match unicodedata.bidirectional(char):
            case "R" | "AL":
                rtl += count
            case "L":
                ltr += count
    if not rtl and not ltr:
        return None
    return "rtl" if rtl > ltr else "ltr"
