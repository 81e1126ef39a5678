# cython: language_level=3, boundscheck=False, wraparound=False
"""The walk of a text through py3langid's automaton: the library's own tables, whose walk is a loop in Python."""

import numpy as np


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
