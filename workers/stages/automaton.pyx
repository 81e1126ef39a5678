# cython: language_level=3, boundscheck=False, wraparound=False
"""The walk of a text through py3langid's automaton, over the library's own tables: its walk is a loop in Python. And the weights of what
is met, as single floats: NumPy turns half floats to such one by one."""

import numpy as np

from libc.string cimport memcpy

cdef float HALF_TO_SINGLE = 2.0**112  # what is between the exponents of the two, when their bits stand alike


cdef class Automaton:
    """Which features a text has, and how often each. One walk at a time: it keeps its counts between them."""

    cdef const unsigned int[::1] _moves  # by a state's row and a byte: the next state
    cdef const unsigned int[::1] _rows  # by state: where its row begins
    cdef const int[::1] _features  # by state: what is found there, or less than 0
    cdef int[::1] _places  # by feature: its place among those of this walk, from 1; 0 before and after it

    def __init__(self, const unsigned int[::1] moves, const unsigned int[::1] rows, const int[::1] features, Py_ssize_t count) -> None:
        """`count`: of features, 0 to count - 1. Raises ValueError for tables that lead out of themselves."""
        states = rows.shape[0]
        if (
            not states
            or features.shape[0] != states
            or np.max(moves) >= states
            or np.max(rows) + 256 > moves.shape[0]
            or np.max(features) >= count
        ):
            raise ValueError("an automaton's tables do not belong together")
        self._moves, self._rows, self._features = moves, rows, features
        self._places = np.zeros(count, dtype=np.int32)

    def visits(self, bytes text not None):
        """The features of a text in the order in which it has them first, and how often it has each: arrays of intp and float32."""
        cdef const unsigned char[::1] letters = text
        cdef Py_ssize_t length = len(text), at, count = 0
        cdef unsigned int state = 0
        cdef int feature, place
        found, often = np.empty(length, dtype=np.intp), np.empty(length, dtype=np.float32)
        cdef Py_ssize_t[::1] indices = found
        cdef float[::1] counts = often
        for at in range(length):
            state = self._moves[self._rows[state] + letters[at]]
            feature = self._features[state]
            if feature < 0:
                continue
            place = self._places[feature]
            if place:
                counts[place - 1] += 1
            else:
                indices[count], counts[count] = feature, 1
                count += 1
                self._places[feature] = <int>count
        for at in range(count):
            self._places[indices[at]] = 0
        return found[:count], often[:count]


def singles(const unsigned short[:, ::1] halves, const Py_ssize_t[::1] rows):
    """Some rows of a table of half floats, given as their bits, as an array of float32: the same numbers, of which none is infinite.

    Raises IndexError for a row that the table does not have.
    """
    cdef Py_ssize_t count = rows.shape[0], width = halves.shape[1], at, k
    cdef const unsigned short* row
    cdef unsigned int bits
    cdef float number
    made = np.empty((count, width), dtype=np.float32)
    cdef float[:, ::1] out = made
    for at in range(count):
        if not 0 <= rows[at] < halves.shape[0]:
            raise IndexError(rows[at])
        if not width:
            continue
        row = &halves[rows[at], 0]
        for k in range(width):
            bits = <unsigned int>(row[k] & 0x7FFF) << 13 | <unsigned int>(row[k] & 0x8000) << 16
            memcpy(&number, &bits, 4)
            out[at, k] = number * HALF_TO_SINGLE
    return made
