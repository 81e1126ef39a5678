# cython: cdivision=True
"""Texts as numbers: the classes of their characters and hashes of their words, in one loop over the characters."""

from cpython.bytearray cimport PyByteArray_Resize
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

import numpy as np

from workers.model import words as tables
from workers.model.columns cimport scratch

cdef uint64_t _MULTIPLIER = tables.MULTIPLIER
cdef uint64_t _PLACE_FACTOR = 2 * _MULTIPLIER * _MULTIPLIER, _PLACE_TERM = _MULTIPLIER + 1
cdef uint8_t _WORD = tables.WORD, _UNSPACED = tables.UNSPACED
cdef uint32_t _LAST = tables.TABLE_SIZE  # stands for every code point from there on
cdef const uint8_t[::1] _CLASSES_VIEW = tables.CLASSES
cdef const uint32_t[::1] _LOWER_VIEW = tables.LOWER
cdef const uint8_t* _CLASSES = &_CLASSES_VIEW[0]
cdef const uint32_t* _LOWER = &_LOWER_VIEW[0]
cdef uint64_t[256] _SPREAD  # by classes: a byte of 1 for each bit
cdef int _classes, _bit
for _classes in range(256):
    _SPREAD[_classes] = 0
    for _bit in range(8):
        _SPREAD[_classes] |= <uint64_t>(_classes >> _bit & 1) << (8 * _bit)

cdef fused Char:
    uint8_t
    uint16_t
    uint32_t


cdef class Texts:
    """Some texts, none of which has a line break, as arrays. A word is a run of letters and digits, one character of scripts without spaces."""

    def __init__(self, list texts):
        cdef Py_ssize_t number, length, words = 0, chars = 0, count = len(texts)
        cdef Py_ssize_t per_text = 2 * sizeof(Py_ssize_t) + sizeof(uint64_t) + 8 * sizeof(int32_t) + 3
        cdef str text
        cdef void* data
        cdef int kind
        self.count = count
        self._memory = scratch(count * per_text + sizeof(Py_ssize_t))
        self.chars_of = <Py_ssize_t*><char*>self._memory
        self.start_of = self.chars_of + count
        self.line_of = <uint64_t*>(self.start_of + count + 1)
        self.class_counts = <int32_t*>(self.line_of + count)
        self.first_of = <uint8_t*>(self.class_counts + 8 * count)
        self.last_of, self.has_address = self.first_of + count, self.first_of + 2 * count
        for number in range(count):
            text = texts[number]
            if text is None:
                raise TypeError("None is not a text")
            self.chars_of[number] = PyUnicode_GET_LENGTH(text)
            chars += self.chars_of[number]
        self._words = bytearray()
        self._make_room(chars // 5)
        for number in range(count):
            text = texts[number]
            length = self.chars_of[number]
            if words + length > self._room:  # at most each character is a word
                self._make_room(2 * words + length)
            self.start_of[number] = words
            kind, data = PyUnicode_KIND(text), PyUnicode_DATA(text)
            if kind == 1:
                words = _read(self, number, <const uint8_t*>data, length, words)
            elif kind == 2:
                words = _read(self, number, <const uint16_t*>data, length, words)
            else:
                words = _read(self, number, <const uint32_t*>data, length, words)
        self.start_of[count] = words

    cdef int _make_room(self, Py_ssize_t words) except -1:
        PyByteArray_Resize(self._words, max(words, 64) * sizeof(uint64_t))
        self._room, self.hash_of = max(words, 64), <uint64_t*><char*>self._words
        return 0

    @property
    def hashes(self):
        """Of the words, in page order."""
        return np.frombuffer(self._words, dtype=np.uint64, count=self.start_of[self.count]).copy()

    @property
    def starts(self):
        """The first word of each text, and the number of all words at the end."""
        return np.frombuffer(self._memory, dtype=np.intp, count=self.count + 1, offset=self.count * sizeof(Py_ssize_t)).copy()

    @property
    def lines(self):
        """A hash of each whole text, blind to punctuation and case; 0 for a text without words."""
        return np.frombuffer(self._memory, dtype=np.uint64, count=self.count, offset=(2 * self.count + 1) * sizeof(Py_ssize_t)).copy()

    def counts(self, bit):
        """By text: its characters of a class."""
        return [self.class_counts[8 * number + bit.bit_length() - 1] for number in range(self.count)]


cdef Py_ssize_t _read(Texts texts, Py_ssize_t number, const Char* chars, Py_ssize_t length, Py_ssize_t words) noexcept:
    """Read one text, for whose words there is room; returns the number of words so far.

    A word's hash is the sum of its letters, each times a power of its place in the word.
    """
    cdef Py_ssize_t at, first_word = words
    cdef int bit, unread = 0
    cdef uint32_t code
    cdef uint8_t classes = 0, before = 0, has_address = 0
    cdef uint64_t counted = 0, word = 0, power = _MULTIPLIER, line = 0, place = _PLACE_TERM
    cdef bint is_open = False
    cdef int32_t* counts = texts.class_counts + 8 * number
    cdef uint64_t* hash_of = texts.hash_of
    memset(counts, 0, 8 * sizeof(int32_t))
    for at in range(length):
        code = chars[at]
        if Char is uint32_t:
            code = min(code, _LAST)
        classes = _CLASSES[code]
        counted += _SPREAD[classes]
        unread += 1
        if unread == 255:  # the counters are bytes
            for bit in range(8):
                counts[bit] += counted >> (8 * bit) & 255
            counted, unread = 0, 0
        if is_open and (not classes & _WORD or (classes | before) & _UNSPACED):
            word ^= word >> 29
            hash_of[words] = word
            line += word * place
            place += _PLACE_FACTOR
            words += 1
            is_open = False
        if classes & _WORD:
            if not is_open:
                word, power, is_open = 0, _MULTIPLIER, True
            word += _LOWER[code] * power
            power *= _MULTIPLIER
        elif code == c"@" or (code == c"." and at >= 3 and chars[at - 1] == c"w" and chars[at - 2] == c"w" and chars[at - 3] == c"w"):
            has_address = 1
        before = classes
        if at == 0:
            texts.first_of[number] = classes
    if is_open:
        word ^= word >> 29
        hash_of[words] = word
        line += word * place
        words += 1
    for bit in range(8):
        counts[bit] += counted >> (8 * bit) & 255
    if length == 0:
        texts.first_of[number] = 0
    texts.last_of[number], texts.has_address[number], texts.line_of[number] = classes, has_address, line
    return words
