"""Features of the elements around a block, of where it stands on the page, and of the elements that hold most of the text."""

import numpy as np

from workers.model.blocks import TAG_NUMBER
from workers.model.columns import Columns
from workers.model.structure import LEVELS, Place
from workers.model.words import Bools, Floats, Ints

NO_DISTANCE = 99.0
_CORES = (0.4, 0.6, 0.8)  # of the page's running text
_PRICE = 12.0  # words of running text that a block without any costs, in the best run of blocks
_IS_HEADING = np.zeros(len(TAG_NUMBER) + 1, dtype=bool)
_IS_HEADING[[TAG_NUMBER[f"h{level}"] for level in range(1, 7)]] = True


def add_place(table: Columns, lengths: Floats, place: Place, joint: Ints, titled: Floats) -> None:
    """Where a block stands on the page, how far from its h1 and from the heading before. `titled`: shares in the page's title."""
    count, order = len(lengths), np.arange(len(lengths))
    total = max(float(lengths.sum()), 1.0)
    before = np.cumsum(lengths) - lengths
    table.add("page.blocks", count)
    table.add("page.words", total)
    table.add("place", order / count)
    table.add("place.words", before / total)
    tag, depth = place.tag[place.of_block], place.depth[place.of_block]
    table.add("joint.up", depth - joint)
    table.add("joint.up_before", np.concatenate(([0], depth[:-1])) - joint)
    table.add("joint.up_after", depth - np.append(joint[1:], 0))
    is_h1 = tag == TAG_NUMBER["h1"]
    heads = np.flatnonzero(is_h1)
    table.add("from_h1", np.clip(order - heads[0], -100, 300) if len(heads) else NO_DISTANCE)
    table.add("from_h1.words", before - before[heads[0]] if len(heads) else NO_DISTANCE)
    table.add("h1_count", len(heads))
    table.add("h1_before", np.cumsum(is_h1))
    last = np.maximum.accumulate(np.where(is_h1, order, -1))
    table.add("h1.titled", np.where(last >= 0, titled[np.maximum(last, 0)], 1))
    best = float(titled[heads].max()) if len(heads) else 0.0
    table.add("h1.untitled", np.where(last >= 0, best - titled[np.maximum(last, 0)], 0))
    is_head = _IS_HEADING[tag]
    last = np.maximum.accumulate(np.where(is_head, order, -1))
    found = np.maximum(last, 0)
    table.add("head.tag", np.where(last >= 0, tag[found], 0))
    table.add("head.words", np.where(last >= 0, before - before[found], before))
    table.add("head.titled", np.where(last >= 0, titled[found], 0))
    named = np.flatnonzero((titled >= 0.9) & (lengths >= 4))
    called = named[int(is_head[named].argmax())] if len(named) else -1
    table.add("from_title", np.clip(order - called, -100, 300) if len(named) else NO_DISTANCE)
    table.add("from_title.words", before - before[called] if len(named) else NO_DISTANCE)


def add_containers(table: Columns, place: Place, lengths: Floats, shares: dict[str, Floats], topic: Floats) -> None:
    """Of the elements above a block, and of all elements like its own: how much text, and of what kind. `topic` sums to 1."""
    total = max(float(lengths.sum()), 1.0)
    for level in range(LEVELS):
        _group(table, f"up{level}", place.above(level), lengths, shares, topic, total)
    pair = place.signature[place.of_block] * 4_096 + place.signature[place.above(1)]
    _, like = np.unique(pair, return_inverse=True)
    _group(table, "alike", like, lengths, shares, topic, total)
    order, above = np.arange(len(lengths)), place.above(1)
    firsts = np.full(len(place.nodes), len(order))
    np.minimum.at(firsts, above, order)
    table.add("place_in_parent", np.minimum(order - firsts[above], 100))


def _group(table: Columns, name: str, group: Ints, lengths: Floats, shares: dict[str, Floats], topic: Floats, total: float) -> None:
    words = np.bincount(group, weights=lengths)
    table.add(f"{name}.blocks", np.bincount(group)[group])
    table.add(f"{name}.words", words[group] / total)
    for share_name, share in shares.items():
        table.add(f"{name}.{share_name}", (np.bincount(group, weights=lengths * share) / np.maximum(words, 1))[group])
    about = np.bincount(group, weights=topic)
    table.add(f"{name}.topic", about[group])
    table.add(f"{name}.topic_density", (about * total / np.maximum(words, 1))[group])


def add_articles(table: Columns, place: Place, readable: Floats, topic: Floats) -> None:
    """Which `article` element a block is in, and how much running text that has, compared with the others; the same of best parents."""
    article = place.article[place.of_block]
    count = int(article.max()) + 1
    table.add("article", article)
    table.add("article.count", count)
    sums = np.bincount(article + 1, weights=readable, minlength=count + 1)
    table.add("article.share", sums[article + 1] / max(float(sums.max()), 1.0))
    table.add("article.topic", np.bincount(article + 1, weights=topic, minlength=count + 1)[article + 1])
    parent = place.above(1)
    text = np.bincount(parent, weights=readable, minlength=len(place.nodes))
    best = int(parent[text[parent].argmax()])
    table.add("best_parent.share", text[parent] / max(float(text.max()), 1.0))
    table.add("best_parent.is_mine", parent == best)
    table.add("best_parent.depth", place.depth[place.of_block] - place.depth[best])
    table.add("best_parent.near", place.inside(int(place.parent[best])))
    order, at = np.arange(len(readable)), np.flatnonzero(parent == best)
    table.add("best_parent.from_first", np.clip(order - at[0], -100, 300))
    table.add("best_parent.from_last", np.clip(order - at[-1], -300, 100))


def add_cores(table: Columns, place: Place, readable: Floats) -> None:
    """The deepest elements that hold most of the running text, the best one by readability's rule, and the best run of blocks."""
    sums = place.sums(readable)
    table.add("page.readable", float(sums[0]))
    for share in _CORES:
        holding = np.flatnonzero(sums >= share * sums[0])
        core = int(holding[place.depth[holding].argmax()])
        _add_core(table, f"core{share:.1f}", place, core)
    parents = np.bincount(place.above(1), weights=readable, minlength=len(place.nodes))
    scores = parents + 0.5 * np.bincount(place.parent, weights=parents, minlength=len(place.nodes))
    _add_core(table, "scored", place, int(scores.argmax()))
    table.add("scored.share", scores[place.above(1)] / max(float(scores.max()), 1.0))
    _add_run(table, readable)


def _add_core(table: Columns, name: str, place: Place, node: int) -> None:
    table.add(f"{name}.inside", place.inside(node))
    table.add(f"{name}.depth", place.depth[place.of_block] - place.depth[node])


def _add_run(table: Columns, readable: Floats) -> None:
    """The run of blocks with the most running text, where each block without any takes away as much as a short sentence."""
    worth = np.cumsum(np.where(readable > 0, readable, -_PRICE))
    before = np.concatenate(([0.0], worth[:-1]))
    lowest = np.minimum.accumulate(before)
    last = int((worth - lowest).argmax())
    first = int(before[: last + 1].argmin())
    order = np.arange(len(readable))
    inside: Bools = (order >= first) & (order <= last)
    table.add("run.inside", inside)
    table.add("run.from_first", np.clip(order - first, -100, 300))
    table.add("run.from_last", np.clip(order - last, -300, 100))
    table.add("run.words", readable[inside].sum())
