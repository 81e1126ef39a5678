"""Plain text: what may stand in it, how much there is, how many words, which direction."""

import re
import unicodedata
from collections import Counter
from typing import Literal

from workers.stages.characters import count_words as count_words
from workers.stages.characters import is_clean
from workers.stages.characters import weighted_length as weighted_length

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
_DIRECTION_SAMPLE_CHARS = 4_000
# The blocks that hold all letters written from the right.
MAY_BE_RTL = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


def clean_text(text: str) -> str:
    """One paragraph of plain text: NFC, nothing invisible but ZWNJ and ZWJ, no tatweel that only stretches, white space collapsed."""
    if is_clean(text):
        return text
    cleaned = " ".join(text.split())
    if not cleaned.isprintable():  # a quicker look than the search: nothing that is dropped can be printed
        cleaned = " ".join(DROPPED.sub("", cleaned).split())
    cleaned = unicodedata.normalize("NFC", cleaned)
    return _STRETCH.sub("", cleaned) if "\u0640" in cleaned else cleaned


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
