"""A page cut into blocks: runs of text between block-level tags, each with its place in the tree. Linear in the page's size."""

import re
import unicodedata
from dataclasses import dataclass

import msgspec
from lxml.html import HtmlElement

from workers.model.cutter import Cutter, set_words
from workers.stages.joiners import Joiners
from workers.stages.remembered import remembered
from workers.stages.text import DROPPED

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small span strike strong sub sup "
    "time tt u var wbr".split()
)
_SKIPPED = frozenset(
    "area audio button canvas embed head iframe img input link map math meta nav noscript object option optgroup param picture script "
    "select source style svg template textarea title track video".split()
)
TEXTLESS = (
    "script style noscript template svg math canvas iframe object embed audio video map img input select option optgroup datalist textarea"
).split()
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# Roots of class names and ids that developers use everywhere, in the order of their bits. Structure, not anybody's vocabulary.
ROOTS = (
    "article body content text story post entry main page detail "
    "comment reply discuss share social related recommend more read also teaser card promo sponsor "
    "advert banner widget sidebar aside foot header nav menu bread tag categor topic keyword "
    "author byline meta date time caption figure image photo gallery credit source copyright "
    "title head sub lead summary intro desc excerpt quote list item link newsletter subscri sign paywall "
    "cookie popup modal hidden print most popular trend latest feed next prev pagin embed video live "
    "correct note box table fact infobox toc player bio about "
    "consent privacy legal term policy dialog overlay rating review product price shop question answer forum thread vote "
    "user login search filter weather event poll quiz contact skip tooltip carousel slide ticker breaking recirc react "
    "step tip highlight key takeaway update timeline disclaimer rail column grid wrap inner first last primary second"
).split()
_SHORT_ROOTS = {"ad": "advert", "ads": "advert", "nl": "newsletter"}
_ROOT = re.compile("|".join(sorted(ROOTS, key=len, reverse=True)))
_PIECE = re.compile("[a-z]+")
_BIT = {root: 1 << bit for bit, root in enumerate(ROOTS)}

TAGS = (
    "p h1 h2 h3 h4 h5 h6 li td th div span section article main aside header footer form figure figcaption blockquote pre "
    "dl dt dd ul ol table tr details summary address fieldset center hr body".split()
)
TAG_BIT = {tag: 1 << bit for bit, tag in enumerate(TAGS)}
TAG_NUMBER = {tag: number for number, tag in enumerate(TAGS, 1)}  # 0: any other


class Node(msgspec.Struct, gc=False):  # made three times as fast as a dataclass, some hundred times a page
    """A block-level element that holds text somewhere. `parent` is a number in `Blocks.nodes`, -1 at the root."""

    parent: int
    depth: int
    tag: int
    tags: int  # bits of TAGS, ancestors' included
    own_roots: int  # bits of ROOTS
    roots: int  # ancestors' included
    article: int  # number of the innermost `article` element, -1 outside
    signature: int  # same tag and class as other elements on the page
    hidden: bool  # by an attribute of its own or of an ancestor


@dataclass(slots=True)
class Blocks:
    """The blocks of a page in page order, as parallel lists. Character counts are of the text before it was cleaned."""

    nodes: list[Node]
    texts: list[str]
    node: list[int]
    link_chars: list[int]
    links: list[int]
    strong_chars: list[int]
    italic_chars: list[int]
    joint: list[int]  # depth of the innermost element that holds the block and the one before it


def roots_of(names: str) -> int:
    """The bits of the roots in a class or id attribute."""
    bits = 0
    for piece in _PIECE.findall(names.lower()):
        bits |= _roots_in(piece)
    return bits


@remembered(2_048)
def _hides(style: str) -> bool:
    return _HIDES.search(style) is not None


@remembered(8_192)  # some 200 bytes each; of the pieces of names that are new nine in ten are not
def _roots_in(piece: str) -> int:
    bits = _BIT[_SHORT_ROOTS[piece]] if piece in _SHORT_ROOTS else 0
    for root in _ROOT.findall(piece):
        bits |= _BIT[root]
    return bits


def cut(tree: HtmlElement, joiners: Joiners) -> Blocks:
    """The blocks of a tree, which stays as it is: as if what holds no text, and comments, were not in it."""
    cutter = Cutter()
    cutter.run(body_of(tree), TAG_NUMBER["body"])
    return Blocks(
        nodes=cutter.nodes,
        texts=_cleaned(cutter.page, joiners).split("\n") if cutter.node else [],
        node=cutter.node,
        link_chars=cutter.link_chars,
        links=cutter.links,
        strong_chars=cutter.strong_chars,
        italic_chars=cutter.italic_chars,
        joint=cutter.joint,
    )


def body_of(tree: HtmlElement) -> HtmlElement:
    """The element whose text is cut."""
    body = tree.find("body")
    return tree if body is None else body


def _cleaned(page: str, joiners: Joiners) -> str:
    """What clean_text does, to all lines of the page at once."""
    if page.isascii():
        return page
    page = joiners.restore(page)
    # Faster than the search, and true of most pages: nothing invisible is printable, and white space is plain by now.
    if not page.replace("\n", "").isprintable():
        page = DROPPED.sub("", page)
    return unicodedata.normalize("NFC", page)


set_words(
    TAG_NUMBER,
    {
        "inline": _INLINE,
        "link": ("a",),
        "strong": ("b", "strong"),
        "italic": ("i", "em"),
        "break": ("br",),
        "skipped": _SKIPPED,
        "textless": TEXTLESS,
    },
    Node,
    roots_of,
    _hides,
)
