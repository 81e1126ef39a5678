"""Who wrote it: from structured data, then from elements that developers label as authors, then from a byline near the headline."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from schemas.records import Person
from workers.metadata.candidate import candidate, plain
from workers.metadata.names import is_person_like, persons_of
from workers.metadata.shown_authors import Authors, find_shown
from workers.metadata.site_names import SiteNames
from workers.metadata.words import words
from workers.rules.fold import fold
from workers.stages.links import absolute_url
from workers.structured.jsonld import Node, text_of, types_of, url_of, values_of
from workers.structured.page import Page

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
DESK_TYPES = frozenset(("Organization", "NewsMediaOrganization"))
MAX_DESK_CHARS = 40
_MORE_THAN_A_NAME = re.compile(r"\s[-–—|/:]\s|[|/@]")


def find_authors(page: Page, site: SiteNames) -> list[Authors]:
    """Candidates in order of precedence; the tree is searched only when structured data names nobody."""
    found = [one for one in _stated(page, site) if one.value]
    if found and all(one.source.rule != "meta.author" or _looks_sure(one) for one in found):
        return found
    found += [one for one in find_shown(page, site) if one.value]
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
                    persons_of([(plain(content), None) for content in contents[:20]], site, inverted=inverted), "meta", f"meta.{name}"
                )
    label = page.meta("twitter:label1")
    if label and fold(label) in words().written_by:
        yield candidate(persons_of([(plain(page.meta("twitter:data1")), None)], site), "meta", "meta.twitter:data1")


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
                for person in persons_of(_of_value(page, value), site, is_person=isinstance(value, dict) and "Person" in types_of(value))
            }
            return list(persons.values())
    return []


def _of_value(page: Page, value: Any) -> list[tuple[str, str | None]]:
    if isinstance(value, dict) and not isinstance(value.get("name"), str) and isinstance(value.get("name"), list):
        return [(plain(text_of(name)), None) for name in value["name"]]
    url = url_of(value) if isinstance(value, dict) else ""
    return [(plain(text_of(value)), absolute_url(url, page.base) if url and "#" not in url else None)]


def shown_names(persons: Iterable[Person]) -> str:
    """A list of people as one text."""
    return "; ".join(person.name for person in persons)


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
