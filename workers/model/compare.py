"""Texts compared by their words: which words, runs of two and of four words, and whole lines of one another text has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.model.words import Bools, Floats, Hashes, Ints, Words, grams, read_characters, read_words, text_hashes

_BITS = np.left_shift(1, np.arange(8)).astype(np.uint8)
_SLOTS = 1 << 16
_SLOT = np.uint64(_SLOTS - 1)


def member(hashes: Hashes, known: Hashes) -> Bools:
    """Which of the hashes are in `known`."""
    return np.asarray(members(hashes, [known]) != 0)


def members(hashes: Hashes, several: Sequence[Hashes]) -> NDArray[np.uint8]:
    """In which of several arrays (eight at most) the hashes are: the first is bit 0."""
    known = np.concatenate(several)
    if not len(known) or not len(hashes):
        return np.zeros(len(hashes), dtype=np.uint8)
    # A table of the last hash of each slot; what it has pushed out, one in twenty, is searched for.
    slots, asked = (known & _SLOT).view(np.int64), (hashes & _SLOT).view(np.int64)
    table = np.zeros(_SLOTS, dtype=np.uint64)
    table[slots] = known
    is_in = table.take(slots) == known
    held = np.zeros(_SLOTS, dtype=np.uint8)
    end = 0
    for bit, one in zip(_BITS, several, strict=False):
        begin, end = end, end + len(one)
        held[slots[begin:end][is_in[begin:end]]] |= bit
    found = np.where(table.take(asked) == hashes, held.take(asked), np.uint8(0))
    if not is_in.all():
        out, bits = ~is_in, np.repeat(_BITS[: len(several)], [len(one) for one in several])
        is_shared = np.zeros(_SLOTS, dtype=bool)
        is_shared[slots[out]] = True
        left = np.flatnonzero(is_shared.take(asked))
        found[left] |= _searched(hashes[left], known[out], bits[out])
    return found


def _searched(hashes: Hashes, known: Hashes, bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bits of all hashes in `known` that are equal to each hash."""
    order = np.argsort(known)
    known = known[order]
    firsts = np.flatnonzero(np.concatenate(([True], known[1:] != known[:-1])))
    known, bits = known[firsts], np.bitwise_or.reduceat(bits[order], firsts)
    places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.where(known[places] == hashes, bits[places], np.uint8(0))


@dataclass(slots=True)
class Runs:
    """The words of texts with their runs of two and of four, which may go on in the next text, and a hash of each text."""

    words: Words
    pairs: Hashes
    fours: Hashes
    texts: Hashes

    @classmethod
    def of(cls, words: Words) -> "Runs":
        """Made for all at once: numpy's cost is by the call."""
        return cls(words, grams(words, 2), grams(words, 4), text_hashes(words))

    def reference(self, begin: int, end: int) -> "Reference":
        """Some of the texts as one to compare with."""
        first, last = self.words.starts[begin], self.words.starts[end]
        pairs, fours = (runs[first : max(last - size + 1, first)] for runs, size in ((self.pairs, 2), (self.fours, 4)))
        return Reference(self.words.hashes[first:last], pairs, fours, self.texts[begin:end])

    def blocks(self, end: int) -> "Grams":
        """The first texts, each by itself."""
        words = self.words.of_texts(0, end)
        return Grams(words, _inside(words.text, self.pairs, 2), _inside(words.text, self.fours, 4), self.texts[:end])


def _inside(text: Ints, runs: Hashes, size: int) -> Hashes:
    """The runs of so many words that begin and end in the same text."""
    return np.asarray(runs[: max(len(text) - size + 1, 0)][text[: 1 - size] == text[size - 1 :]])


@dataclass(slots=True)
class Reference:
    """A text to compare with: which words, runs of two and of four words, and lines it has."""

    words: Hashes
    pairs: Hashes
    fours: Hashes
    lines: Hashes

    @classmethod
    def of_lines(cls, lines: list[str]) -> "Reference":
        """Of lines that are not read yet; what breaks inside is more lines. Line breaks part no run."""
        parts = [part for line in lines for part in line.splitlines() if part]
        return Runs.of(read_words(read_characters(parts))).reference(0, len(parts))


@dataclass(slots=True)
class Grams:
    """The words of a page's blocks with their runs, made once and compared with several references."""

    words: Words
    pairs: Hashes  # none goes on in the next block; so the fours
    fours: Hashes
    lines: Hashes

    @classmethod
    def of(cls, words: Words) -> "Grams":
        """Of the words of blocks."""
        return Runs.of(words).blocks(words.count)

    def found_in(self, references: Sequence[Reference]) -> NDArray[np.uint8]:
        """By word, then by pair, by four, by block: the references that have it, the first as bit 0."""
        several = [np.concatenate((one.words, one.pairs, one.fours, one.lines)) for one in references]
        return members(np.concatenate((self.words.hashes, self.pairs, self.fours, self.lines)), several)

    def shares(self, found: NDArray[np.uint8], references: int) -> Floats:
        """From what `found_in` found: by reference, then words, pairs, fours, the whole line, by block; 0 to 1."""
        lengths = self.words.starts[1:] - self.words.starts[:-1]
        sizes = np.concatenate((lengths, np.maximum(lengths - 1, 0), np.maximum(lengths - 3, 0), np.ones_like(lengths)))
        edges = np.concatenate(([0], np.cumsum(sizes)))
        sums = np.zeros((references, len(found) + 1), dtype=np.int32)
        np.cumsum((found & _BITS[:references, None]) != 0, axis=1, out=sums[:, 1:])
        counts = sums[:, edges[1:]] - sums[:, edges[:-1]]
        return np.asarray(counts / np.maximum(sizes, 1), dtype=np.float32).reshape(references, 4, -1)

    def shares_in(self, reference: Reference) -> Floats:
        """The four shares in one reference, by block."""
        return np.asarray(self.shares(self.found_in([reference]), 1)[0])
