# cython: cdivision=True
"""Features of the elements around a block, and of all that are like its own."""

from libc.string cimport memset

from workers.model.columns cimport Columns, scratch
from workers.model.measures cimport Measures
from workers.model.structure import LEVELS
from workers.model.structure cimport Place

cdef int _LEVELS = LEVELS
cdef tuple _GROUP_NAMES = tuple(
    tuple(f"{group}.{name}" for name in ("blocks", "words", "links", "extracted", "readable", "topic", "topic_density"))
    for group in (*(f"up{level}" for level in range(LEVELS)), "alike")
)


cdef struct Sums:
    Py_ssize_t blocks
    double words
    double links
    double extracted
    double readable
    double topic


def add_containers(Columns table not None, Place place not None, Measures measures not None):
    """Of the elements above a block, and of all elements like its own: how much text, and of what kind."""
    cdef Py_ssize_t block, count = table.count, size = max(place.nodes, table.count)
    cdef int level
    cdef bytearray memory = scratch(size * sizeof(Sums) + (table.count + place.nodes) * sizeof(Py_ssize_t))
    cdef Sums* sums = <Sums*><char*>memory
    cdef Py_ssize_t* group = <Py_ssize_t*>(sums + size)
    cdef Py_ssize_t* firsts = group + count  # by node: the first block whose parent it is
    cdef float* row
    cdef dict numbers
    table.check(place.count, measures.count)
    for level in range(_LEVELS):
        for block in range(count):
            group[block] = place.above(block, level)
        _add_group(table, _GROUP_NAMES[level], group, measures, sums, size)
    numbers = {}
    for block in range(count):
        pair = place.signature[place.above(block, 0)] * 4_096 + place.signature[place.above(block, 1)]
        group[block] = numbers.setdefault(pair, block)
    _add_group(table, _GROUP_NAMES[_LEVELS], group, measures, sums, size)
    row = table.row("place_in_parent")
    if row != NULL:
        for block in range(count - 1, -1, -1):
            firsts[place.above(block, 1)] = block
        for block in range(count):
            row[block] = min(block - firsts[place.above(block, 1)], 100)


cdef int _add_group(Columns table, tuple names, const Py_ssize_t* group, Measures measures, Sums* sums, Py_ssize_t size) except -1:
    """`group`: by block a number below `size`, of which there are as many sums."""
    cdef Py_ssize_t block
    cdef int place
    cdef double words
    cdef float length
    cdef float* rows[7]
    cdef Sums* of_group
    memset(sums, 0, size * sizeof(Sums))
    for place in range(7):
        rows[place] = table.row(names[place])
    for block in range(table.count):
        of_group = &sums[group[block]]
        length = measures.lengths[block]
        of_group.blocks += 1
        of_group.words += length
        of_group.links += length * measures.links[block]  # the products are rounded to float32
        of_group.extracted += length * measures.extracted_of[block]
        of_group.readable += measures.running[block]
        of_group.topic += measures.topic[block]
    for block in range(table.count):
        of_group = &sums[group[block]]
        words = max(of_group.words, 1.0)
        if rows[0] != NULL:
            rows[0][block] = of_group.blocks
        if rows[1] != NULL:
            rows[1][block] = <float>(of_group.words / measures.total)
        if rows[2] != NULL:
            rows[2][block] = <float>(of_group.links / words)
        if rows[3] != NULL:
            rows[3][block] = <float>(of_group.extracted / words)
        if rows[4] != NULL:
            rows[4][block] = <float>(of_group.readable / words)
        if rows[5] != NULL:
            rows[5][block] = <float>of_group.topic
        if rows[6] != NULL:
            rows[6][block] = <float>(of_group.topic * measures.total / words)
    return 0
