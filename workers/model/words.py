"""Texts as numbers: classes of characters and hashes of words, of many texts at once, without a loop over characters in Python."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]

WORD, DIGIT, UPPER, POINT, COMMA, PUNCTUATION, UNSPACED, COLON = (1 << bit for bit in range(8))
_POINTS = frozenset(".!?…。！？؟۔।॥։")
_COLONS = frozenset(":：")
_COMMAS = frozenset(",،、，;؛；")
_TABLE_SIZE = 0x10000  # beyond it: letters (rare scripts) and emoji, all as words of one character

_MULTIPLIER = 0x9E3779B97F4A7C15
_LONGEST_WORD = 64  # characters; the rest of a longer one counts as if at the last place
_GRAM_MULTIPLIERS = tuple(np.uint64(pow(_MULTIPLIER, 3 + 2 * n, 1 << 64)) for n in range(4))


def _classes() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    classes = np.zeros(_TABLE_SIZE + 1, dtype=np.uint8)
    lower = np.arange(_TABLE_SIZE + 1, dtype=np.uint32)
    for code in range(_TABLE_SIZE):
        if 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        bits = 0
        if char.isalnum():
            bits |= WORD
            bits |= DIGIT if char.isdigit() else 0
            bits |= UPPER if char.isupper() else 0
            bits |= UNSPACED if _is_unspaced(code) else 0
            folded = char.lower()
            lower[code] = ord(folded) if len(folded) == 1 else code
        elif unicodedata.category(char)[0] in "PS":
            bits |= PUNCTUATION
            bits |= POINT if char in _POINTS else 0
            bits |= COMMA if char in _COMMAS else 0
            bits |= COLON if char in _COLONS else 0
        classes[code] = bits
    classes[_TABLE_SIZE] = WORD | UNSPACED
    for stand_in in range(0xA86C, 0xA872):  # a joiner, see workers.stages.joiners: it parts words, as the joiner itself
        classes[stand_in] = 0
    return classes, lower


def _is_unspaced(code: int) -> bool:
    """Scripts that write words without spaces between them: each character is a word here."""
    return (
        0x2E80 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x0E00 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1780 <= code <= 0x17FF
    )


_CLASSES, _LOWER = _classes()
_POWERS = np.array([pow(_MULTIPLIER, n + 1, 1 << 64) for n in range(_LONGEST_WORD)], dtype=np.uint64)


@dataclass(slots=True)
class Words:
    """The words of some texts: a hash each, and the number of the text it is in."""

    hashes: Hashes
    text: Ints  # ascending
    starts: Ints  # of the first word of each text, and the number of all words at the end

    @property
    def count(self) -> int:
        """Of texts."""
        return len(self.starts) - 1

    def of_texts(self, begin: int, end: int) -> "Words":
        """The words of some of the texts, numbered anew."""
        first, last = int(self.starts[begin]), int(self.starts[end])
        return Words(self.hashes[first:last], self.text[first:last] - begin, self.starts[begin : end + 1] - first)


@dataclass(slots=True)
class Characters:
    """Texts as code points and classes, one after the other with a line break after each."""

    codes: NDArray[np.uint32]
    classes: NDArray[np.uint8]
    begins: Ints
    ends: Ints

    def count(self, bit: int, texts: int) -> Floats:
        """Characters of a class, by text, in the first `texts`."""
        places = np.flatnonzero(self.classes[: self.ends[texts - 1]] & bit)
        edges = np.searchsorted(places, self.begins[: texts + 1] if texts < len(self.begins) else np.append(self.begins, len(self.codes)))
        return (edges[1:] - edges[:-1]).astype(np.float32)


def read_characters(texts: list[str]) -> Characters:
    """Of texts, none of which is empty or has a line break."""
    joined = ("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass")
    codes = np.minimum(np.frombuffer(joined, dtype=np.uint32), _TABLE_SIZE)
    ends = np.flatnonzero(codes == 10)
    return Characters(codes, _CLASSES[codes], np.concatenate(([0], ends[:-1] + 1)), ends)


def read_words(characters: Characters) -> Words:
    """The words of texts."""
    hashes, places = _hash_words(characters.codes, characters.classes)
    starts = np.searchsorted(places, np.append(characters.begins, len(characters.codes)))
    return Words(hashes, np.repeat(np.arange(len(starts) - 1), np.diff(starts)), starts)


def _hash_words(codes: NDArray[np.uint32], classes: NDArray[np.uint8]) -> tuple[Hashes, Ints]:
    """A hash for each word, and where it begins."""
    places = np.flatnonzero(classes & WORD)
    if not len(places):
        return np.zeros(0, dtype=np.uint64), places
    unspaced = (classes[places] & UNSPACED) != 0
    begins = np.empty(len(places), dtype=bool)
    begins[0] = True
    begins[1:] = (np.diff(places) != 1) | unspaced[1:] | unspaced[:-1]
    firsts = np.flatnonzero(begins)
    lengths = np.diff(np.append(firsts, len(places)))
    position = np.arange(len(places)) - np.repeat(firsts, lengths)
    letters = _LOWER[codes[places]].astype(np.uint64)
    hashes = np.add.reduceat(letters * _POWERS[np.minimum(position, _LONGEST_WORD - 1)], firsts)
    return hashes ^ (hashes >> np.uint64(29)), places[firsts]


def grams(words: Words, size: int, *, across: bool = False) -> tuple[Hashes, Ints]:
    """Hashes of runs of `size` words and the text of each run's first word; `across`: also runs that go on in the next text."""
    total = len(words.hashes) - size + 1
    if total <= 0:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    hashes = np.zeros(total, dtype=np.uint64)
    for n in range(size):
        hashes += words.hashes[n : n + total] * _GRAM_MULTIPLIERS[n]
    text = words.text[:total]
    if across:
        return hashes, text
    inside = text == words.text[size - 1 :]
    return hashes[inside], text[inside]


def text_hashes(words: Words) -> Hashes:
    """A hash of each whole text, blind to punctuation and case; 0 for a text without words."""
    position = np.arange(len(words.hashes)) - words.starts[:-1][words.text]
    mixed = words.hashes * (_POWERS[0] + np.uint64(2) * position.astype(np.uint64) * _POWERS[1] + np.uint64(1))
    sums = np.zeros(words.count + 1, dtype=np.uint64)
    totals = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64)))
    sums = totals[words.starts]
    return np.diff(sums)


_BITS = np.left_shift(1, np.arange(8)).astype(np.uint8)
_BEGINNINGS = 1 << 16
_BEGINNING = np.uint64(_BEGINNINGS - 1)
NO_WORDS = Words(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64))


def member(hashes: Hashes, known: Hashes) -> Bools:
    """Which of the hashes are in `known`."""
    return np.asarray(members(hashes, [known]) != 0)


def members(hashes: Hashes, several: Sequence[Hashes]) -> NDArray[np.uint8]:
    """In which of several arrays (eight at most) the hashes are: the first is bit 0."""
    found = np.zeros(len(hashes), dtype=np.uint8)
    every = np.concatenate(several)
    if not len(every) or not len(hashes):
        return found
    order = np.argsort(every, kind="stable")
    every = every[order]
    firsts = np.flatnonzero(np.concatenate(([True], every[1:] != every[:-1])))
    bits = np.repeat(_BITS[: len(several)], [len(known) for known in several])[order]
    known, bits = every[firsts], np.bitwise_or.reduceat(bits, firsts)
    begins = np.zeros(_BEGINNINGS, dtype=bool)
    begins[known & _BEGINNING] = True
    may_be = np.flatnonzero(begins[hashes & _BEGINNING])  # the search costs most: what cannot be found is not looked for
    asked = hashes[may_be]
    places = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    found[may_be] = np.where(known[places] == asked, bits[places], 0)
    return found


@dataclass(slots=True)
class Reference:
    """A text to compare with: which words, runs of two and of four words, and lines it has."""

    words: Hashes
    pairs: Hashes
    fours: Hashes
    lines: Hashes
    count: int

    @classmethod
    def of(cls, lines: Words) -> "Reference":
        """Of the lines of a text; line breaks part no run."""
        pairs, fours = (grams(lines, size, across=True)[0] for size in (2, 4))
        return cls(lines.hashes, pairs, fours, text_hashes(lines), len(lines.hashes))

    @classmethod
    def of_lines(cls, lines: list[str]) -> "Reference":
        """Of lines that are not read yet; what breaks inside is more lines."""
        parts = [part for line in lines for part in line.splitlines() if part]
        return cls.of(read_words(read_characters(parts)) if parts else NO_WORDS)


@dataclass(slots=True)
class Grams:
    """The words of a page's blocks with their runs, made once and compared with several references."""

    words: Words
    pairs: tuple[Hashes, Ints]
    fours: tuple[Hashes, Ints]
    lines: Hashes

    @classmethod
    def of(cls, words: Words) -> "Grams":
        """Of the words of blocks."""
        return cls(words, grams(words, 2), grams(words, 4), text_hashes(words))

    def shares(self, *references: Reference) -> list[tuple[Floats, Floats, Floats, Floats]]:
        """For each reference, by block, 0 to 1: words, runs of two, runs of four that it has; whether it has the block as a line."""
        count = self.words.count
        texts = (self.words.text, self.pairs[1], self.fours[1])
        totals = [np.maximum(np.bincount(text, minlength=count), 1) for text in texts]
        kinds = ("words", "pairs", "fours", "lines")
        asked = (self.words.hashes, self.pairs[0], self.fours[0], self.lines)
        *found, exact = [
            members(hashes, [getattr(reference, kind) for reference in references]) for kind, hashes in zip(kinds, asked, strict=True)
        ]
        made = []
        for bit in _BITS[: len(references)]:
            one, two, four = (
                (np.bincount(text[(bits & bit) != 0], minlength=count) / total).astype(np.float32)
                for text, bits, total in zip(texts, found, totals, strict=True)
            )
            made.append((one, two, four, ((exact & bit) != 0).astype(np.float32)))
        return made
