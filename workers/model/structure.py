"""Features of a block's place: its element, those above it, those like it, and where on the page it stands."""

import numpy as np
from numpy.typing import NDArray

from workers.model.blocks import ROOTS, TAG_BIT, TAG_NUMBER, Node
from workers.model.columns import Columns
from workers.model.words import Floats, Ints

NO_DISTANCE = 99.0
_LEVELS = 4  # containers above a block
_HALF = 48  # ROOTS are more than 64: two columns of bits
_MASK = (1 << _HALF) - 1


def _bits(*columns: Ints) -> NDArray[np.uint8]:
    """A row of 0 and 1 for each root, from two columns of bits."""
    halves = [
        np.unpackbits(np.ascontiguousarray(column).view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")[:, :_HALF]
        for column in columns
    ]
    return np.hstack(halves)[:, : len(ROOTS)].T


_CONTAINERS = (
    "p h2 h3 li div span section article main aside header footer form figure figcaption blockquote pre dl ul ol table details summary"
).split()
_NEAR_NAMES = [f"near~{root}" for root in ROOTS]
_IN_NAMES = [f"in~{root}" for root in ROOTS]


def read_nodes(nodes: list[Node]) -> Ints:
    """By node: parent, depth, tag, article, signature, ancestors' tags, own roots and the parent's, ancestors' roots (bits)."""
    rows = [
        (
            n.parent,
            n.depth,
            n.tag,
            n.article,
            n.signature,
            n.tags,
            n.own_roots & _MASK,
            n.own_roots >> _HALF,
            n.roots & _MASK,
            n.roots >> _HALF,
        )
        for n in nodes
    ]
    return np.array(rows, dtype=np.int64)


def add_structure(table: Columns, nodes: Ints, of_block: Ints) -> None:
    """A block's element and those above it: tags, roots of class and id names, depth."""
    mine = nodes[of_block]
    table.add("tag", mine[:, 2])
    for tag in ("p", "h2", "h3", "li", "div", "span"):
        table.add(f"tag={tag}", mine[:, 2] == TAG_NUMBER[tag])
    for tag in _CONTAINERS:
        table.add(f"in={tag}", (mine[:, 5] & TAG_BIT[tag]) != 0)
    parents = nodes[np.maximum(mine[:, 0], 0)]
    table.add_all(_NEAR_NAMES, _bits(mine[:, 6] | parents[:, 6], mine[:, 7] | parents[:, 7]))
    table.add_all(_IN_NAMES, _bits(mine[:, 8], mine[:, 9]))
    table.add("depth", mine[:, 1])


def add_place(table: Columns, lengths: Floats, nodes: Ints, of_block: Ints) -> None:
    """Where a block stands on the page, and how far from its h1."""
    count, order = len(lengths), np.arange(len(lengths))
    total = max(float(lengths.sum()), 1.0)
    before = np.cumsum(lengths) - lengths
    table.add("page.blocks", count)
    table.add("page.words", total)
    table.add("place", order / count)
    table.add("place.words", before / total)
    heads = np.flatnonzero(nodes[of_block, 2] == TAG_NUMBER["h1"])
    table.add("from_h1", np.clip(order - heads[0], -100, 300) if len(heads) else NO_DISTANCE)
    table.add("from_h1.words", before - before[heads[0]] if len(heads) else NO_DISTANCE)
    table.add("h1_count", len(heads))


def add_containers(table: Columns, nodes: Ints, of_block: Ints, lengths: Floats, shares: dict[str, Floats]) -> None:
    """Of the elements above a block, and of all elements like its own: how much text, how much of it links, extracted, running text."""
    total = max(float(lengths.sum()), 1.0)
    container = of_block
    for level in range(_LEVELS):
        if level:
            container = np.maximum(nodes[container, 0], 0)
        _group(table, f"up{level}", container, len(nodes), lengths, shares, total)
    pair = nodes[of_block, 4] * 4_096 + nodes[np.maximum(nodes[of_block, 0], 0), 4]
    _, like = np.unique(pair, return_inverse=True)
    _group(table, "alike", like, int(like.max()) + 1, lengths, shares, total)
    order = np.arange(len(of_block))
    above = np.maximum(nodes[of_block, 0], 0)
    firsts = np.full(len(nodes), len(order))
    np.minimum.at(firsts, above, order)
    table.add("place_in_parent", np.minimum(order - firsts[above], 100))


def _group(table: Columns, name: str, group: Ints, size: int, lengths: Floats, shares: dict[str, Floats], total: float) -> None:
    words = np.bincount(group, weights=lengths, minlength=size)
    table.add(f"{name}.blocks", np.bincount(group, minlength=size)[group])
    table.add(f"{name}.words", words[group] / total)
    for share_name, share in shares.items():
        inside = np.bincount(group, weights=lengths * share, minlength=size) / np.maximum(words, 1)
        table.add(f"{name}.{share_name}", inside[group])


def add_articles(table: Columns, nodes: Ints, of_block: Ints, readable: Floats) -> None:
    """Which `article` element a block is in, and how much running text that has, compared with the others; the same of best parents."""
    article = nodes[of_block, 3]
    count = int(article.max()) + 1
    table.add("article", article)
    table.add("article.count", count)
    sums = np.bincount(article + 1, weights=readable, minlength=count + 1)
    table.add("article.share", sums[article + 1] / max(float(sums.max()), 1.0))
    parent = np.maximum(nodes[of_block, 0], 0)
    text = np.bincount(parent, weights=readable, minlength=len(nodes))
    best = int(parent[text[parent].argmax()])
    table.add("best_parent.share", text[parent] / max(float(text.max()), 1.0))
    table.add("best_parent.is_mine", parent == best)
    table.add("best_parent.depth", nodes[of_block, 1] - nodes[best, 1])
    inside = np.zeros(len(nodes), dtype=bool)
    upper = max(int(nodes[best, 0]), 0)
    above = np.maximum(nodes[:, 0], 0)
    inside[upper] = True
    for _ in range(6):
        inside |= inside[above]
    table.add("best_parent.near", inside[of_block])
    order = np.arange(len(of_block))
    at = np.flatnonzero(parent == best)
    table.add("best_parent.from_first", np.clip(order - at[0], -100, 300))
    table.add("best_parent.from_last", np.clip(order - at[-1], -300, 100))
