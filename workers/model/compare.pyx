# cython: cdivision=True
"""Texts compared by their words: which words, runs of two and of four words, and whole lines of one another text has."""

import os
from itertools import pairwise

from libc.stdint cimport int32_t, uint32_t, uint64_t
from libc.string cimport memset

import numpy as np

from workers.model import words as tables
from workers.model.columns cimport scratch
from workers.model.texts cimport Texts

cdef uint64_t _GRAM_0 = pow(tables.MULTIPLIER, 3, 1 << 64), _GRAM_1 = pow(tables.MULTIPLIER, 5, 1 << 64)
cdef uint64_t _GRAM_2 = pow(tables.MULTIPLIER, 7, 1 << 64), _GRAM_3 = pow(tables.MULTIPLIER, 9, 1 << 64)
# Of this process alone: hashes that fall into one slot cannot be written on purpose. What is found does not depend on it.
cdef uint64_t _SALT = int.from_bytes(os.urandom(8), "little") | 1
cdef int _MOST_REFERENCES = 8  # bits of a byte

cdef struct Slot:
    uint64_t key
    uint32_t bits  # 0: empty
    uint32_t count


cdef class _Table:
    """A hash table with open addresses, at most half full."""

    cdef bytearray _memory
    cdef Slot* slots
    cdef uint64_t mask
    cdef int shift

    def __cinit__(self, Py_ssize_t keys):
        cdef Py_ssize_t size = 16
        self.shift = 60
        while size < 2 * keys:
            size *= 2
            self.shift -= 1
        self._memory = scratch(size * sizeof(Slot))
        self.slots = <Slot*><char*>self._memory
        self.mask = size - 1
        memset(self.slots, 0, size * sizeof(Slot))

    cdef inline Slot* place(self, uint64_t key) noexcept:
        """Where a key is, or the empty slot where it would be."""
        cdef uint64_t at = key * _SALT >> self.shift
        while self.slots[at].bits and self.slots[at].key != key:
            at = (at + 1) & self.mask
        return &self.slots[at]

    cdef inline void put(self, uint64_t key, uint32_t bits) noexcept:
        cdef Slot* slot = self.place(key)
        slot.key = key
        slot.bits |= bits


cdef inline uint64_t _pair(const uint64_t* words) noexcept:
    return words[0] * _GRAM_0 + words[1] * _GRAM_1


cdef inline uint64_t _four(const uint64_t* words) noexcept:
    return words[0] * _GRAM_0 + words[1] * _GRAM_1 + words[2] * _GRAM_2 + words[3] * _GRAM_3


cdef class Comparison:
    """The first of some texts, the blocks, each compared with references, which are made of some of the texts that follow.

    `edges`: numbers of texts, ascending; a reference is all texts from one edge up to the next, and the blocks are those before the
    first. A run of words may go on in the next line of a reference, but not in the next block. `topic`: bits of references; what they
    are about is looked for in the blocks.
    """

    def __init__(self, Texts texts not None, list edges not None, uint32_t topic=0):
        cdef Py_ssize_t count, references = len(edges) - 1
        if not 0 < references <= _MOST_REFERENCES or edges[0] < 0 or edges[-1] > texts.count or any(a > b for a, b in pairwise(edges)):
            raise ValueError("no such texts to compare")
        self.texts, self.count, self.references, count = texts, edges[0], references, edges[0]
        self._memory = scratch((4 * references + 3) * count * sizeof(float))
        self.share_of = <float*><char*>self._memory
        self.topic_of = self.share_of + 4 * references * count
        self.equal = <int32_t*>(self.topic_of + count)
        self.earliest = self.equal + count
        self._compare(edges, topic)
        self._repeats()

    cdef int _compare(self, list edges, uint32_t topic) except -1:
        cdef Texts texts = self.texts
        cdef const Py_ssize_t* start_of = texts.start_of
        cdef const uint64_t* hashes = texts.hash_of
        cdef Py_ssize_t reference, text, word, first, last, named = 0, different = 0, block, count = self.count
        cdef uint32_t bit
        cdef int32_t[8][4] counts
        cdef _Table table = _Table(3 * (start_of[edges[-1]] - start_of[count]) + edges[-1] - count)
        cdef Slot* slot
        cdef bytearray slots = scratch(start_of[count] * sizeof(Slot*))
        cdef Slot** slot_of = <Slot**><char*>slots  # of words of the topic, in page order
        cdef bytearray numbers = scratch(count * sizeof(int32_t))
        cdef int32_t* named_in = <int32_t*><char*>numbers  # by block: how many of them
        cdef double weight
        for reference in range(self.references):
            bit = 1 << reference
            first, last = start_of[edges[reference]], start_of[edges[reference + 1]]
            self.words_in[reference] = last - first
            for word in range(first, last):
                table.put(hashes[word], bit)
                if word + 2 <= last:
                    table.put(_pair(hashes + word), bit)
                if word + 4 <= last:
                    table.put(_four(hashes + word), bit)
            for text in range(edges[reference], edges[reference + 1]):
                table.put(texts.line_of[text], bit)
        for block in range(count):
            first, last = start_of[block], start_of[block + 1]
            memset(counts, 0, sizeof(counts))
            named_in[block] = -named
            for word in range(first, last):
                slot = table.place(hashes[word])
                if slot.bits:
                    _count(counts, 0, slot.bits)
                    if slot.bits & topic:
                        different += slot.count == 0
                        slot.count += 1
                        slot_of[named] = slot
                        named += 1
                if word + 2 <= last:
                    _count(counts, 1, table.place(_pair(hashes + word)).bits)
                if word + 4 <= last:
                    _count(counts, 2, table.place(_four(hashes + word)).bits)
            _count(counts, 3, table.place(texts.line_of[block]).bits)
            named_in[block] += named
            self._divide(block, counts, last - first)
        named = 0
        for block in range(count):  # a word that the page has often says little
            weight = 0
            for word in range(named_in[block]):
                weight += 1.0 / slot_of[named].count
                named += 1
            self.topic_of[block] = <float>(weight / max(different, 1))
        return 0

    cdef void _divide(self, Py_ssize_t block, int32_t[8][4] counts, Py_ssize_t words) noexcept:
        cdef Py_ssize_t reference
        cdef int kind
        cdef Py_ssize_t[4] sizes = [words, words - 1, words - 3, 1]
        for reference in range(self.references):
            for kind in range(4):
                self.shares_of(reference, kind)[block] = <float>(<double>counts[reference][kind] / <double>max(sizes[kind], 1))

    cdef int _repeats(self) except -1:
        cdef Py_ssize_t block
        cdef uint64_t line
        cdef _Table table = _Table(self.count)
        cdef Slot* slot
        for block in range(self.count):
            line = self.texts.line_of[block]
            slot = table.place(line)
            if not slot.bits:
                slot.key, slot.bits = line, block + 1
            slot.count += 1
            self.earliest[block] = slot.bits - 1
        for block in range(self.count):
            self.equal[block] = table.place(self.texts.line_of[block]).count
        return 0

    @property
    def words(self):
        """Of each block, how many."""
        return np.diff(self.texts.starts[: self.count + 1])

    @property
    def lines(self):
        """A hash of each block, blind to punctuation and case; 0 for one without words."""
        return self.texts.lines[: self.count]

    def shares(self, Py_ssize_t reference=0):
        """Shares in a reference of words, pairs, fours and the whole line, by block; 0 to 1."""
        if not 0 <= reference < self.references:
            raise IndexError(reference)
        found = np.frombuffer(self._memory, dtype=np.float32, count=4 * self.references * self.count)
        return found.reshape(self.references, 4, self.count)[reference].copy()

    def topic(self):
        """By block: how much of what the references of the topic are about; sums to 1 or 0."""
        return np.frombuffer(self._memory, dtype=np.float32)[4 * self.references * self.count :][: self.count].copy()


cdef inline void _count(int32_t[8][4] counts, int kind, uint32_t bits) noexcept:
    cdef int reference = 0
    while bits:
        counts[reference][kind] += bits & 1
        bits >>= 1
        reference += 1


def compare(list blocks, list lines):
    """Blocks and one reference, in lines that may have more lines in them; line breaks part no run."""
    parts = [part for line in lines for part in line.splitlines() if part]
    return Comparison(Texts(blocks + parts), [len(blocks), len(blocks) + len(parts)])
