"""Texts as numbers: classes of characters and hashes of words, of many texts at once, without a loop over characters in Python."""

import unicodedata
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
_INVERSE = pow(_MULTIPLIER, -1, 1 << 64)
_GRAM_MULTIPLIERS = tuple(np.uint64(pow(_MULTIPLIER, 3 + 2 * n, 1 << 64)) for n in range(4))
_PLACE_FACTOR, _PLACE_TERM = np.uint64(2 * pow(_MULTIPLIER, 2, 1 << 64) % (1 << 64)), np.uint64(_MULTIPLIER + 1)


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


def _table_of_powers(base: int) -> Hashes:
    """Of 0, 1, ... for as many characters as most pages have."""
    powers = np.full(_TABLE_SIZE, base, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


_POWERS, _INVERSES = _table_of_powers(_MULTIPLIER), _table_of_powers(_INVERSE)


def _powers(table: Hashes, count: int) -> Hashes:
    """The first powers of a table's base, modulo 2**64; `count` may be more than it holds."""
    if count <= len(table):
        return table[:count]
    steps = _table_of_powers(int(table[-1]) * int(table[1]) % (1 << 64))[: -(-count // len(table))]
    return np.multiply.outer(steps, table).ravel()[:count]


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
    """Texts as code points and classes, one after the other with a line break before the first and after each."""

    codes: NDArray[np.intp]
    classes: NDArray[np.uint8]
    begins: Ints
    ends: Ints

    def count(self, bit: int, texts: int) -> Floats:
        """Characters of a class, by text, in the first `texts`."""
        found = (self.classes[: self.ends[texts - 1] + 1] & bit) != 0
        return np.add.reduceat(found, self.begins[:texts], dtype=np.int32).astype(np.float32)


def read_characters(texts: list[str]) -> Characters:
    """Of texts, none of which has a line break."""
    joined = "\n".join(["", *texts, ""]).encode("utf-32-le", "surrogatepass")
    codes = np.minimum(np.frombuffer(joined, dtype=np.uint32), _TABLE_SIZE).astype(np.intp)
    breaks = np.flatnonzero(codes == 10)
    return Characters(codes, _CLASSES.take(codes), breaks[:-1] + 1, breaks[1:])


def read_words(characters: Characters) -> Words:
    """The words of texts."""
    hashes, places = _hash_words(characters.codes, characters.classes)
    starts = np.searchsorted(places, np.append(characters.begins, len(characters.codes)))
    return Words(hashes, np.repeat(np.arange(len(starts) - 1), starts[1:] - starts[:-1]), starts)


def _hash_words(codes: NDArray[np.intp], classes: NDArray[np.uint8]) -> tuple[Hashes, NDArray[np.intp]]:
    """A hash for each word, and where it begins.

    A letter is multiplied by a power of its place on the page, so that a word is a difference of two running sums; dividing by the power of
    its first place makes it the same everywhere. Texts are parted by line breaks, so no word begins or ends the page.
    """
    is_word = (classes & WORD).view(np.bool_)
    begins, ends = is_word[1:] > is_word[:-1], is_word[:-1] > is_word[1:]  # by place between two characters
    alone = (classes & UNSPACED) != 0
    if alone.any():
        begins |= is_word[1:] & (alone[1:] | alone[:-1])
        ends |= is_word[:-1] & (alone[1:] | alone[:-1])
    firsts, afters = np.flatnonzero(begins) + 1, np.flatnonzero(ends) + 1
    sums = np.cumsum(_LOWER.take(codes) * _powers(_POWERS, len(codes)))
    hashes = (sums[afters - 1] - sums[firsts - 1]) * _powers(_INVERSES, len(codes))[firsts - 1]
    return hashes ^ (hashes >> np.uint64(29)), firsts


def grams(words: Words, size: int) -> Hashes:
    """Hashes of runs of `size` words, in the order of their first words; they may go on in the next text."""
    total = max(len(words.hashes) - size + 1, 0)
    hashes = words.hashes[:total] * _GRAM_MULTIPLIERS[0]
    for n in range(1, size):
        hashes += words.hashes[n : n + total] * _GRAM_MULTIPLIERS[n]
    return hashes


def text_hashes(words: Words) -> Hashes:
    """A hash of each whole text, blind to punctuation and case; 0 for a text without words."""
    position = np.arange(len(words.hashes)) - words.starts[words.text]
    sums = np.zeros(len(words.hashes) + 1, dtype=np.uint64)
    np.cumsum(words.hashes * (position.view(np.uint64) * _PLACE_FACTOR + _PLACE_TERM), out=sums[1:])
    found = sums[words.starts]
    return found[1:] - found[:-1]
