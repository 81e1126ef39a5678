"""Pages with a second article after the first, as endless scrolling makes them, of two pages each: real ones are too few to learn from."""

from copy import deepcopy

from lxml.html import HtmlElement

from workers.model.blocks import Blocks, body_of, cut
from workers.model.compare import compare
from workers.model.cutter import elements_of
from workers.pipeline.draft import Draft

_LONG_CHARS = 80
_RUN = 0.5  # share of a block's runs of four words that the gold has
_MIN_BLOCKS = 3
_LEVELS = 6  # above the text, where the headline may be


def compose(draft: Draft, gold: str, other: Draft, other_gold: str) -> bool:
    """Put the other page's article after the draft's own in its tree, in an element of the same kind; False where either is not found."""
    own, foreign = _container(draft, gold), _container(other, other_gold)
    if own is None or foreign is None:
        return False
    added = deepcopy(foreign)
    added.tag = own.tag
    names = own.get("class")
    if names is not None:
        added.set("class", names)
    added.tail, own.tail = own.tail, None
    own.addnext(added)
    return True


def _container(draft: Draft, gold: str) -> HtmlElement | None:
    """The innermost element that holds the article's long blocks, with the h1 if one is near."""
    blocks = cut(draft.tree, draft.joiners)
    by_node = elements_of(body_of(draft.tree))
    elements = [by_node[blocks.node[number]] for number in _long_blocks(blocks, gold)]
    if len(elements) < _MIN_BLOCKS:
        return None
    shared = set.intersection(*({element, *element.iterancestors()} for element in elements))
    levels = [
        element for element in (elements[0], *elements[0].iterancestors()) if element in shared and element.tag not in ("body", "html")
    ]
    with_head = [element for element in levels[:_LEVELS] if element.find(".//h1") is not None]
    return next(iter(with_head or levels), None)


def _long_blocks(blocks: Blocks, gold: str) -> list[int]:
    if not blocks.texts:
        return []
    _, _, fours, _ = compare(blocks.texts, [gold]).shares()
    return [number for number, text in enumerate(blocks.texts) if len(text) >= _LONG_CHARS and fours[number] >= _RUN]
