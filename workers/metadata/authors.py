"""Who wrote it: from structured data, then from elements that developers label as authors, then from a byline near the headline."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from lxml.html import HtmlElement

from schemas.records import Person
from workers.metadata.candidate import Candidate, candidate, plain
from workers.metadata.names import has_introduction, is_introduction, is_name, is_person_like, is_shown_name, names_of
from workers.metadata.site_names import SiteNames
from workers.metadata.words import words
from workers.rules.agencies import agency_id
from workers.rules.fold import fold
from workers.stages.links import absolute_url
from workers.structured.jsonld import Node, text_of, types_of, url_of, values_of
from workers.structured.labels import is_foreign
from workers.structured.page import Page

Authors = Candidate[list[Person]]
METAS = (
    "parsely-author",
    "author",
    "article:author",
    "byl",
    "sailthru.author",
    "cxenseparse:author",
    "rnews:author",
    "og:article:author",
    "article:authors",
    "article_author",
    "authors",
    "article.author",
    "articleauthor",
)
INVERTED_METAS = ("citation_author", "dc.creator", "dcterms.creator", "dc.author")
MAX_LINE_CHARS, MAX_AGENCY_CHARS, MAX_BESIDE_CHARS = 120, 40, 60
DESK_TYPES = frozenset(("Organization", "NewsMediaOrganization"))
MAX_DESK_CHARS = 40
_MORE_THAN_A_NAME = re.compile(r"\s[-–—|/:]\s|[|/@]")
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


def find_authors(page: Page, site: SiteNames) -> list[Authors]:
    """Candidates in order of precedence; the tree is searched only when structured data names nobody."""
    found = [one for one in _stated(page, site) if one.value]
    if found and all(one.source.rule != "meta.author" or _looks_sure(one) for one in found):
        return found
    found += [one for one in _shown(page, site) if one.value]
    return found or [one for one in (_desk(page, site),) if one.value]


def _looks_sure(one: Authors) -> bool:
    return any(is_person_like(person.name) for person in one.value)


def _stated(page: Page, site: SiteNames) -> Iterator[Authors]:
    for node, source, rule in ((page.article, "jsonld", "jsonld.author"), (page.article_item, "dom", "item.author")):
        if node is not None:
            yield candidate(_of_node(page, node, site), source, rule)
    for names, inverted in ((METAS, False), (INVERTED_METAS, True)):
        for name in names:
            contents = page.metas.get(name, ())
            if contents:
                yield candidate(
                    _persons([(plain(content), None) for content in contents[:20]], site, inverted=inverted), "meta", f"meta.{name}"
                )
    label = page.meta("twitter:label1")
    if label and fold(label) in words().written_by:
        yield candidate(_persons([(plain(page.meta("twitter:data1")), None)], site), "meta", "meta.twitter:data1")


def _desk(page: Page, site: SiteNames) -> Authors:
    """A newsroom that JSON-LD states as the author, on a page that names nobody else: an organisation, or a desk taken for a person.

    Its name may be the site's: the publisher has said it in so many words. What is more than a name (a motto, two names) is not taken.
    """
    desks: dict[str, Person] = {}
    for value in values_of(page.article or {}, "author"):
        if isinstance(value, dict):
            name = plain(text_of(value))
            is_desk = bool(DESK_TYPES.intersection(types_of(value))) or bool(
                " " in name and words().desk.search(name) and not site.has(name)
            )
            if is_desk and name and len(name) <= MAX_DESK_CHARS and not _MORE_THAN_A_NAME.search(name):
                desks.setdefault(fold(name), Person(name=name))
    return candidate(list(desks.values()), "jsonld", "jsonld.author.organization")


def _of_node(page: Page, node: Node, site: SiteNames) -> list[Person]:
    for key in ("author", "creator"):
        values = values_of(node, key)
        if values:
            persons = {
                fold(person.name): person
                for value in values
                for person in _persons(_of_value(page, value), site, is_person=isinstance(value, dict) and "Person" in types_of(value))
            }
            return list(persons.values())
    return []


def _of_value(page: Page, value: Any) -> list[tuple[str, str | None]]:
    if isinstance(value, dict) and not isinstance(value.get("name"), str) and isinstance(value.get("name"), list):
        return [(plain(text_of(name)), None) for name in value["name"]]
    url = url_of(value) if isinstance(value, dict) else ""
    return [(plain(text_of(value)), absolute_url(url, page.base) if url and "#" not in url else None)]


def _persons(stated: Iterable[tuple[str, str | None]], site: SiteNames, *, inverted: bool = False, is_person: bool = False) -> list[Person]:
    """The people and desks of some author fields; a URL only where a field names one."""
    persons: dict[str, Person] = {}
    for text, url in stated:
        names = names_of(text, site, inverted=inverted, is_person=is_person)
        for name in names:
            persons.setdefault(fold(name), Person(name=name, url=url if len(names) == 1 else None))
    return list(persons.values())


def _shown(page: Page, site: SiteNames) -> Iterator[Authors]:
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
        for element in labels.elements[max(0, head - NEAR_BEFORE) : head + NEAR_AFTER]
        if (persons := _of_line(page, element, site)) and not is_foreign(element, page.own)
    ]
    if not lines and heads:
        near_agencies = labels.elements[max(0, heads[0] - NEAR_BEFORE) : heads[0] + NEAR_AFTER]
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
    persons = _persons(
        [(name, absolute_url(href, page.base)) for name, href in links if name and len(name) <= 60 and _is_author_link(href)], site
    )
    persons = [person for person in persons if is_shown_name(person.name)]
    if persons or len(text) > MAX_LINE_CHARS:
        return persons
    if is_introduction(text):
        text += _beside(element)
    elif inside := _INTRODUCED.search(text):  # a section before it
        text = text[inside.end() :]
    return [person for person in _persons([(text, None)], site) if is_shown_name(person.name)]


def _is_author_link(href: str | None) -> bool:
    return bool(href) and not re.search(r"facebook|twitter|instagram|mailto:|whatsapp|linkedin|/tag/|/category/|^javascript|^#", href or "")


def _linked(page: Page, heads: list[int], site: SiteNames) -> Iterator[Person]:
    """The names near the headline that lead to an author's page, or stand beside a small portrait."""
    seen: set[str] = set()
    for head in heads[:1]:
        for element in page.labels.elements[max(0, head - NEAR_BEFORE) : head + NEAR_AFTER]:
            persons: list[Person] = []
            if element.tag == "a" and _AUTHOR_PATH.search(element.get("href") or ""):
                persons = _persons([(page.text(element), absolute_url(element.get("href"), page.base))], site)
            elif element.tag == "img" and _is_portrait(element) and (holder := element.getparent()) is not None:
                persons = _persons([(page.text(holder), None)], site) if len(page.text(holder)) <= 40 else []
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
        return [person for person in _persons([(text, None)], site) if is_shown_name(person.name) and is_name(person.name, site)]
    if not own and not (len(element) and has_introduction((element[0].text or "") + " x y")):
        return []
    text = page.text(element)
    if not 5 <= len(text) <= MAX_LINE_CHARS or not has_introduction(text):
        return []
    return [person for person in _persons([(text, None)], site) if is_shown_name(person.name) and is_name(person.name, site)]


def shown_names(persons: Iterable[Person]) -> str:
    """A list of people as one text."""
    return "; ".join(person.name for person in persons)


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


def choose_authors(found: list[Authors]) -> Authors | None:
    """The first candidate with a person in it; else the first."""
    sure = next((one for one in found if any(is_person_like(person.name) for person in one.value)), None)
    chosen = sure or (found[0] if found else None)
    if chosen is None:
        return None
    # A link to the author's page that another place gives.
    urls = {fold(person.name): person.url for one in found for person in one.value if person.url}
    return msgspec.structs.replace(
        chosen, value=[Person(name=person.name, url=person.url or urls.get(fold(person.name))) for person in chosen.value]
    )
