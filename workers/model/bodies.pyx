# cython: cdivision=True
"""The bodies a page may have, block by block."""

from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.string cimport memcpy, memset

from workers.model.columns cimport scratch

STATED_SHARE = 0.5  # of a block in the stated body, from which on the block is in it
cdef float _STATED_SHARE = STATED_SHARE
cdef double _AGREED = 0.8  # of the model's words that the stated body has: both mean the same article
cdef double _MISSED = 0.7  # of the stated body's words that the model has: less, and the model has stopped too soon
cdef Py_ssize_t _LEAST_COPY_WORDS = 5, _MOST_COPY_WORDS = 25


def fill_bodies(
    unsigned char[:, ::1] kept,
    const float[::1] probabilities,
    const int64_t[::1] words,
    const int64_t[::1] groups,
    const float[::1] stated,
    const uint64_t[::1] hashes,
    tuple thresholds,
    bint use_stated,
):
    """By threshold, then by block: whether the block is in the body, 0 or 1, into the first rows of `kept`.

    The items of a list are in or out together, so are the cells of a table (`groups`). Where the publisher states a body that goes on past
    the model's, the model's follows it. Lines that say again what a kept line before them said, and are no longer than headlines, are left
    out: lists of other stories do. ValueError for arrays of several lengths.
    """
    cdef Py_ssize_t block, body, line, first, count = kept.shape[1], in_both, in_kept, in_stated = 0
    cdef float threshold
    cdef bytearray memory = scratch(count * (sizeof(float) + 2))
    cdef float* together = <float*><char*>memory
    cdef uint8_t* is_stated = <uint8_t*>(together + count)
    cdef uint8_t* is_said = is_stated + count
    cdef list copies
    if not probabilities.shape[0] == words.shape[0] == groups.shape[0] == stated.shape[0] == hashes.shape[0] == count:
        raise ValueError("blocks of several pages")
    if kept.shape[0] < len(thresholds):
        raise ValueError("more thresholds than rows")
    if not count:
        return
    _together(&probabilities[0], groups, words, together)
    for block in range(count):
        is_stated[block] = stated[block] >= _STATED_SHARE
        in_stated += words[block] if is_stated[block] else 0
    copies = _copies(words, hashes)
    for body in range(len(thresholds)):
        threshold = thresholds[body]
        in_both = in_kept = 0
        for block in range(count):
            kept[body, block] = together[block] >= threshold
            if kept[body, block]:
                in_kept += words[block]
                in_both += words[block] if is_stated[block] else 0
        if use_stated and in_both > 0 and in_both >= _AGREED * in_kept and in_both < _MISSED * in_stated:
            for block in range(count):
                kept[body, block] |= is_stated[block]
        memset(is_said, 0, count)
        for line, first in copies:
            if kept[body, line]:
                kept[body, line] = not is_said[first]
                is_said[first] = 1


def fill_others(
    unsigned char[:, ::1] kept,
    Py_ssize_t begin,
    Py_ssize_t loose,
    const float[::1, :] values,
    tuple containers,
    Py_ssize_t article_column,
    Py_ssize_t h1_before_column,
    const float[::1] probabilities,
    const int64_t[::1] words,
    const float[::1] extracted,
    const float[::1] stated,
    bint use_stated,
):
    """The bodies that follow from the model's own, row 0, and its loose one, into the rows from `begin` on.

    They are the loose one in each of some containers (columns of `values`), the model's own in its best article and up to the second h1,
    the extractor's, and the publisher's. One without blocks is the model's own.
    """
    cdef Py_ssize_t block, row = begin, column, best, count = kept.shape[1]
    if not values.shape[0] == probabilities.shape[0] == words.shape[0] == extracted.shape[0] == stated.shape[0] == count:
        raise ValueError("blocks of several pages")
    if not (0 <= loose < begin and begin + len(containers) + 4 == kept.shape[0] and count):
        raise ValueError("no such bodies")
    for column in containers:
        for block in range(count):
            kept[row, block] = kept[loose, block] and values[block, column] > 0
        row += 1
    best = _best_article(&values[0, article_column], probabilities, words)
    for block in range(count):
        kept[row, block] = kept[0, block] and <Py_ssize_t>values[block, article_column] == best
        kept[row + 1, block] = kept[0, block] and values[block, h1_before_column] <= 1
        kept[row + 2, block] = extracted[block] >= _STATED_SHARE
        kept[row + 3, block] = use_stated and stated[block] >= _STATED_SHARE
    for row in range(kept.shape[0]):
        for block in range(count):
            if kept[row, block]:
                break
        else:
            memcpy(&kept[row, 0], &kept[0, 0], count)


cdef Py_ssize_t _best_article(const float* article, const float[::1] probabilities, const int64_t[::1] words) except -2:
    """The number of the `article` element with the most of what is probably text, -1: outside of all."""
    cdef Py_ssize_t block, number, best = 0, size = 0, count = words.shape[0]
    cdef bytearray memory
    cdef double* sums
    for block in range(count):
        if article[block] < -1:
            raise ValueError("no such article")
        size = max(size, <Py_ssize_t>article[block] + 2)
    memory = scratch(size * sizeof(double))
    sums = <double*><char*>memory
    memset(sums, 0, size * sizeof(double))
    for block in range(count):
        sums[<Py_ssize_t>article[block] + 1] += <double>probabilities[block] * <double>words[block]
    for number in range(size):
        if sums[number] > sums[best]:
            best = number
    return best - 1


cdef int _together(const float* probabilities, const int64_t[::1] groups, const int64_t[::1] words, float* into) except -1:
    """Each block of a group gets their mean, by words."""
    cdef Py_ssize_t block, count = words.shape[0], size = 0
    cdef bytearray memory
    cdef double* sums
    cdef double* weights
    cdef double weight
    for block in range(count):
        if groups[block] < 0:
            raise ValueError("groups are numbered from 0")
        size = max(size, groups[block] + 1)
    memory = scratch(2 * size * sizeof(double))
    sums = <double*><char*>memory
    weights = sums + size
    memset(sums, 0, 2 * size * sizeof(double))
    for block in range(count):
        weight = max(words[block], 1)
        sums[groups[block]] += probabilities[block] * weight
        weights[groups[block]] += weight
    for block in range(count):
        into[block] = <float>(sums[groups[block]] / max(weights[groups[block]], 1.0))
    return 0


cdef list _copies(const int64_t[::1] words, const uint64_t[::1] hashes):
    """The blocks that may be copies, or be copied, in page order, each with the first that says the same."""
    cdef Py_ssize_t block
    cdef dict first = {}
    cdef list lines = [block for block in range(words.shape[0]) if _LEAST_COPY_WORDS <= words[block] <= _MOST_COPY_WORDS]
    found = [(line, first.setdefault(hashes[line], line)) for line in lines]
    return found if len(first) < len(lines) else []
