"""Authors that a page shows its readers: in elements that developers label, in links to authors' pages, in lines near the headline."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from schemas.records import Person
from workers.metadata.candidate import Candidate, candidate
from workers.metadata.names import has_introduction, is_introduction, is_name, is_shown_name, persons_of
from workers.metadata.site_names import SiteNames
from workers.rules.agencies import agency_id
from workers.rules.fold import fold
from workers.stages.links import absolute_url
from workers.structured.labels import is_foreign
from workers.structured.page import Page

Authors = Candidate[list[Person]]
MAX_LINE_CHARS, MAX_AGENCY_CHARS, MAX_BESIDE_CHARS = 120, 40, 60
NEAR_BEFORE, NEAR_AFTER = 30, 60  # elements from the headline
_INTRODUCED = re.compile(r"\A[^.!?]{1,30}\s(?:By|Von|Par|Por|VON|BY)\s(?=[^\W\d_])")
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|writers?|contributors?|columnists?|staff|people|profiles?|reporters?|journalists?|bylines?|by|auteurs?|autor(?:es|en|i)?|autore|yazar(?:lar)?|"
    r"skribent|kirjoittajat|avtor|authors?-page|katib|كاتب|الكاتب)/[^/?#]+",
    re.I,
)
_NAME_LABEL = re.compile(r"name|link|autor|author|byline|writer", re.I)
_NOT_NAME_LABEL = re.compile(
    r"bio|desc|image|img|avatar|photo|social|follow|about|box|count|more|date|role|title|position|email|twitter|comment", re.I
)


def find_shown(page: Page, site: SiteNames) -> Iterator[Authors]:
    """The authors by labelled elements, else by links to authors' pages and portraits, else by lines that begin as bylines do."""
    labels = page.labels
    heads = [labels.order[heading] for heading in page.heads if heading in labels.order]
    near: list[tuple[int, str, list[Person]]] = []
    for at, element in labels.authors:
        persons = _of_label(page, element, site)
        if persons and not is_foreign(element, page.own):
            rule = "rel.author" if element.get("rel") == "author" else "label.author"
            distance = min((at - head if at >= head else 2 * (head - at) for head in heads), default=at)
            near.append((distance, rule, persons))
    near.sort(key=lambda one: one[0])
    if near:
        distance, rule, persons = near[0]
        known = {fold(person.name) for person in persons}
        for other, other_rule, more in near[1:]:  # the byline's other names, each in an element of its own
            if other - distance <= 12 and other_rule == rule and len(persons) + len(more) <= 6:
                fresh = [
                    person
                    for person in more
                    if fold(person.name) not in known and not any(fold(person.name) in name or name in fold(person.name) for name in known)
                ]
                persons += fresh
                known |= {fold(person.name) for person in fresh}
        yield candidate(persons, "dom", rule)
        return
    linked = list(_linked(page, heads, site))
    if linked:
        yield candidate(linked, "dom", "link.author")
        return
    lines = [
        (element.find(".//a") is None, persons)
        for head in heads[:2]
        for element in page.told_near(head, NEAR_BEFORE, NEAR_AFTER)
        if (persons := _of_line(page, element, site)) and not is_foreign(element, page.own)
    ]
    if not lines and heads:
        near_agencies = page.told_near(heads[0], NEAR_BEFORE, NEAR_AFTER)
        lines = [(False, found) for element in near_agencies if (found := _of_agency_line(page, element))]
    if lines:  # one with a link to the author's page goes before one without: pictures have "By" too
        yield candidate(min(lines, key=lambda line: line[0])[1], "dom", "line.author")


def _of_label(page: Page, element: HtmlElement, site: SiteNames) -> list[Person]:
    """The names in an element labelled as an author's: its links, else its short text."""
    label = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.get("rel") != "author" and _NOT_NAME_LABEL.search(label) and not _NAME_LABEL.search(_NOT_NAME_LABEL.sub("", label)):
        return []
    text = page.text(element)
    if not text or len(text) > 2 * MAX_LINE_CHARS:
        return []
    links = [(page.text(a), a.get("href")) for a in ([element] if element.tag == "a" else element.iter("a"))]
    persons = persons_of(
        [(name, absolute_url(href, page.base)) for name, href in links if name and len(name) <= 60 and _is_author_link(href)], site
    )
    persons = [person for person in persons if is_shown_name(person.name)]
    if persons or len(text) > MAX_LINE_CHARS:
        return persons
    if is_introduction(text):
        text += _beside(element)
    elif inside := _INTRODUCED.search(text):  # a section before it
        text = text[inside.end() :]
    return [person for person in persons_of([(text, None)], site) if is_shown_name(person.name)]


def _is_author_link(href: str | None) -> bool:
    return bool(href) and not re.search(r"facebook|twitter|instagram|mailto:|whatsapp|linkedin|/tag/|/category/|^javascript|^#", href or "")


def _linked(page: Page, heads: list[int], site: SiteNames) -> Iterator[Person]:
    """The names near the headline that lead to an author's page, or stand beside a small portrait."""
    seen: set[str] = set()
    for head in heads[:1]:
        for element in page.near(head, NEAR_BEFORE, NEAR_AFTER):
            persons: list[Person] = []
            if element.tag == "a" and _AUTHOR_PATH.search(element.get("href") or ""):
                persons = persons_of([(page.text(element), absolute_url(element.get("href"), page.base))], site)
            elif element.tag == "img" and _is_portrait(element) and (holder := element.getparent()) is not None:
                persons = persons_of([(page.text(holder), None)], site) if len(page.text(holder)) <= 40 else []
            for person in persons:
                if is_shown_name(person.name) and fold(person.name) not in seen and not is_foreign(element, page.own):
                    seen.add(fold(person.name))
                    yield person


def _is_portrait(image: HtmlElement) -> bool:
    sizes = [value for value in (image.get("width"), image.get("height")) if value and value.isdecimal()]
    return len(sizes) == 2 and sizes[0] == sizes[1] and 16 <= int(sizes[0]) <= 100


def _of_line(page: Page, element: HtmlElement, site: SiteNames) -> list[Person]:
    """The names of a short line that begins as bylines do."""
    if element.tag in ("script", "style", "h1", "title") or len(element) > 6:
        return []
    own = (element.text or "").strip()
    if is_introduction(own) and len(element) == 0:  # the name is beside it
        text = own + _beside(element)
        return [person for person in persons_of([(text, None)], site) if is_shown_name(person.name) and is_name(person.name, site)]
    if not own and not (len(element) and has_introduction((element[0].text or "") + " x y")):
        return []
    text = page.text(element)
    if not 5 <= len(text) <= MAX_LINE_CHARS or not has_introduction(text):
        return []
    return [person for person in persons_of([(text, None)], site) if is_shown_name(person.name) and is_name(person.name, site)]


def _beside(element: HtmlElement) -> str:
    """What follows a label: the text behind it, else the next element's."""
    tail = (element.tail or "").strip()
    following = element.getnext()
    text = tail if tail or following is None else " ".join("".join(map(str, following.itertext())).split())
    return f" {text}" if len(text) <= MAX_BESIDE_CHARS else ""


def _of_agency_line(page: Page, element: HtmlElement) -> list[Person]:
    """The agency of a line that is its name and, perhaps, a place in capitals: `AFP, MANILA`."""
    text = (element.text or "").strip()
    name, _, place = text.partition(",")
    if not 2 <= len(text) <= MAX_AGENCY_CHARS or len(element) or element.tag in ("script", "style", "a", "title", "option"):
        return []
    if not (place.strip().isupper() and agency_id(name)) or is_foreign(element, page.own):
        return []
    return [Person(name=name)]
