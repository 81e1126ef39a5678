"""Features of a block's element: its tag, those above it, their names, those like it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.model.blocks import ROOTS, TAG_BIT, TAG_NUMBER, Blocks, Node
from workers.model.columns import Columns
from workers.model.words import Bools, Floats, Ints

LEVELS = 4  # containers above a block
_ROOT_BYTES = (len(ROOTS) + 7) // 8
_CELLS = (TAG_NUMBER["td"], TAG_NUMBER["th"])
_TAGS = ("p", "h2", "h3", "li", "div", "span")
_CONTAINERS = (
    "p h2 h3 li div span section article main aside header footer form figure figcaption blockquote pre dl ul ol table details summary"
).split()
_TAG_NAMES, _CONTAINER_NAMES = [f"tag={name}" for name in _TAGS], [f"in={name}" for name in _CONTAINERS]
_TAG_NUMBERS = np.array([[TAG_NUMBER[name]] for name in _TAGS])
_CONTAINER_BITS = np.array([[TAG_BIT[name]] for name in _CONTAINERS])
_NEAR_NAMES = tuple(f"near~{root}" for root in ROOTS)
_IN_NAMES = tuple(f"in~{root}" for root in ROOTS)


@dataclass(frozen=True, slots=True)
class Place:
    """Nodes as arrays, in page order (a parent stands before what is in it), and the node of each block."""

    nodes: list[Node]
    of_block: Ints
    parent: Ints  # the root is its own
    depth: Ints
    tag: Ints
    article: Ints
    signature: Ints
    tags: Ints

    @classmethod
    def of(cls, blocks: Blocks) -> "Place":
        """Of a page's blocks."""
        nodes = blocks.nodes
        parent = np.array([node.parent for node in nodes])
        return cls(
            nodes,
            np.array(blocks.node),
            np.maximum(parent, 0),
            np.array([node.depth for node in nodes]),
            np.array([node.tag for node in nodes]),
            np.array([node.article for node in nodes]),
            np.array([node.signature for node in nodes]),
            np.array([node.tags for node in nodes]),
        )

    def above(self, level: int) -> Ints:
        """By block: its node (0), its parent (1), ..."""
        found = self.of_block
        for _ in range(level):
            found = self.parent[found]
        return found

    def inside(self, node: int) -> Bools:
        """Which blocks stand inside a node, or are its own."""
        after = np.flatnonzero(self.depth[node + 1 :] <= self.depth[node])
        end = node + 1 + int(after[0]) if len(after) else len(self.nodes)
        return (self.of_block >= node) & (self.of_block < end)

    def groups(self) -> Ints:
        """A number for each block: the list of an item, or the table of a cell, that holds no other block; else one of its own."""
        alone = np.bincount(self.of_block)[self.of_block] == 1
        tag, parent = self.tag[self.of_block], self.parent[self.of_block]
        is_cell = ((tag == _CELLS[0]) | (tag == _CELLS[1])) & (self.tag[parent] == TAG_NUMBER["tr"])
        own = len(self.nodes) + np.arange(len(self.of_block))
        return np.where(alone & (tag == TAG_NUMBER["li"]), parent, np.where(alone & is_cell, self.parent[parent], own))

    def sums(self, values: Floats) -> NDArray[np.float64]:
        """By node: the sum of a value over the blocks inside it."""
        sums = np.bincount(self.of_block, weights=values, minlength=len(self.nodes)).tolist()
        for node in range(len(sums) - 1, 0, -1):
            sums[self.nodes[node].parent] += sums[node]
        return np.array(sums)


def add_structure(table: Columns, place: Place) -> None:
    """A block's element and those above it: tags, roots of class and id names, depth."""
    of_block = place.of_block
    tag, tags = place.tag[of_block], place.tags[of_block]
    table.add("tag", tag)
    table.add_all(_TAG_NAMES, tag == _TAG_NUMBERS)
    table.add_all(_CONTAINER_NAMES, (tags & _CONTAINER_BITS) != 0)
    nodes = place.nodes
    mine = [nodes[node] for node in of_block.tolist()]
    _add_roots(table, _NEAR_NAMES, [node.own_roots | nodes[max(node.parent, 0)].own_roots for node in mine])
    _add_roots(table, _IN_NAMES, [node.roots for node in mine])
    table.add("depth", place.depth[of_block])
    table.add("hidden", np.array([node.hidden for node in mine]))
    _add_likeness(table, place)


def _add_roots(table: Columns, names: tuple[str, ...], masks: list[int]) -> None:
    """A row of 0 and 1 for each root that is asked for, from bits. A page has few masks, and each many times."""
    asked, places = table.asked(names)
    number = {mask: row for row, mask in enumerate(dict.fromkeys(masks))}
    packed = np.frombuffer(b"".join([mask.to_bytes(_ROOT_BYTES, "little") for mask in number]), dtype=np.uint8)
    bits = np.unpackbits(packed.reshape(-1, _ROOT_BYTES), axis=1, bitorder="little").T
    table.add_all(asked, bits.take(places, axis=0).take([number[mask] for mask in masks], axis=1))


def _add_likeness(table: Columns, place: Place) -> None:
    """How many elements have the tag and class of those above a block, and how many of them stand before."""
    counts = np.bincount(place.signature)
    order = np.argsort(place.signature, kind="stable")
    before = np.empty(len(order), dtype=np.int64)
    before[order] = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    like = counts[place.signature]
    for level in range(LEVELS):
        above = place.above(level)
        table.add(f"up{level}.like", like[above])
        table.add(f"up{level}.like_before", before[above])
