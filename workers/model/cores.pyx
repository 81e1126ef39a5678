# cython: cdivision=True
"""Features of the elements, and of the run of blocks, that hold most of the text."""

from libc.string cimport memset

from workers.model.columns cimport Columns, scratch
from workers.model.measures cimport Measures
from workers.model.pairs cimport sum_of
from workers.model.structure cimport Place

cdef tuple _CORES = tuple((share, f"core{share:.1f}") for share in (0.4, 0.6, 0.8))  # of the page's running text
cdef float _PRICE = 12  # words of running text that a block without any costs, in the best run of blocks


def add_articles(Columns table not None, Place place not None, Measures measures not None):
    """Which `article` element a block is in, and how much running text that has, compared with the others; the same of best parents."""
    cdef Py_ssize_t block, node, best, first = -1, last = -1, count = table.count, articles, size = place.nodes
    cdef bytearray memory = scratch((3 * size + 2 + count) * sizeof(double))
    cdef double* sums = <double*><char*>memory  # by article, from -1 on
    cdef double* topics = sums + size + 1
    cdef double* text = topics + size + 1  # by node: running text of the blocks whose parent it is
    cdef Py_ssize_t* article = <Py_ssize_t*>(text + size)  # by block
    cdef double most = 0, most_text = 0
    cdef float* row
    table.check(place.count, measures.count)
    memset(sums, 0, (3 * size + 2) * sizeof(double))
    place.articles(article)
    articles = 0
    for block in range(count):
        articles = max(articles, article[block] + 1)
        sums[article[block] + 1] += measures.running[block]
        topics[article[block] + 1] += measures.topic[block]
        text[place.above(block, 1)] += measures.running[block]
    best = place.above(0, 1)
    for block in range(count):
        most = max(most, sums[article[block] + 1])
        if text[place.above(block, 1)] > text[best]:
            best = place.above(block, 1)
    most_text = max(text[best], 1.0)
    most = max(most, 1.0)
    row = table.row("article")
    if row != NULL:
        for block in range(count):
            row[block] = article[block]
    table.add_number("article.count", articles)
    row = table.row("article.share")
    if row != NULL:
        for block in range(count):
            row[block] = <float>(sums[article[block] + 1] / most)
    row = table.row("article.topic")
    if row != NULL:
        for block in range(count):
            row[block] = <float>topics[article[block] + 1]
    row = table.row("best_parent.share")
    if row != NULL:
        for block in range(count):
            row[block] = <float>(text[place.above(block, 1)] / most_text)
    row = table.row("best_parent.is_mine")
    if row != NULL:
        for block in range(count):
            row[block] = place.above(block, 1) == best
    row = table.row("best_parent.depth")
    if row != NULL:
        for block in range(count):
            row[block] = place.depth[place.of_block[block]] - place.depth[best]
    row = table.row("best_parent.near")
    if row != NULL:
        for block in range(count):
            row[block] = place.inside(block, place.parent[best])
    for block in range(count):
        if place.above(block, 1) == best:
            first = block if first < 0 else first
            last = block
    table.add_distances("best_parent.from_first", first, -100, 300)
    table.add_distances("best_parent.from_last", last, -300, 100)


def add_cores(Columns table not None, Place place not None, Measures measures not None):
    """The deepest elements that hold most of the running text, the best one by readability's rule, and the best run of blocks."""
    cdef Py_ssize_t block, node, core, size = place.nodes
    cdef bytearray memory = scratch(3 * size * sizeof(double))
    cdef double* sums = <double*><char*>memory  # by node: of all blocks inside
    cdef double* parents = sums + size  # of the blocks whose parent it is
    cdef double* scores = parents + size
    cdef double share, most
    cdef float* row
    table.check(place.count, measures.count)
    memset(sums, 0, 3 * size * sizeof(double))
    for block in range(table.count):
        sums[place.of_block[block]] += measures.running[block]
        parents[place.above(block, 1)] += measures.running[block]
    for node in range(size - 1, 0, -1):
        sums[place.parent[node]] += sums[node]
    table.add_number("page.readable", sums[0])
    for share, name in _CORES:
        core = -1
        for node in range(size):
            if sums[node] >= share * sums[0] and (core < 0 or place.depth[node] > place.depth[core]):
                core = node
        _add_core(table, name, place, core)
    for node in range(size):
        scores[place.parent[node]] += parents[node]
    core = 0
    for node in range(size):
        scores[node] = parents[node] + 0.5 * scores[node]
        if scores[node] > scores[core]:
            core = node
    _add_core(table, "scored", place, core)
    most = max(scores[core], 1.0)
    row = table.row("scored.share")
    if row != NULL:
        for block in range(table.count):
            row[block] = <float>(scores[place.above(block, 1)] / most)
    _add_run(table, measures)


cdef int _add_core(Columns table, str name, Place place, Py_ssize_t node) except -1:
    cdef Py_ssize_t block
    cdef float* row = table.row(f"{name}.inside")
    if row != NULL:
        for block in range(table.count):
            row[block] = place.inside(block, node)
    row = table.row(f"{name}.depth")
    if row != NULL:
        for block in range(table.count):
            row[block] = place.depth[place.of_block[block]] - place.depth[node]
    return 0


cdef int _add_run(Columns table, Measures measures) except -1:
    """The run of blocks with the most running text, where each block without any takes away as much as a short sentence."""
    cdef Py_ssize_t block, first = 0, last = 0, lowest_at = 0
    cdef float worth = 0, lowest = 0, before
    cdef double most = -1
    cdef float* row
    cdef const float* running = measures.running
    for block in range(table.count):
        before = worth
        if before < lowest:
            lowest, lowest_at = before, block
        worth = worth + (running[block] if running[block] > 0 else -_PRICE)
        if block == 0 or <double>worth - <double>lowest > most:
            most = <double>worth - <double>lowest
            first, last = lowest_at, block
    row = table.row("run.inside")
    if row != NULL:
        for block in range(table.count):
            row[block] = first <= block <= last
    table.add_distances("run.from_first", first, -100, 300)
    table.add_distances("run.from_last", last, -300, 100)
    table.add_number("run.words", sum_of(running + first, last + 1 - first, 1))
    return 0
