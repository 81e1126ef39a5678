# cython: cdivision=True
"""The numbers that tell the bodies of a page apart."""

from libc.stdint cimport int32_t, int64_t
from libc.string cimport memset

import numpy as np

from workers.model.columns cimport scratch
from workers.model.pairs cimport sum_of

cdef enum:
    _KINDS = 8  # of means over blocks
    _MOST_BODIES = 32
cdef float _LEAST = 1e-6
cdef Py_ssize_t _SHORT_WORDS = 8


cdef struct Told:
    double all_words
    float* words  # by body
    float sizes[3][_MOST_BODIES]  # words: of the body, added, cut
    float like[_MOST_BODIES][_MOST_BODIES]
    Py_ssize_t added[_MOST_BODIES]  # blocks
    Py_ssize_t cut[_MOST_BODIES]
    Py_ssize_t blocks[_MOST_BODIES]
    Py_ssize_t runs[_MOST_BODIES]
    float gaps[_MOST_BODIES]  # words between its first and its last block that are not in it
    float hopes[_MOST_BODIES]  # probable words from its first to its last block, those in it included


def tell(
    const unsigned char[:, ::1] kept,
    const float[::1] probabilities,
    const int64_t[::1] words,
    const float[::1] extracted,
    const float[::1, :] values,
    tuple kinds,
    tuple page_columns,
    Py_ssize_t unspaced,
    tuple like,
    Py_ssize_t loose,
    Py_ssize_t tight,
    Py_ssize_t size,
):
    """Bodies (rows of `kept`) x `size` numbers: of each body, then of the page, in the order of rivals.FEATURES.

    `kinds`: columns of `values` (links, sentences, paragraphs, inside the core, hidden); `page_columns`: those whose first value tells of
    the page; `like`: the bodies that each is compared with. Sums are made block after block, in double: BLAS's products, and so the
    arbiter that is trained on them, would depend on the processor.
    """
    cdef Py_ssize_t bodies = kept.shape[0], count = kept.shape[1], body, other, block, at, part, kind
    cdef bytearray memory = scratch(count * sizeof(float))
    cdef float* products = <float*><char*>memory
    cdef float[:, ::1] weighed, matrix
    cdef double[3][_KINDS] sums  # of the body, of what it adds to the first, of what it cuts from it
    cdef Told told
    cdef float most = probabilities[0], own, all_words, expected_words, first_expected = 0, hoped, half
    cdef double unsure
    cdef float* row
    if not 0 < bodies <= _MOST_BODIES or len(kinds) != 5 or max(loose, tight, *like) >= bodies or min(loose, tight, *like) < 0:
        raise ValueError("no such bodies")
    if not probabilities.shape[0] == words.shape[0] == extracted.shape[0] == values.shape[0] == count:
        raise ValueError("blocks of several pages")
    weighed = np.empty((count, _KINDS), dtype=np.float32)
    _weigh(weighed, probabilities, words, extracted, values, kinds)
    _count(&told, kept, words, weighed)

    all_words = max(told.all_words, 1)
    own = max(told.words[0], 1)
    expected_words = sum_of(&weighed[0, 0], count, _KINDS)
    for block in range(count):
        products[block] = probabilities[block] * (<float>1 - probabilities[block]) * <float>words[block]
        most = max(most, probabilities[block])
    unsure = <double>sum_of(products, count, 1) / all_words

    made = np.empty((bodies, size), dtype=np.float32)
    matrix = made
    for body in range(bodies):
        row = &matrix[body, 0]
        _sum(sums, &kept[body, 0], &kept[0, 0], &weighed[0, 0], count)
        hoped = <float>sums[0][0]
        row[0] = body
        row[1] = <float>2 * hoped / max(told.words[body] + expected_words, <float>1)
        first_expected = row[1] if body == 0 else first_expected
        row[2] = row[1] - first_expected
        row[3], row[4] = told.words[body] / all_words, told.words[body] / own
        at = 5
        for other in like:
            row[at] = told.like[other][body]
            at += 1
        row[at] = sum_of(told.like[body], bodies, 1) / <float>bodies
        row[at + 1] = _median(told.like[body], bodies)
        at += 2
        for part in range(3):
            half = max(told.sizes[part][body], _LEAST)
            for kind in range(_KINDS):
                row[at] = <float>(sums[part][kind] / <double>half)
                at += 1
        row += at
        row[0], row[1] = told.sizes[1][body] / own, told.sizes[2][body] / own
        row[2], row[3], row[4], row[5] = told.added[body], told.cut[body], told.blocks[body], told.runs[body]
        row[6] = <float>(<double>told.runs[body] / <double>max(told.blocks[body], 1))
        row[7] = told.gaps[body] / max(told.words[body], <float>1)
        row[8] = (told.hopes[body] - hoped if told.blocks[body] else 0) / max(told.words[body], <float>1)
        at += 9
    page = [values[0, number] for number in page_columns]
    page += [count, first_expected, <double>told.words[0] / all_words, unsure, <double>sum_of(&weighed[0, 1], count, _KINDS) / all_words]
    page += [most, <double>told.words[loose] / own, <double>told.words[tight] / own]
    page.append(sum_of(&values[0, unspaced], count, 1) / <double>count)
    made[:, at:] = page
    return made


cdef int _weigh(
    float[:, ::1] weighed,
    const float[::1] probabilities,
    const int64_t[::1] words,
    const float[::1] extracted,
    const float[::1, :] values,
    tuple kinds,
) except -1:
    """By block each of the kinds, in words."""
    cdef Py_ssize_t block, links = kinds[0], sentences = kinds[1], paragraphs = kinds[2], core = kinds[3], hidden = kinds[4]
    cdef float length
    cdef float* row
    for block in range(words.shape[0]):
        length, row = words[block], &weighed[block, 0]
        row[0], row[1], row[2] = probabilities[block] * length, values[block, links] * length, values[block, sentences] * length
        row[3] = length if words[block] < _SHORT_WORDS else 0
        row[4], row[5] = values[block, paragraphs] * length, values[block, core] * length
        row[6], row[7] = extracted[block] * length, values[block, hidden] * length
    return 0


cdef void _sum(
    double[_KINDS]* sums, const unsigned char* mine, const unsigned char* first, const float* weighed, Py_ssize_t count
) noexcept nogil:
    """Of each kind the words in a body, those of what it adds to the first body, and those of what it cuts from it."""
    cdef Py_ssize_t block, kind
    cdef const float* row
    memset(sums, 0, 3 * sizeof(sums[0]))
    for block in range(count):
        row = weighed + block * _KINDS
        if mine[block]:
            for kind in range(_KINDS):
                sums[0][kind] += row[kind]
            if not first[block]:
                for kind in range(_KINDS):
                    sums[1][kind] += row[kind]
        elif first[block]:
            for kind in range(_KINDS):
                sums[2][kind] += row[kind]


cdef int _count(Told* told, const unsigned char[:, ::1] kept, const int64_t[::1] words, const float[:, ::1] weighed) except -1:
    cdef Py_ssize_t body, other, block, first, last, bodies = kept.shape[0], count = kept.shape[1]
    cdef bytearray memory = scratch(count * sizeof(int32_t) + 2 * (count + 1) * sizeof(float))
    cdef int32_t* of_body = <int32_t*><char*>memory  # words of the blocks in a body
    cdef float* before = <float*>(of_body + count)  # sums over the blocks before: of words, of what is hoped for
    cdef float* hoped_before = before + count + 1
    cdef float[_MOST_BODIES][_MOST_BODIES] shared
    cdef const unsigned char* mine
    cdef int32_t both
    told.words, told.all_words = told.sizes[0], 0
    before[0] = hoped_before[0] = 0
    for block in range(count):
        told.all_words += words[block]
        before[block + 1] = before[block] + <float>words[block]
        hoped_before[block + 1] = hoped_before[block] + weighed[block, 0]
    for body in range(bodies):
        told.added[body] = told.cut[body] = told.blocks[body] = told.runs[body] = 0
        mine = &kept[body, 0]
        first = last = -1
        for block in range(count):
            of_body[block] = words[block] if mine[block] else 0
            if mine[block]:
                first = block if first < 0 else first
                told.runs[body] += last < 0 or last + 1 < block
                last = block
                told.blocks[body] += 1
                told.added[body] += not kept[0, block]
            else:
                told.cut[body] += kept[0, block]
        for other in range(body + 1):
            mine = &kept[other, 0]
            both = 0
            for block in range(count):
                both += of_body[block] & -<int32_t>mine[block]
            shared[body][other] = shared[other][body] = both
        told.words[body] = shared[body][body]
        told.gaps[body] = told.hopes[body] = 0
        if first >= 0:
            told.gaps[body] = before[last + 1] - before[first] - told.words[body]
            told.hopes[body] = hoped_before[last + 1] - hoped_before[first]
    for body in range(bodies):
        told.sizes[1][body], told.sizes[2][body] = told.words[body] - shared[body][0], told.words[0] - shared[body][0]
        for other in range(bodies):
            told.like[body][other] = <float>2 * shared[body][other] / max(told.words[body] + told.words[other], <float>1)
    return 0


cdef float _median(const float* values, Py_ssize_t count) noexcept:
    """The value in the middle, the greater of two."""
    cdef float[_MOST_BODIES] ordered
    cdef Py_ssize_t at, place
    for at in range(count):
        place = at
        while place and ordered[place - 1] > values[at]:
            ordered[place] = ordered[place - 1]
            place -= 1
        ordered[place] = values[at]
    return ordered[count // 2]
