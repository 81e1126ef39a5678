"""Elements that developers have labelled: as a date or an author. One pass over the tree, only when it is needed."""

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from workers.stages.remembered import remembered

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
_PLACED = frozenset(("h1", "h2", "h3", "h4", "time"))
_FOREIGN_TAGS = frozenset(("aside", "nav", "footer", "form", "figcaption", "figure", "dialog", "noscript", "select", "button"))


# Each match of _DATE or _AUTHOR holds one of these: most labels hold none, and so cost no search (13 µs a label, 2 with this).
_HINTS = (
    "dat time publi post stamp creat meta by info ago dt tarih fecha تاريخ "
    "aut writ yazar redakt report journal column contrib katib edit nevis credit-n"
).split()


@remembered(50_000)  # a page has some 130 that its site alone has
def kinds_of(label: str) -> tuple[bool, bool]:
    """Whether a class or id speaks of a date, of an author."""
    lowered = label.lower()
    for hint in _HINTS:
        if hint in lowered:
            break
    else:
        return False, False
    label = _STATE.sub("", label)
    return bool(_DATE.search(label)), bool(_AUTHOR.search(label))


@remembered(20_000)
def is_beside(label: str) -> bool:
    """Whether a class or id speaks of something beside the article."""
    return bool(_FOREIGN.search(_STATE.sub("", label)))


@dataclass(slots=True)
class Labelled:
    """What the pass found, in page order."""

    dates: list[tuple[int, HtmlElement]] = field(default_factory=list)
    authors: list[tuple[int, HtmlElement]] = field(default_factory=list)
    crumbs: list[HtmlElement] = field(default_factory=list)
    elements: list[HtmlElement] = field(default_factory=list)
    order: dict[HtmlElement, int] = field(default_factory=dict)  # of each heading and `time` its place in `elements`


def read_labels(elements: list[HtmlElement]) -> Labelled:
    """Look at each element of a page once."""
    found = Labelled(elements=elements)
    telling_nothing: set[str] = set()  # two thirds of a page's labels stand on it more than once
    for at, element in enumerate(elements):
        tag = element.tag
        if tag in _PLACED:
            found.order[element] = at
        label = element.get("class")
        own_id = element.get("id")
        if own_id:
            label = f"{label} {own_id}" if label else own_id
        if label and label not in telling_nothing:
            is_date, is_author = kinds_of(label)
            is_crumb = "crumb" in label
            if not (is_date or is_author or is_crumb):
                telling_nothing.add(label)
            if is_date and len(found.dates) < MAX_LABELLED:
                found.dates.append((at, element))
            if is_author and len(found.authors) < MAX_LABELLED:
                found.authors.append((at, element))
            if is_crumb:
                found.crumbs.append(element)
        if tag == "a" and element.get("rel") == "author":
            found.authors.append((at, element))
    return found


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
