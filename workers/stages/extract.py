"""The body as trafilatura's own steps find it, on a copy of the tree without what cannot be article; and the blocks for the model."""

from collections.abc import Iterator
from contextlib import contextmanager

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from schemas.records import FieldSource
from workers.model.blocks import body_of, cut
from workers.model.copying import copy_without
from workers.pipeline.draft import Draft, replace
from workers.stages.menus import menus_of
from workers.stages.swallowed import swallowed_in
from workers.stages.trafilatura_body import trafilatura_body

EXTRACTOR = "trafilatura"
EXTRACTOR_VERSION: str = trafilatura.__version__
FROM_TRAFILATURA = FieldSource(source="dom", rule="trafilatura.body")

_LINKED = 0.8  # share of an element's text that is links, from which on it is a menu or a list of stories

_INLINE = frozenset({"hi", "ref", "del", "code", "a", "span"})  # of trafilatura's own tags and those it lets pass
CELL_BREAK = " | "


def extract(draft: Draft) -> Draft:
    """Fill `blocks`, and `paragraphs` in `parts` from `tree`, in page order; none when trafilatura finds no text."""
    if draft.tree is None:
        return draft
    tree, joiners = draft.tree, draft.joiners
    with plain(swallowed_in(tree)):
        blocks = cut(tree, joiners)
        menus = menus_of(blocks, _LINKED)
        body = trafilatura_body(lambda: copy_without(tree, body_of(tree), menus))
    paragraphs = [joiners.restore(line) for line in body_lines(body)]
    sources = {**draft.sources, "articleBody": FROM_TRAFILATURA, "paragraphs": FROM_TRAFILATURA}
    return replace(draft, blocks=blocks, parts={**draft.parts, "paragraphs": paragraphs}, sources=sources)


@contextmanager
def plain(elements: list[HtmlElement]) -> Iterator[None]:
    """Make elements plain for a time: a `div` each."""
    tags = [element.tag for element in elements]
    try:
        for element in elements:
            element.tag = "div"
        yield
    finally:
        for element, tag in zip(elements, tags, strict=True):
            element.tag = tag


def body_lines(body: etree._Element) -> list[str]:
    """The text of trafilatura's result, a line for each paragraph, heading, item, quote, line break, row of plain cells."""
    lines = [""]

    def walk(element: etree._Element) -> None:
        is_block = element.tag not in _INLINE
        if is_block:
            lines.append("")
        if element.tag == "row" and not _has_blocks_in_cells(element):
            lines[-1] += CELL_BREAK.join(_cell_texts(element))
        else:
            lines[-1] += element.text or ""
            for child in element:
                walk(child)
        if is_block:
            lines.append("")
        lines[-1] += element.tail or ""

    walk(body)
    return [line for block in lines for line in block.splitlines() if line.strip()]


def _has_blocks_in_cells(row: etree._Element) -> bool:
    return any(part.tag not in _INLINE for cell in row for part in cell.iter() if part is not cell)


def _cell_texts(row: etree._Element) -> Iterator[str]:
    for cell in row:
        text = " ".join("".join(map(str, cell.itertext())).split())
        if text:
            yield text
