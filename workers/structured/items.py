"""Microdata and RDFa: the same nodes as JSON-LD makes, from attributes of the tree."""

from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from workers.structured.elements import whole_text_of
from workers.structured.jsonld import Found, Node

MAX_TEXT_CHARS = 2_000  # of a property; the body has its own stage
_BODY_KEYS = frozenset(("articleBody", "text", "reviewBody", "description"))
_OTHERS = frozenset(("itemListElement", "comment", "mentions", "isPartOf", "review", "related", "relatedLink"))
_URL_ATTRIBUTES = {
    "a": "href",
    "link": "href",
    "area": "href",
    "img": "src",
    "audio": "src",
    "video": "src",
    "source": "src",
    "iframe": "src",
}
_READ_BYTES = (8_000, 200_000)  # of a property's text, the second where the first are white space: they may all hold the same megabytes


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The attributes of one of the two."""

    scope: str
    type_: str
    property_: str
    content: str = "content"


_MICRODATA = _Vocabulary("itemscope", "itemtype", "itemprop")
_RDFA = _Vocabulary("typeof", "typeof", "property")


def items_of(elements: list[HtmlElement]) -> list[Found]:
    """The items of a page, in page order; microdata first. `elements`: those that state properties. Open Graph's are no items."""
    return [
        item
        for words in (_MICRODATA, _RDFA)
        if (own := [element for element in elements if element.get(words.property_) is not None])
        for item in _collect(own, words)
    ]


def _collect(elements: list[HtmlElement], words: _Vocabulary) -> list[Found]:
    nodes: dict[HtmlElement | None, Node] = {}
    found: list[Found] = []
    is_own: dict[HtmlElement | None, bool] = {None: True}
    above_of: dict[HtmlElement, HtmlElement | None] = {}

    def node_of(scope: HtmlElement | None) -> Node:
        if scope not in nodes:
            types = (scope.get(words.type_) or "").split() if scope is not None else []
            nodes[scope] = {"@type": types, "@element": scope}
            above = _scope_above(scope, words, above_of) if scope is not None else None
            keys = _keys(scope, words) if scope is not None else []
            is_own[scope] = is_own.get(above, True) and not _OTHERS.intersection(keys)
            if types:
                found.append(Found(nodes[scope], is_own[scope]))
        return nodes[scope]

    for element in elements:
        scope = _scope_above(element, words, above_of)
        node = node_of(scope)
        value = node_of(element) if element.get(words.scope) is not None else None
        for key in _keys(element, words):
            node.setdefault(key, []).append(value if value is not None else _value(element, key))
    if None in nodes and len(nodes[None]) > 2:  # properties outside any item speak of the page
        found.append(Found({**nodes[None], "@type": ["WebPage"]}))
    return found


def _keys(element: HtmlElement, words: _Vocabulary) -> list[str]:
    return [key.rpartition(":")[2].rpartition("/")[2] for key in (element.get(words.property_) or "").split()]


def _scope_above(element: HtmlElement, words: _Vocabulary, known: dict[HtmlElement, HtmlElement | None]) -> HtmlElement | None:
    """The nearest element around another that opens an item. `known`: by element, what was found before, itself included."""
    passed = []
    above: HtmlElement | None = element.getparent()
    while above is not None and above not in known:
        passed.append(above)
        if above.get(words.scope) is not None:
            break
        above = above.getparent()
    scope = known.get(above, above) if above is not None else None
    known.update(dict.fromkeys(passed, scope))
    return scope


def _value(element: HtmlElement, key: str) -> Any:
    value = element.get("content") or element.get("datetime")
    if value:
        return value
    attribute = _URL_ATTRIBUTES.get(str(element.tag))
    if attribute and key not in ("name", "author", "headline", "articleSection", "keywords"):
        return element.get(attribute) or ""
    if key in _BODY_KEYS and len(element) > 3:
        return ""
    text = ""
    for most_bytes in _READ_BYTES:
        text = " ".join(whole_text_of(element, most_bytes).split())
        if len(text) >= MAX_TEXT_CHARS:
            break
    return text[:MAX_TEXT_CHARS]
