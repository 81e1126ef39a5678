# cython: cdivision=True
"""Features of where a block stands on the page, and how far from its headings."""

from workers.model.blocks import TAG_NUMBER
from workers.model.columns cimport NO_DISTANCE, Columns, scratch
from workers.model.measures cimport Measures
from workers.model.structure cimport Place

cdef float _NAMED = 0.9  # of a block in the page's title
cdef Py_ssize_t _H1 = TAG_NUMBER["h1"], _H6 = TAG_NUMBER["h6"]  # the numbers between are the other headings


cdef int _distances_in_words(Columns table, str name, Py_ssize_t origin, const float* before) except -1:
    cdef Py_ssize_t block
    cdef float* row = table.row(name)
    if row != NULL:
        for block in range(table.count):
            row[block] = before[block] - before[origin] if origin >= 0 else NO_DISTANCE
    return 0


def add_place(Columns table not None, Place place not None, Measures measures not None):
    """Where a block stands on the page, how far from its h1 and from the heading before."""
    cdef Py_ssize_t block, last, tag, count = table.count, h1 = -1, h1_count = 0, called = -1, tag_of_called = 0
    cdef float best = 0, sum_of_words = 0
    cdef float total = <float>measures.total
    cdef float* row
    cdef bytearray memory = scratch(count * sizeof(float))
    cdef float* before = <float*><char*>memory  # words
    cdef const float* titled = measures.titled
    cdef Py_ssize_t* joint = place.joint
    table.check(place.count, measures.count)
    for block in range(count):
        sum_of_words += measures.lengths[block]
        before[block] = sum_of_words - measures.lengths[block]
        tag = place.tag[place.of_block[block]]
        if tag == _H1:
            h1 = block if h1 < 0 else h1
            h1_count += 1
            best = max(best, titled[block])
        if titled[block] >= _NAMED and measures.lengths[block] >= 4:
            if called < 0 or (_H1 <= tag <= _H6 and not _H1 <= tag_of_called <= _H6):
                called, tag_of_called = block, tag
    table.add_number("page.blocks", count)
    table.add_number("page.words", measures.total)
    row = table.row("place")
    if row != NULL:
        for block in range(count):
            row[block] = <double>block / <double>count
    row = table.row("place.words")
    if row != NULL:
        for block in range(count):
            row[block] = before[block] / total
    row = table.row("joint.up")
    if row != NULL:
        for block in range(count):
            row[block] = place.depth[place.of_block[block]] - joint[block]
    row = table.row("joint.up_before")
    if row != NULL:
        for block in range(count):
            row[block] = (place.depth[place.of_block[block - 1]] if block else 0) - joint[block]
    row = table.row("joint.up_after")
    if row != NULL:
        for block in range(count):
            row[block] = place.depth[place.of_block[block]] - (joint[block + 1] if block + 1 < count else 0)
    table.add_distances("from_h1", h1, -100, 300)
    _distances_in_words(table, "from_h1.words", h1, before)
    table.add_number("h1_count", h1_count)
    _add_heads(table, place, titled, before, best)
    table.add_distances("from_title", called, -100, 300)
    _distances_in_words(table, "from_title.words", called, before)


cdef int _add_heads(Columns table, Place place, const float* titled, const float* before, float best) except -1:
    """The h1 and the heading before a block. `best`: the greatest share that an h1 has in the title."""
    cdef Py_ssize_t block, tag, h1 = -1, head = -1, h1_before = 0
    cdef float* row_before = table.row("h1_before")
    cdef float* row_titled = table.row("h1.titled")
    cdef float* row_untitled = table.row("h1.untitled")
    cdef float* row_tag = table.row("head.tag")
    cdef float* row_words = table.row("head.words")
    cdef float* row_head = table.row("head.titled")
    for block in range(table.count):
        tag = place.tag[place.of_block[block]]
        if tag == _H1:
            h1 = block
            h1_before += 1
        if _H1 <= tag <= _H6:
            head = block
        if row_before != NULL:
            row_before[block] = h1_before
        if row_titled != NULL:
            row_titled[block] = titled[h1] if h1 >= 0 else 1
        if row_untitled != NULL:
            row_untitled[block] = best - titled[h1] if h1 >= 0 else 0
        if row_tag != NULL:
            row_tag[block] = place.tag[place.of_block[head]] if head >= 0 else 0
        if row_words != NULL:
            row_words[block] = before[block] - before[head] if head >= 0 else before[block]
        if row_head != NULL:
            row_head[block] = titled[head] if head >= 0 else 0
    return 0
