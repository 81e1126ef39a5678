"""The body as trafilatura's own steps find it, on a copy of the tree without what cannot be article; and the blocks for the model."""

from collections.abc import Iterator
from copy import copy

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from schemas.records import FieldSource
from workers.model.blocks import TAG_NUMBER, Blocks, cut
from workers.pipeline.draft import Draft, replace
from workers.stages.trafilatura_body import trafilatura_body

EXTRACTOR = "trafilatura"
EXTRACTOR_VERSION: str = trafilatura.__version__
FROM_TRAFILATURA = FieldSource(source="dom", rule="trafilatura.body")

_TEXTLESS = (
    "script style noscript template svg math canvas iframe object embed audio video map img input select option optgroup datalist textarea"
).split()
_APART = "head nav button aside footer label figure picture source menu dialog fieldset legend time".split()  # trafilatura removes them
_LINKED = 0.8  # share of an element's text that is links, from which on it is a menu or a list of stories
_MIN_LINKS = 3
_PARAGRAPH_CHARS = 80  # outside links

_string_length = etree.XPath("string-length()")

_INLINE = frozenset({"hi", "ref", "del", "code", "a", "span"})  # of trafilatura's own tags and those it lets pass
CELL_BREAK = " | "


def extract(draft: Draft) -> Draft:
    """Fill `blocks`, and `paragraphs` in `parts` from `tree`, in page order; none when trafilatura finds no text."""
    if draft.tree is None:
        return draft
    tree = copy(draft.tree)
    etree.strip_elements(tree, *_TEXTLESS, with_tail=False)
    keep_swallowed(tree)
    joiners = draft.joiners
    blocks = cut(tree, joiners)
    drop_menus(blocks)
    paragraphs = [joiners.restore(line) for line in body_lines(trafilatura_body(tree))]
    sources = {**draft.sources, "articleBody": FROM_TRAFILATURA, "paragraphs": FROM_TRAFILATURA}
    return replace(draft, blocks=blocks, parts={**draft.parts, "paragraphs": paragraphs}, sources=sources)


def keep_swallowed(tree: HtmlElement) -> None:
    """Make plain what is never article, but holds most of the page's text: the page forgot to close it."""
    most = _text_length(tree) / 2
    for element in tree.iter(*_APART):
        if _text_length(element) > most:
            element.tag = "div"


def _text_length(element: HtmlElement) -> float:
    length = _string_length(element)
    assert isinstance(length, float)
    return length


def drop_menus(blocks: Blocks) -> None:
    """Take out of the tree the outermost elements that are mostly links: trafilatura would, after looking at each link.

    One with a paragraph in it is no menu: then those inside it are asked.
    """
    nodes = blocks.nodes
    holds_text = [False] * len(nodes)
    chars, linked, links = [0] * len(nodes), [0] * len(nodes), [0] * len(nodes)
    for at, text, link_chars, link_count in zip(blocks.node, blocks.texts, blocks.link_chars, blocks.links, strict=True):
        chars[at] += len(text)
        linked[at] += min(link_chars, len(text))
        links[at] += link_count
        holds_text[at] = holds_text[at] or len(text) - link_chars >= _PARAGRAPH_CHARS
    for number in range(len(nodes) - 1, 0, -1):  # parents stand before their children
        parent = nodes[number].parent
        chars[parent] += chars[number]
        linked[parent] += linked[number]
        links[parent] += links[number]
        holds_text[parent] = holds_text[parent] or holds_text[number]
    gone = [False] * len(nodes)
    for number, node in enumerate(nodes):
        if number == 0:
            continue
        if gone[node.parent]:
            gone[number] = True
        elif not chars[number] or (
            links[number] >= _MIN_LINKS
            and not holds_text[number]
            and linked[number] >= _LINKED * chars[number]
            and node.tag != TAG_NUMBER["p"]
        ):
            gone[number] = True
            blocks.elements[number].drop_tree()


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
