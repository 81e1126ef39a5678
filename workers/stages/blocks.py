"""The lines of a page as segmentation sees them, and what a line looks like."""

import re
from typing import Any

import msgspec

from workers.stages.characters import ends_sentence as ends_sentence
from workers.stages.text import clean_text

_BULLET = re.compile(r"^\s*[•▪●◦■‣·*►▶o–-]\s+(?=\S)")
_BRACES = re.compile(r"\{[^{}]{0,2000}+\}\s*+")
_SELECTOR = re.compile(r"(?:[.#@][A-Za-z_][\w-]*(?:[\s.#:>,()]+[A-Za-z_][\w-]*)*|[A-Za-z][\w-]*)\s*\Z", re.ASCII)
SELECTOR_MAX_CHARS = 120
_CODE_LINE = re.compile(
    r"^\s*(?:\(?function\s*\(|var\s+\w+\s*=|window\.\w+|document\.\w+|googletag\.|\$\(document\)|jQuery\(|<!\[CDATA|@media\s|@import\s|\{\s*\"[\w@-]+\"\s*:)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20|13|14)\d\d(?!\d)")
_NUMERIC_DATE = re.compile(r"\d{1,4}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{2,4}")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
MAX_DATE_LINE_CHARS = 70
MAX_DATE_WORDS = 5  # without a clock time
PROSE_MIN_CHARS = 60  # a sentence of running text; shorter lines can be heads


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One line of text. `element`: where it stands in the tree, when that was found."""

    text: str  # clean, without a bullet
    is_item: bool = False
    is_code: bool = False  # leaked CSS, JavaScript or JSON
    follows_code: bool = False
    is_heading: bool = False
    is_link: bool = False  # nothing but one link
    href: str | None = None
    links: tuple[str, ...] = ()  # texts of the links in it
    element: Any = None

    @property
    def is_prose(self) -> bool:
        """Running text."""
        return is_prose(self.text)


def is_prose(text: str) -> bool:
    """Whether a line is running text: long enough and ended as sentences are."""
    return len(text) >= PROSE_MIN_CHARS and ends_sentence(text)


def blocks_of(line: str) -> list[Block]:
    """The blocks of a line of plain text: one, unless code has leaked into it."""
    bullet = None if line[:1].isalnum() and line[0] != "o" else _BULLET.match(line)  # the one letter among the bullets
    text = clean_text(line[bullet.end() :] if bullet else line)
    pieces = split_code(text)
    before = [False, *(is_code for _, is_code in pieces)]
    return [
        Block(text=piece, is_item=bullet is not None, is_code=is_code, follows_code=follows)
        for (piece, is_code), follows in zip(pieces, before, strict=False)
    ]


def split_code(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is leaked CSS, JavaScript or JSON. Most texts are one piece that is not."""
    signs = text.count("{") + text.count(";") + text.count('":')
    if signs >= 2 and _CODE_LINE.match(text):
        return [(text, True)]
    if not signs or "{" not in text or "}" not in text:
        return [(text, False)]
    pieces: list[tuple[str, bool]] = []
    at = 0
    for braces in _BRACES.finditer(text):
        before = text[max(at, braces.start() - SELECTOR_MAX_CHARS) : braces.start()]
        selector = _SELECTOR.search(before) if ":" in braces[0] else None
        if selector is not None:
            start = braces.start() - len(before) + selector.start()
            code = text[start : braces.end()].strip()
            if pieces and not text[at:start].strip():  # one more rule of the same style sheet
                code = f"{pieces.pop()[0]} {code}"
            pieces += [(text[at:start].strip(), False), (code, True)]
            at = braces.end()
    pieces.append((text[at:].strip(), False))
    return [(piece, is_code) for piece, is_code in pieces if piece]


def is_date_line(text: str) -> bool:
    """Whether a line is a date and little else: a year or a clock time, and words with digits are a third of it."""
    if len(text) > MAX_DATE_LINE_CHARS or not any(map(str.isdecimal, text)):
        return False
    digits = re.sub(r"[٠-٩۰-۹]", lambda m: str(int(m[0])), text)
    words = digits.split()
    numbers = sum(any(c.isdigit() for c in word) for word in words)
    if _NUMERIC_DATE.search(digits):
        return numbers * 3 >= len(words)
    is_short = len(words) <= MAX_DATE_WORDS or _CLOCK.search(digits) is not None
    return is_short and _YEAR.search(digits) is not None and numbers >= 2 and numbers * 5 >= len(words) * 2
