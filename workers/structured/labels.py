"""Elements that developers have labelled: as a date or an author. One pass over the tree, only when it is needed."""

import re
from typing import NamedTuple

from lxml.html import HtmlElement

from workers.stages.remembered import remembered
from workers.structured.hints import find_labelled

MAX_LABELLED = 400  # of a kind
_DATE = re.compile(
    r"date|time(?!line|r\b|out)|publi(?:sh|c)|posted|pubdat|"
    r"(?:^|[-_ ])(?:tarih|fecha|datum|dato|dt|stamp|created|ago)(?:$|[-_ ])|(?<![a-z])meta(?!data|l)|byline|info\b|تاريخ",
    re.I,
)
_AUTHOR = re.compile(
    r"author|byline|by-line|writer|(?<![a-z])(?:autor|auteur|auteurs|autore|yazar|redakt|reporter|journalist|columnist|contributor|creator|katib|editor|nevisande)|credit-name",
    re.I,
)
# Whatever stands in such an element is not the article's own.
_FOREIGN = re.compile(
    r"comment(?!ary)|related|sidebar|side-bar|widget|footer|copyright|popular|most-?(?:read|view)|ticker|trending|recommend|promo|teaser|latest|carousel|"
    r"weather|calendar|disqus|newsletter|(?<![a-z])(?:ad|ads|advert\w*|menu|nav|navbar|share|social|login|search|modal|popup|outbrain|taboola|read-?more|more-?news|see-?also|next|prev)(?![a-z])",
    re.I,
)
_STATE = re.compile(r"(?<!\S)(?:has|no|with|is|without|js|u)-\S+")  # what an element has or lacks is not what it is
_FOREIGN_TAGS = frozenset(("aside", "nav", "footer", "form", "figcaption", "figure", "dialog", "noscript", "select", "button"))


@remembered(50_000)  # of those with a hint (hints.pyx): each match of _DATE or _AUTHOR holds one
def kinds_of(label: str) -> tuple[bool, bool]:
    """Whether a class or id speaks of a date, of an author."""
    kinds = [_kinds_of_word(word) for word in _words(label)]
    return any(is_date for is_date, _ in kinds), any(is_author for _, is_author in kinds)


@remembered(50_000)
def _kinds_of_word(word: str) -> tuple[bool, bool]:
    word = _STATE.sub("", word)
    return bool(_DATE.search(word)), bool(_AUTHOR.search(word))


@remembered(20_000)
def is_beside(label: str) -> bool:
    """Whether a class or id speaks of something beside the article."""
    return any(map(_is_word_beside, _words(label)))


@remembered(50_000)
def _is_word_beside(word: str) -> bool:
    return bool(_FOREIGN.search(_STATE.sub("", word)))


def _words(label: str) -> list[str]:
    """What the patterns can be asked about one at a time: none looks beyond a space. Sites have new labels of the same words."""
    return [label] if "\n" in label else label.split(" ")  # a `$` stands before a line's end, too, but only before the last


class Labelled(NamedTuple):
    """What the pass found, in page order; with each its place among all elements."""

    dates: list[tuple[int, HtmlElement]]
    times: list[tuple[int, HtmlElement]]  # each `time`
    authors: list[tuple[int, HtmlElement]]
    crumbs: list[HtmlElement]
    order: dict[HtmlElement, int]  # each h1 to h4


def read_labels(tree: HtmlElement) -> Labelled:
    """Look at each element of a page once."""
    return Labelled(*find_labelled(tree, kinds_of, MAX_LABELLED))


def is_foreign(element: HtmlElement, own: frozenset[HtmlElement]) -> bool:
    """Whether an element stands in something beside the article: a list of others, comments, a menu, a caption.

    `own`: the elements that hold the headline; whatever they are called, the article is in them.
    """
    for above in (element, *element.iterancestors()):
        if above in own:
            return False
        tag = above.tag
        if tag in _FOREIGN_TAGS:
            return True
        label = f"{above.get('class') or ''} {above.get('id') or ''}"
        if len(label) > 1 and is_beside(label) and tag not in ("article", "main"):
            return True
    return False
