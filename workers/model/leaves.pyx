# cython: cdivision=True
"""The sums of symmetric trees, some rows at a time, in loops that a compiler turns into vectors."""

from libc.stdint cimport uint64_t
from libc.string cimport memcpy, memset

import numpy as np

from workers.model.columns cimport scratch
from workers.model.pairs cimport sum_of

MOST_DEPTH = 8  # bits of a byte
cdef enum:
    _ROWS_AT_ONCE = 64  # one line of a processor's cache, as bytes
    _TERMS = 11  # of the series: what is left out is below 1e-12, where a float32 has 6e-8
cdef double _LOG_2 = 0.6931471805599453
cdef double _MOST_ODDS = 700  # beyond it a float32 has 0 or 1 long since
cdef double[_TERMS] _INVERSE_FACTORIALS
_INVERSE_FACTORIALS[0] = 1
cdef int _term
for _term in range(1, _TERMS):
    _INVERSE_FACTORIALS[_term] = _INVERSE_FACTORIALS[_term - 1] / _term


def sums(
    const float[::1, :] values,
    const long long[::1] columns,
    const float[::1] borders,
    const Py_ssize_t[:, ::1] tree_splits,
    const float[:, ::1] leaves,
    float bias,
):
    """By row of `values` (rows x features) the sum of the leaves it comes to, tree after tree, and `bias`; float32.

    `columns`: by question. ValueError for trees that are too deep, or that ask what is not there.
    """
    cdef Py_ssize_t rows = values.shape[0], questions = columns.shape[0], trees = tree_splits.shape[0], depth = tree_splits.shape[1]
    cdef Py_ssize_t first, count, padded, question, tree, part, row, size = leaves.shape[1]
    cdef unsigned char leaf[4][_ROWS_AT_ONCE]
    cdef float total[_ROWS_AT_ONCE]
    cdef bytearray memory = scratch(questions * _ROWS_AT_ONCE)
    cdef unsigned char* answers = <unsigned char*><char*>memory
    cdef unsigned char* answer
    cdef const Py_ssize_t* splits
    cdef const float* value
    cdef const float* table
    cdef const float* of_tree
    cdef float border
    cdef float[::1] found
    if depth > MOST_DEPTH or leaves.shape[0] != trees or leaves.shape[1] != 1 << depth or borders.shape[0] != questions:
        raise ValueError("no such trees")
    made = np.empty(rows, dtype=np.float32)
    if not rows or not trees or not depth:
        made[:] = bias + np.asarray(leaves).sum()
        return made
    found, splits, table = made, &tree_splits[0, 0], &leaves[0, 0]
    for question in range(questions):
        if not 0 <= columns[question] < values.shape[1]:
            raise ValueError("a question about a feature that is not there")
    for question in range(trees * depth):
        if not 0 <= splits[question] < questions:
            raise ValueError("a tree with a question that is not there")
    for first in range(0, rows, _ROWS_AT_ONCE):
        count = min(rows - first, _ROWS_AT_ONCE)
        padded = (count + 15) & ~15  # vectors of 16 answers, those of no row among them never read
        for question in range(questions):
            value, border, answer = &values[first, columns[question]], borders[question], answers + question * _ROWS_AT_ONCE
            for row in range(count):
                answer[row] = value[row] > border
        if rows == 1:
            found[0] = _sum_of_one(answers, tree_splits, leaves) + bias
            break
        memset(total, 0, sizeof(total))
        tree = 0
        while tree < trees:
            _find_leaf(leaf[0], answers, splits + tree * depth, depth, padded)
            if tree + 4 > trees:
                for row in range(count):
                    total[row] += table[tree * size + leaf[0][row]]
                tree += 1
                continue
            for part in range(1, 4):  # four trees at a time, for the sum to stay at hand; still one after the other
                _find_leaf(leaf[part], answers, splits + (tree + part) * depth, depth, padded)
            of_tree = table + tree * size
            for row in range(count):
                total[row] = (
                    total[row]
                    + of_tree[leaf[0][row]]
                    + of_tree[size + leaf[1][row]]
                    + of_tree[2 * size + leaf[2][row]]
                    + of_tree[3 * size + leaf[3][row]]
                )
            tree += 4
        for row in range(count):
            found[first + row] = total[row] + bias
    return made


def chances(const float[::1] scores):
    """1 / (1 + e**-score) of each score, as float32: of sums, products and a quotient alone, which every processor rounds alike.

    numpy's `exp` is another one where a processor has AVX2 or AVX-512, and C's where it has fused multiplication.
    """
    cdef Py_ssize_t row, count = scores.shape[0]
    cdef float[::1] found
    made = np.empty(count, dtype=np.float32)
    found = made
    for row in range(count):
        found[row] = <float>(1.0 / (1.0 + _exponential(-<double>scores[row])))
    return made


cdef inline double _exponential(double power) noexcept nogil:
    """e**power, as 2**whole * e**rest with a rest of at most log(2) / 2 to either side."""
    cdef double rest, scale, found = _INVERSE_FACTORIALS[_TERMS - 1]
    cdef int whole, term
    cdef uint64_t bits
    power = power if power > -_MOST_ODDS else -_MOST_ODDS
    power = power if power < _MOST_ODDS else _MOST_ODDS
    whole = <int>(power / _LOG_2 + (0.5 if power > 0 else -0.5))
    rest = power - whole * _LOG_2
    for term in range(_TERMS - 2, -1, -1):
        found = found * rest + _INVERSE_FACTORIALS[term]
    bits = <uint64_t>(whole + 1023) << 52  # of a double: its exponent alone
    memcpy(&scale, &bits, sizeof(bits))
    return found * scale


cdef inline void _find_leaf(
    unsigned char* leaf, const unsigned char* answers, const Py_ssize_t* splits, Py_ssize_t depth, Py_ssize_t rows
) noexcept nogil:
    """By row the number of the leaf, whose bits are the answers, the first question's the lowest. Four at a time: it saves passes."""
    cdef const unsigned char* a
    cdef const unsigned char* b
    cdef const unsigned char* c
    cdef const unsigned char* d
    cdef Py_ssize_t row
    memset(leaf, 0, rows)
    while depth >= 4:
        depth -= 4
        a, b = answers + splits[depth] * _ROWS_AT_ONCE, answers + splits[depth + 1] * _ROWS_AT_ONCE
        c, d = answers + splits[depth + 2] * _ROWS_AT_ONCE, answers + splits[depth + 3] * _ROWS_AT_ONCE
        for row in range(rows):
            leaf[row] = (leaf[row] << 4) | (d[row] << 3) | (c[row] << 2) | (b[row] << 1) | a[row]
    while depth:
        depth -= 1
        a = answers + splits[depth] * _ROWS_AT_ONCE
        for row in range(rows):
            leaf[row] = leaf[row] << 1 | a[row]


cdef float _sum_of_one(const unsigned char* answers, const Py_ssize_t[:, ::1] tree_splits, const float[:, ::1] leaves):
    """Of a single row, whose leaves numpy added in pairs of pairs."""
    cdef Py_ssize_t tree, level, leaf
    cdef bytearray memory = scratch(tree_splits.shape[0] * sizeof(float))
    cdef float* found = <float*><char*>memory
    for tree in range(tree_splits.shape[0]):
        leaf = 0
        for level in range(tree_splits.shape[1]):
            leaf |= <Py_ssize_t>answers[tree_splits[tree, level] * _ROWS_AT_ONCE] << level
        found[tree] = leaves[tree, leaf]
    return sum_of(found, tree_splits.shape[0], 1)
