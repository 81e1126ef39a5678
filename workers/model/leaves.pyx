# cython: cdivision=True
"""The sums of symmetric trees, some rows at a time, in loops that a compiler turns into vectors."""

from libc.string cimport memset

import numpy as np

from workers.model.columns cimport scratch
from workers.model.pairs cimport sum_of

MOST_DEPTH = 8  # bits of a byte
cdef enum:
    _ROWS_AT_ONCE = 64  # one line of a processor's cache, as bytes


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
    cdef Py_ssize_t first, count, question, tree, level, row
    cdef unsigned char leaf[_ROWS_AT_ONCE]
    cdef float total[_ROWS_AT_ONCE]
    cdef bytearray memory = scratch(questions * _ROWS_AT_ONCE)
    cdef unsigned char* answers = <unsigned char*><char*>memory
    cdef unsigned char* answer
    cdef const float* value
    cdef const float* of_tree
    cdef float border
    cdef float[::1] found
    if depth > MOST_DEPTH or leaves.shape[0] != trees or leaves.shape[1] != 1 << depth or borders.shape[0] != questions:
        raise ValueError("no such trees")
    for question in range(questions):
        if not 0 <= columns[question] < values.shape[1]:
            raise ValueError("a question about a feature that is not there")
    for tree in range(trees):
        for level in range(depth):
            if not 0 <= tree_splits[tree, level] < questions:
                raise ValueError("a tree with a question that is not there")
    made = np.empty(rows, dtype=np.float32)
    if not rows or not trees:
        made[:] = bias
        return made
    found = made
    for first in range(0, rows, _ROWS_AT_ONCE):
        count = min(rows - first, _ROWS_AT_ONCE)
        for question in range(questions):
            value, border, answer = &values[first, columns[question]], borders[question], answers + question * _ROWS_AT_ONCE
            if count == _ROWS_AT_ONCE:
                for row in range(_ROWS_AT_ONCE):
                    answer[row] = value[row] > border
            else:
                for row in range(count):
                    answer[row] = value[row] > border
        memset(total, 0, sizeof(total))
        if rows == 1:
            found[0] = _sum_of_one(answers, tree_splits, leaves) + bias
            break
        for tree in range(trees):
            memset(leaf, 0, sizeof(leaf))
            for level in range(depth - 1, -1, -1):
                answer = answers + tree_splits[tree, level] * _ROWS_AT_ONCE
                for row in range(_ROWS_AT_ONCE):
                    leaf[row] = leaf[row] + leaf[row] | answer[row]
            of_tree = &leaves[tree, 0]
            for row in range(count):
                total[row] += of_tree[leaf[row]]
        for row in range(count):
            found[first + row] = total[row] + bias
    return made


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
