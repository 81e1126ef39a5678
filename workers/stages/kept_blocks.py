"""What is put right of a body before the rules see it: sure blocks that were left out inside it, what is none of the article.

A body is one of several that the page may have, and was chosen as a whole (`workers/model/rivals.py`). So a line in its midst may be
missing, and a box beside the article, or a line above its headline, may have come with it.
"""

from collections.abc import Sequence

from workers.model.blocks import ROOTS, TAG_BIT, TAG_NUMBER, Blocks, roots_of
from workers.rules.fold import fold_ends
from workers.stages.blocks import is_prose

SURE = 0.7  # of a block between kept ones, from which on it is kept as well
LIKELY = 0.5  # ... of a sentence without links in a small gap
MOST_IN_GAP = 2  # blocks
CERTAIN = 0.95  # of a block in a box, from which on it stays
BOX_SHARE = 0.35  # of the body's characters: elements of one name that hold more of them hold the article
MOST_ABOVE = 40  # blocks from the first kept one on, among which the headline may stand
_H1 = TAG_NUMBER["h1"]
_BOX_NAMES = "menu nav share social comment author byline bio copyright disclaimer legal modal overlay tooltip pagin fact infobox"
_BOX_ROOTS = roots_of(_BOX_NAMES)
_BOX_TAGS = TAG_BIT["aside"] | TAG_BIT["footer"]
_TAGS_AFTER = len(ROOTS)  # tags are bits above those of names
_HEADINGS = frozenset(TAG_NUMBER[f"h{rank}"] for rank in range(1, 7))


def put_right(blocks: Blocks, kept: Sequence[bool], probabilities: Sequence[float], headline: str | None) -> list[bool]:
    """All of it, in order. `headline`: the page's."""
    found = with_sentences(blocks, with_sure(kept, probabilities), probabilities)
    return without_kickers(blocks, without_boxes(blocks, found, probabilities), headline)


def with_sure(kept: Sequence[bool], probabilities: Sequence[float]) -> list[bool]:
    """What is kept, and the blocks from SURE on between the first and the last of it."""
    found = list(kept)
    if True in found:
        for at in range(found.index(True), len(found) - found[::-1].index(True)):
            found[at] = found[at] or probabilities[at] >= SURE
    return found


def with_sentences(blocks: Blocks, kept: Sequence[bool], probabilities: Sequence[float]) -> list[bool]:
    """What is kept, and the likely sentences between two kept blocks that have hardly anything else between them."""
    found = list(kept)
    before = len(found)  # no kept block yet: a gap after it is none
    for after, is_kept in enumerate(kept):
        if is_kept:
            gap = range(before + 1, after)
            for at in gap if len(gap) <= MOST_IN_GAP else ():
                found[at] = probabilities[at] >= LIKELY and not blocks.link_chars[at] and is_prose(blocks.texts[at])
            before = after
    return found


def without_boxes(blocks: Blocks, kept: Sequence[bool], probabilities: Sequence[float]) -> list[bool]:
    """What is kept, less the blocks in elements named as what is no article, where those of one name hold a small part of the body."""
    names = {at: bits for at, is_kept in enumerate(kept) if is_kept and (bits := _box_names(blocks, blocks.node[at]))}
    found = list(kept)
    if not names:
        return found
    most = BOX_SHARE * sum(len(text) for text, is_kept in zip(blocks.texts, kept, strict=True) if is_kept)
    left = 0
    for bits in names.values():
        left |= bits
    while left:
        name = left & -left
        left ^= name
        inside = [at for at, bits in names.items() if bits & name]
        if sum(len(blocks.texts[at]) for at in inside) < most:
            for at in inside:
                found[at] = probabilities[at] >= CERTAIN
    return found


def without_kickers(blocks: Blocks, kept: Sequence[bool], headline: str | None) -> list[bool]:
    """What is kept, less the lines above the page's headline, where no running text is among them."""
    found = list(kept)
    folded = fold_ends(headline) if headline else ""
    first = found.index(True) if folded and True in found else len(found)
    for at in range(first, min(first + MOST_ABOVE, len(found))):
        if blocks.nodes[blocks.node[at]].tag == _H1 and fold_ends(blocks.texts[at]) == folded:
            found[first:at] = [False] * (at - first)
            break
        if found[at] and is_prose(blocks.texts[at]):
            break
    return found


def _box_names(blocks: Blocks, number: int) -> int:
    """The names of boxes around a block, as bits: of its class names and ids, those of tags above them. A heading's own id is its text."""
    node = blocks.nodes[number]
    roots = node.roots
    if node.tag in _HEADINGS and node.own_roots:
        roots = blocks.nodes[node.parent].roots if node.parent >= 0 else 0
    return roots & _BOX_ROOTS | (node.tags & _BOX_TAGS) << _TAGS_AFTER
