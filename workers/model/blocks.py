"""A page cut into blocks: runs of text between block-level tags, each with its place in the tree. Linear in the page's size."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from lxml.html import HtmlElement

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

_NAMES = frozenset(("class", "id", "itemprop", "role"))  # attributes that say what an element is for
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDING: dict[str, Callable[[str], bool]] = {  # attributes that hide an element, by their value
    "style": lambda value: _HIDES.search(value) is not None,
    "hidden": lambda _: True,
    "aria-hidden": lambda value: value == "true",
}
_BOLD, _ITALIC = frozenset(("b", "strong")), frozenset(("i", "em"))

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
    elements: list[HtmlElement]  # by node
    texts: list[str]
    node: list[int]
    link_chars: list[int]
    links: list[int]
    strong_chars: list[int]
    italic_chars: list[int]
    joint: list[int]  # depth of the innermost element that holds the block and the one before it


@remembered(20_000)
def roots_of(names: str) -> int:
    """The bits of the roots in a class or id attribute."""
    bits = 0
    for piece in _PIECE.findall(names.lower()):
        bits |= _roots_in(piece)
    return bits


@remembered(8_192)  # some 200 bytes each; of the pieces of names that are new nine in ten are not
def _roots_in(piece: str) -> int:
    bits = _BIT[_SHORT_ROOTS[piece]] if piece in _SHORT_ROOTS else 0
    for root in _ROOT.findall(piece):
        bits |= _BIT[root]
    return bits


def cut(tree: HtmlElement, joiners: Joiners) -> Blocks:
    """The blocks of a tree, which stays as it is. No element deeper than the interpreter can follow: parse sees to that."""
    body = tree.find("body")
    cutter = _Cutter()
    cutter.run(tree if body is None else body)
    blocks = cutter.blocks
    blocks.texts = _cleaned(blocks.texts, joiners)
    return blocks


def _cleaned(texts: list[str], joiners: Joiners) -> list[str]:
    """What clean_text does, to all at once."""
    page = "\n".join(texts)
    if not page.isascii():
        page = joiners.restore(page)
        # Faster than the search, and true of most pages: nothing invisible is printable, and white space is plain by now.
        if not "".join(texts).isprintable():
            page = DROPPED.sub("", page)
        page = unicodedata.normalize("NFC", page)
    return page.split("\n") if texts else []


class _Cutter:
    """One walk over the tree. Python's own work is most of its cost, so it looks at each attribute once and calls little."""

    def __init__(self) -> None:
        self.blocks = Blocks([], [], [], [], [], [], [], [], [])
        self._buffer: list[str] = []
        self._link_chars = self._links = self._strong_chars = self._italic_chars = 0
        self._signatures: dict[tuple[object, str | None], int] = {}
        self._articles = 0
        self._lowest = 0

    def run(self, body: HtmlElement) -> None:
        root = Node(-1, 0, TAG_NUMBER["body"], 0, 0, 0, -1, 0, False)
        self.blocks.nodes.append(root)
        self.blocks.elements.append(body)
        self._visit(body, 0, root)
        self._flush(0)

    def _flush(self, node: int) -> None:
        text = " ".join("".join(self._buffer).split())
        self._buffer.clear()
        if text:
            blocks = self.blocks
            blocks.texts.append(text)
            blocks.node.append(node)
            blocks.link_chars.append(self._link_chars)
            blocks.links.append(self._links)
            blocks.strong_chars.append(self._strong_chars)
            blocks.italic_chars.append(self._italic_chars)
            blocks.joint.append(self._lowest)
            self._lowest = blocks.nodes[node].depth
        self._link_chars = self._links = self._strong_chars = self._italic_chars = 0

    def _visit(self, element: HtmlElement, number: int, node: Node) -> None:
        buffer = self._buffer
        text = element.text
        if text:
            buffer.append(text)
        for child in element:
            tag = child.tag
            if tag in _INLINE:
                if tag == "a":
                    chars = self._chars(child, number, node)  # first: a block inside sets the counts back
                    self._link_chars += chars
                    self._links += 1
                elif tag in _BOLD:
                    self._strong_chars += self._chars(child, number, node)
                elif tag in _ITALIC:
                    self._italic_chars += self._chars(child, number, node)
                elif len(child):
                    self._visit(child, number, node)
                elif text := child.text:
                    buffer.append(text)
            elif tag not in _SKIPPED:
                if buffer:
                    self._flush(number)
                if tag != "br" and (len(child) or child.text):
                    self._enter(child, tag, number, node)
            text = child.tail
            if text:
                buffer.append(text)

    def _chars(self, element: HtmlElement, number: int, node: Node) -> int:
        buffer, before = self._buffer, len(self._buffer)
        self._visit(element, number, node)
        return sum(map(len, buffer[before:]))  # what is around blocks was flushed: its last run counts

    def _enter(self, element: HtmlElement, tag: str, number: int, parent: Node) -> None:
        names, own, hidden = None, 0, parent.hidden
        for attribute, value in element.items():
            if attribute in _NAMES:
                own |= roots_of(value)
                if attribute == "class":
                    names = value
            elif attribute in _HIDING:
                hidden = hidden or _HIDING[attribute](value)
        article = parent.article
        if tag == "article":
            article, self._articles = self._articles, self._articles + 1
        signatures = self._signatures
        depth = parent.depth + 1
        node = Node(
            number,
            depth,
            TAG_NUMBER.get(tag, 0),
            parent.tags | TAG_BIT.get(tag, 0),
            own,
            parent.roots | own,
            article,
            signatures.setdefault((tag, names), len(signatures) + 1),
            hidden,
        )
        blocks = self.blocks
        mine = len(blocks.nodes)
        blocks.nodes.append(node)
        blocks.elements.append(element)
        self._visit(element, mine, node)
        if self._buffer:
            self._flush(mine)
        if depth <= self._lowest:
            self._lowest = depth - 1
