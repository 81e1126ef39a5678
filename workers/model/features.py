"""Numbers that describe each block of a page: none of them names a site, or a word of any language."""

from dataclasses import dataclass
from itertools import accumulate

from workers.model.blocks import Blocks
from workers.model.columns import Columns
from workers.model.containers import add_containers
from workers.model.cores import add_articles, add_cores
from workers.model.measures import Measures
from workers.model.page import Beside
from workers.model.positions import add_place
from workers.model.structure import Place
from workers.model.words import Floats, Hashes, Ints

_READABLE_WORDS = 8  # a block with as many, mostly not links, is running text


@dataclass(slots=True)
class Described:
    """The features of a page's blocks: a row a block, a column a name; and what the choice between bodies needs."""

    values: Floats
    names: list[str]
    words: Ints  # by block
    extracted: Floats  # share of each block in the extractor's body
    stated: Floats  # share in the publisher's own
    hashes: Hashes  # of the whole block
    groups: Ints  # the same number for the items of a list, for the cells of a table; else one of the block's own


def describe(blocks: Blocks, page: Beside, asked: frozenset[str] | None = None) -> Described:
    """The features of a page with at least one block. `asked`: the names that are read; the others are not made."""
    count, beside = len(blocks.texts), page.lines()
    edges = list(accumulate(map(len, beside), initial=count))
    measures = Measures(blocks, blocks.texts + [line for text in beside for line in text], edges, _READABLE_WORDS)
    place, table = Place(blocks), Columns(count, asked)
    measures.add_text(table, blocks)
    measures.add_comparisons(table)
    place.add_to(table)
    add_place(table, place, measures)
    add_containers(table, place, measures)
    add_articles(table, place, measures)
    add_cores(table, place, measures)
    measures.add_around(table, place)
    return Described(table.matrix(), table.names, measures.words, measures.extracted, measures.stated, measures.lines, place.groups())
