# cython: cdivision=True
"""Features of a block's element: its tag, those above it, their names, those like it."""

from functools import lru_cache

from libc.string cimport memset

import numpy as np

from workers.model.blocks import ROOTS, TAG_BIT, TAG_NUMBER
from workers.model.columns cimport Columns, scratch

LEVELS = 4  # containers above a block
cdef int _LEVELS = LEVELS
cdef enum:
    _ROOT_BYTES = 24
cdef Py_ssize_t _TD = TAG_NUMBER["td"], _TH = TAG_NUMBER["th"], _TR = TAG_NUMBER["tr"], _LI = TAG_NUMBER["li"]
cdef Py_ssize_t _MOST_KNOWN = 8_192  # some 150 bytes each
cdef dict _KNOWN_BITS = {}
cdef tuple _TAGS = tuple((f"tag={name}", TAG_NUMBER[name]) for name in ("p", "h2", "h3", "li", "div", "span"))
cdef tuple _CONTAINERS = tuple(
    (f"in={name}", TAG_BIT[name])
    for name in (
        "p h2 h3 li div span section article main aside header footer form figure figcaption blockquote pre dl ul ol table details summary"
    ).split()
)
cdef tuple _NEAR_NAMES = tuple(f"near~{root}" for root in ROOTS), _IN_NAMES = tuple(f"in~{root}" for root in ROOTS)
cdef tuple _LIKE_NAMES = tuple((f"up{level}.like", f"up{level}.like_before") for level in range(LEVELS))
if len(ROOTS) > 8 * _ROOT_BYTES:
    raise AssertionError("more roots than bits")


cdef int numbers(list values, Py_ssize_t count, Py_ssize_t* into) except -1:
    """Read whole numbers; ValueError when there are not `count`."""
    cdef Py_ssize_t at
    if len(values) != count:
        raise ValueError(f"{len(values)} numbers for {count} blocks")
    for at in range(count):
        into[at] = values[at]
    return 0


def plain_cells(blocks):
    """By block, of a cell of a table without other blocks in it: its row, and the element around that, as numbers of nodes.

    None for other blocks; None instead of the list for a page without cells.
    """
    cdef list nodes = blocks.nodes, node_of = blocks.node
    cdef Py_ssize_t block, number, row, count = len(node_of), previous = -1, tag
    cdef list found = None
    for block in range(count):
        number = node_of[block]
        if number == previous:
            if found is not None:
                found[block - 1] = None
            continue
        previous = number
        tag = nodes[number].tag
        if tag == _TD or tag == _TH:
            if found is None:
                found = [None] * count
            row = nodes[number].parent
            if nodes[row].tag == _TR:
                found[block] = row, nodes[row].parent
    return found


cdef class Place:
    """Nodes as arrays, in page order (a parent stands before what is in it), and the node of each block.

    ValueError for nodes in another order, or a block without a node.
    """

    def __init__(self, blocks):
        cdef list nodes = blocks.nodes
        cdef Py_ssize_t node, parent, count = len(blocks.texts), size = len(nodes)
        self._nodes, self.count, self.nodes = nodes, count, size
        self._memory = scratch((2 * count + 5 * size) * sizeof(Py_ssize_t))
        self.of_block = <Py_ssize_t*><char*>self._memory
        self.joint, self.parent = self.of_block + count, self.of_block + 2 * count
        self.depth, self.tag, self.signature, self.end = (
            self.parent + size, self.parent + 2 * size, self.parent + 3 * size, self.parent + 4 * size
        )
        numbers(blocks.node, count, self.of_block)
        numbers(blocks.joint, count, self.joint)
        for node in range(size):
            made = nodes[node]
            parent = made.parent
            self.parent[node] = max(parent, 0)
            self.depth[node], self.tag[node], self.signature[node], self.end[node] = made.depth, made.tag, made.signature, node + 1
            if not (parent < node and -1 <= parent and 0 <= self.signature[node] <= size):
                raise ValueError("a node stands before its parent")
        for node in range(size - 1, 0, -1):
            parent = self.parent[node]
            self.end[parent] = max(self.end[parent], self.end[node])
        for node in range(count):
            if not 0 <= self.of_block[node] < size:
                raise ValueError("a block without a node")

    cdef int articles(self, Py_ssize_t* into) except -1:
        """By block: the number of the `article` element it is in, -1 outside."""
        cdef Py_ssize_t block
        for block in range(self.count):
            into[block] = self._nodes[self.of_block[block]].article
            if not -1 <= into[block] < self.nodes:
                raise ValueError("no such article")
        return 0

    def groups(self):
        """A number for each block: the list of an item, or the table of a cell, that holds no other block; else one of its own."""
        found = np.empty(self.count, dtype=np.int64)
        cdef long long[::1] group = found
        cdef Py_ssize_t block, node, parent, tag, previous = -1
        cdef bytearray memory = scratch(self.nodes * sizeof(Py_ssize_t))
        cdef Py_ssize_t* blocks_in = <Py_ssize_t*><char*>memory
        memset(blocks_in, 0, self.nodes * sizeof(Py_ssize_t))
        for block in range(self.count):
            blocks_in[self.of_block[block]] += 1
        for block in range(self.count):
            node = self.of_block[block]
            parent, tag = self.parent[node], self.tag[node]
            group[block] = self.nodes + block
            if blocks_in[node] == 1:
                if tag == _LI:
                    group[block] = parent
                elif (tag == _TD or tag == _TH) and self.tag[parent] == _TR:
                    group[block] = self.parent[parent]
        return found

    def add_to(self, Columns table not None):
        """A block's element and those above it: tags, roots of class and id names, depth."""
        cdef Py_ssize_t block, number
        cdef unsigned long long bit
        cdef bytearray memory = scratch(self.count * sizeof(unsigned long long))
        cdef unsigned long long* tags = <unsigned long long*><char*>memory
        cdef float* row
        cdef list mine
        _same_count(self, table)
        mine = [self._nodes[self.of_block[block]] for block in range(self.count)]
        for block in range(self.count):
            tags[block] = tags[block - 1] if block and mine[block] is mine[block - 1] else mine[block].tags
        row = table.row("tag")
        if row != NULL:
            for block in range(self.count):
                row[block] = self.tag[self.of_block[block]]
        for name, number in _TAGS:
            row = table.row(name)
            if row != NULL:
                for block in range(self.count):
                    row[block] = self.tag[self.of_block[block]] == number
        for name, bit in _CONTAINERS:
            row = table.row(name)
            if row != NULL:
                for block in range(self.count):
                    row[block] = (tags[block] & bit) != 0
        near, inside = [], []
        for block in range(self.count):
            node = mine[block]
            if block and node is mine[block - 1]:
                near.append(near[block - 1])
                inside.append(inside[block - 1])
            else:
                near.append(node.own_roots | self._nodes[self.parent[self.of_block[block]]].own_roots)
                inside.append(node.roots)
        _add_roots(table, _NEAR_NAMES, near)
        _add_roots(table, _IN_NAMES, inside)
        row = table.row("depth")
        if row != NULL:
            for block in range(self.count):
                row[block] = self.depth[self.of_block[block]]
        row = table.row("hidden")
        if row != NULL:
            for block in range(self.count):
                row[block] = bool(mine[block].hidden)
        _add_likeness(table, self)


@lru_cache(maxsize=64)
def _among(names, asked):
    """Of a group of names those that are asked for, and where they stand in the group."""
    places = [place for place, name in enumerate(names) if asked is None or name in asked]
    return [names[place] for place in places], places


cdef int _same_count(Place place, Columns table) except -1:
    if place.count != table.count:
        raise ValueError("a table of another page")
    return 0


cdef int _add_roots(Columns table, tuple names, list masks) except -1:
    """A row of 0 and 1 for each root that is asked for, from bits. Each mask has few, and blocks that follow have the same."""
    cdef Py_ssize_t block, count = table.count, place
    cdef float* rows[8 * _ROOT_BYTES]
    cdef bytes set_bits = b""
    cdef unsigned char bit
    cdef float* row
    memset(rows, 0, sizeof(rows))
    asked, places = _among(names, table.asked)
    row = table.rows(asked)
    memset(row, 0, len(<list>asked) * count * sizeof(float))
    for place in <list>places:
        rows[place] = row
        row += count
    last = 0
    for block in range(count):
        mask = masks[block]
        if mask != last:
            last, set_bits = mask, _set_bits(mask)
        for bit in set_bits:
            if rows[bit] != NULL:
                rows[bit][block] = 1
    return 0


cdef bytes _set_bits(mask):
    """Which bits of a mask are set. Pages have the same few combinations of roots again and again."""
    cdef bytes found = _KNOWN_BITS.get(mask)
    if found is None:
        found = bytes([bit for bit in range(8 * _ROOT_BYTES) if mask >> bit & 1])
        if len(_KNOWN_BITS) >= _MOST_KNOWN:
            _KNOWN_BITS.clear()
        _KNOWN_BITS[mask] = found
    return found


cdef int _add_likeness(Columns table, Place place) except -1:
    """How many elements have the tag and class of those above a block, and how many of them stand before."""
    cdef Py_ssize_t node, block
    cdef int level
    cdef bytearray memory = scratch((2 * place.nodes + 1) * sizeof(Py_ssize_t))
    cdef Py_ssize_t* like = <Py_ssize_t*><char*>memory  # by signature
    cdef Py_ssize_t* before = like + place.nodes + 1  # by node
    cdef float* likes
    cdef float* befores
    memset(like, 0, (place.nodes + 1) * sizeof(Py_ssize_t))
    for node in range(place.nodes):
        before[node] = like[place.signature[node]]
        like[place.signature[node]] += 1
    for level in range(_LEVELS):
        likes, befores = table.row(_LIKE_NAMES[level][0]), table.row(_LIKE_NAMES[level][1])
        for block in range(place.count):
            node = place.above(block, level)
            if likes != NULL:
                likes[block] = like[place.signature[node]]
            if befores != NULL:
                befores[block] = before[node]
    return 0
