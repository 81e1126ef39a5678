"""The body, by trafilatura."""

from collections.abc import Iterator

import trafilatura
from lxml import etree
from trafilatura.core import bare_extraction

from schemas.records import FieldSource
from workers.pipeline.draft import Draft, replace
from workers.stages.joiners import Joiners

EXTRACTOR = "trafilatura"
EXTRACTOR_VERSION: str = trafilatura.__version__
FROM_TRAFILATURA = FieldSource(source="dom", rule="trafilatura.body")

_INLINE = frozenset({"hi", "ref", "del", "code", "a", "span"})  # of trafilatura's own tags and those it lets pass
_CELL_BREAK = " | "


def extract(draft: Draft) -> Draft:
    """Fill `paragraphs` in `parts` from `tree`, in page order; none when trafilatura finds no text. Comments out, tables in."""
    if draft.tree is None:
        return draft
    # Never deduplicate=True: it remembers texts between pages, and a page delivered again would lose its body.
    found = bare_extraction(draft.tree, url=draft.url, include_comments=False, include_tables=True)
    joiners = Joiners(draft.html or "")
    assert not isinstance(found, dict)
    paragraphs = [] if found is None else [joiners.restore(line) for line in body_lines(found.body)]
    sources = {**draft.sources, "articleBody": FROM_TRAFILATURA, "paragraphs": FROM_TRAFILATURA}
    return replace(draft, parts={**draft.parts, "paragraphs": paragraphs}, sources=sources)


def body_lines(body: etree._Element) -> list[str]:
    """The text of trafilatura's result, a line for each paragraph, heading, item, quote, line break, row of plain cells."""
    lines = [""]

    def walk(element: etree._Element) -> None:
        is_block = element.tag not in _INLINE
        if is_block:
            lines.append("")
        if element.tag == "row" and not _has_blocks_in_cells(element):
            lines[-1] += _CELL_BREAK.join(_cell_texts(element))
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
