# cython: cdivision=True
"""Features of the elements around a block, of where it stands on the page, and of the elements that hold most of the text."""

from libc.string cimport memset

from workers.model.blocks import TAG_NUMBER
from workers.model.columns cimport NO_DISTANCE, Columns, scratch
from workers.model.measures cimport Measures
from workers.model.pairs cimport sum_of
from workers.model.structure import LEVELS
from workers.model.structure cimport Place

cdef tuple _CORES = tuple((share, f"core{share:.1f}") for share in (0.4, 0.6, 0.8))  # of the page's running text
cdef float _PRICE = 12  # words of running text that a block without any costs, in the best run of blocks
cdef float _NAMED = 0.9  # of a block in the page's title
cdef Py_ssize_t _H1 = TAG_NUMBER["h1"], _H6 = TAG_NUMBER["h6"]  # the numbers between are the other headings
cdef int _LEVELS = LEVELS
cdef tuple _GROUP_NAMES = tuple(
    tuple(f"{group}.{name}" for name in ("blocks", "words", "links", "extracted", "readable", "topic", "topic_density"))
    for group in (*(f"up{level}" for level in range(LEVELS)), "alike")
)


cdef inline Py_ssize_t _clipped(Py_ssize_t value, Py_ssize_t least, Py_ssize_t most) noexcept:
    return min(max(value, least), most)


cdef int _fits(Columns table, Place place, Measures measures) except -1:
    if not table.count == place.count == measures.count:
        raise ValueError("a table of another page")
    return 0


cdef int _distances(Columns table, str name, Py_ssize_t origin, Py_ssize_t least, Py_ssize_t most) except -1:
    """How many blocks behind another one; no distance from -1."""
    cdef Py_ssize_t block
    cdef float* row = table.row(name)
    if row != NULL:
        for block in range(table.count):
            row[block] = _clipped(block - origin, least, most) if origin >= 0 else NO_DISTANCE
    return 0


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
    _fits(table, place, measures)
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
    _distances(table, "from_h1", h1, -100, 300)
    _distances_in_words(table, "from_h1.words", h1, before)
    table.add_number("h1_count", h1_count)
    _add_heads(table, place, titled, before, best)
    _distances(table, "from_title", called, -100, 300)
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
    _fits(table, place, measures)
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
    _fits(table, place, measures)
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
    _distances(table, "best_parent.from_first", first, -100, 300)
    _distances(table, "best_parent.from_last", last, -300, 100)


def add_cores(Columns table not None, Place place not None, Measures measures not None):
    """The deepest elements that hold most of the running text, the best one by readability's rule, and the best run of blocks."""
    cdef Py_ssize_t block, node, core, size = place.nodes
    cdef bytearray memory = scratch(3 * size * sizeof(double))
    cdef double* sums = <double*><char*>memory  # by node: of all blocks inside
    cdef double* parents = sums + size  # of the blocks whose parent it is
    cdef double* scores = parents + size
    cdef double share, most
    cdef float* row
    _fits(table, place, measures)
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
    _distances(table, "run.from_first", first, -100, 300)
    _distances(table, "run.from_last", last, -300, 100)
    table.add_number("run.words", sum_of(running + first, last + 1 - first, 1))
    return 0
