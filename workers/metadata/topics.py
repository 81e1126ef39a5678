"""What the article is about, as the page says: description, section, breadcrumbs, keywords."""

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from workers.metadata.candidate import Candidate, candidate, plain
from workers.metadata.site_names import SiteNames, squashed
from workers.metadata.words import words
from workers.rules.fold import fold, fold_ends
from workers.structured.elements import links_to
from workers.structured.jsonld import text_of, types_of, values_of
from workers.structured.labels import is_foreign
from workers.structured.page import Page

MAX_KEYWORDS = 100
MAX_KEYWORD_CHARS = 80
MAX_CRUMBS = 8
MAX_LINKED_TAGS = 20  # more are a cloud of the site's
_TAG_PATH = re.compile(
    r"/(?:tags?|topics?|keywords?|hashtags?|etiquetas?|schlagwort|schlagworte|themen|temas?|tematy|etiketler|"
    r"mots-cles|وسم|وسوم)/[^/\"'\s<>]",
    re.IGNORECASE,
)
# Each match of _TAG_PATH begins with one of these, in any case.
TAG_STEMS = tuple(b"/tag /topic /keyword /hashtag /etiquet /schlagwort /themen /tema /tematy /etiketler /mots-cles".split())
MAX_SECTION_CHARS = 60
_YEAR = re.compile(r"(?:19|20)\d\d")
_HOST = re.compile(r"(?:[a-z0-9-]{1,60}\.){2,4}[a-z]{2,12}", re.IGNORECASE)
_PATH = re.compile(r"/\S*|[a-z][a-z0-9-]*(?:/[a-z0-9-]+)+/?|[a-z0-9]+(?:_[a-z0-9]+)+")  # of a section: a machine's word
_KEYWORD_SEPARATOR = re.compile(r"[,;،؛、，|]|\s#")
_KEYWORD_METAS = (
    "news_keywords",
    "article:tag",
    "keywords",
    "parsely-tags",
    "sailthru.tags",
    "og:article:tag",
    "cxenseparse:taxonomy",
    "dc.subject",
    "citation_keywords",
    "video:tag",
)
_SECTION_METAS = (
    "article:section",
    "parsely-section",
    "cxenseparse:category",
    "article:section:name",
    "section",
    "sailthru.section",
    "og:section",
    "dc.subject.category",
)


def find_descriptions(page: Page) -> list[Candidate[str]]:
    """The page's own summaries, by precedence: the longest wording is no better than the publisher's, so the first place that has one."""
    places = [
        ("meta", f"meta.{name}", page.meta(name))
        for name in ("og:description", "description", "twitter:description", "dc.description", "sailthru.description")
    ]
    for node, source, rule in ((page.article, "jsonld", "jsonld.description"), (page.article_item, "dom", "item.description")):
        if node is not None:
            places.append((source, rule, text_of(node.get("description"))))
    return [candidate(text, source, rule) for source, rule, raw in places if (text := plain(raw))]


def find_breadcrumbs(page: Page, site: SiteNames, titles: Iterable[str]) -> Iterator[Candidate[list[str]]]:
    """The paths of sections: JSON-LD, microdata; failing both an element labelled as one. Without home page, site and article.

    `titles`: what the article is called on the page.
    """
    own = frozenset(map(squashed, titles))
    is_stated = False
    for found, source, rule in ((page.json_nodes, "jsonld", "jsonld.breadcrumb"), (page.items, "dom", "item.breadcrumb")):
        for one in found:
            if "BreadcrumbList" in types_of(one.node):
                crumbs = _clean_crumbs(_listed(values_of(one.node, "itemListElement")), site, own)
                if crumbs:
                    is_stated = True
                    yield candidate(crumbs, source, rule)
    for element in page.labels.crumbs if not is_stated else ():
        links = [page.text(a) for a in element.iter("a")]
        crumbs = _clean_crumbs(links, site, own) if len(links) <= MAX_CRUMBS else []
        if crumbs:
            yield candidate(crumbs, "dom", "label.breadcrumb")
            return


def _listed(items: Iterable[object]) -> list[str]:
    named: list[tuple[float, str]] = []
    for at, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        inner = item.get("item")
        name = text_of(item.get("name")) or (
            text_of(inner[0] if isinstance(inner, list) and inner else inner) if isinstance(inner, dict | list) else ""
        )
        position = text_of(item.get("position"))
        named.append((float(position) if position.isdecimal() else at, plain(name)))
    return [name for _, name in sorted(named, key=lambda one: one[0])]


def _clean_crumbs(names: list[str], site: SiteNames, own: frozenset[str]) -> list[str]:
    crumbs = [" ".join(name.split()).strip(" >»›/|") for name in names]
    if any(_YEAR.fullmatch(name) for name in crumbs):  # the archive
        return []
    kept = [
        name
        for name in dict.fromkeys(crumbs)
        if name
        and len(name) <= MAX_SECTION_CHARS
        and fold(name) not in words().home_pages
        and not site.has(name)
        and "://" not in name
        and not _HOST.fullmatch(name)
        and squashed(name) not in own
    ]
    return kept[:MAX_CRUMBS]


def find_sections(page: Page, site: SiteNames, crumbs: list[str]) -> Iterator[Candidate[str]]:
    """The section that the publisher names; else the first of the breadcrumbs."""
    places = [("meta", f"meta.{name}", page.meta(name)) for name in _SECTION_METAS[:1]]
    for node, source, rule in ((page.article, "jsonld", "jsonld.articleSection"), (page.article_item, "dom", "item.articleSection")):
        places += [(source, rule, text_of(value)) for value in values_of(node or {}, "articleSection")[:1]]
    places += [("meta", f"meta.{name}", page.meta(name)) for name in _SECTION_METAS[1:]]
    is_stated = False
    for source, rule, raw in places:
        text = plain(raw)
        if text and len(text) <= MAX_SECTION_CHARS and not site.has(text) and "://" not in text and fold(text) not in words().no_sections:
            is_stated = True
            yield candidate(_spelled(text, crumbs), source, rule)
    if crumbs and not is_stated:
        yield candidate(crumbs[0], "dom", "breadcrumbs")


def _spelled(section: str, crumbs: list[str]) -> str:
    """A section as the breadcrumbs spell it, where it is written for machines: `town-news`."""
    if section != section.lower():
        return section
    key = squashed(section)
    return next((crumb for crumb in crumbs if squashed(crumb) == key), section)


def find_keywords(page: Page, site: SiteNames) -> Iterator[Candidate[list[str]]]:
    """By precedence: JSON-LD, metas, microdata; without any, links marked as tags."""
    is_stated = False
    for places in (_stated_keywords(page), _shown_keywords(page)):
        for values, source, rule in places if not is_stated else ():
            words = split_keywords(values, site)
            if words:
                is_stated = True
                yield candidate(words, source, rule)


def _stated_keywords(page: Page) -> Iterable[tuple[list[str], str, str]]:
    if page.article is not None:
        yield [text_of(value) for value in values_of(page.article, "keywords")], "jsonld", "jsonld.keywords"
    for name in _KEYWORD_METAS:
        yield page.metas.get(name, []), "meta", f"meta.{name}"
    if page.article_item is not None:
        yield [text_of(value) for value in values_of(page.article_item, "keywords")], "dom", "item.keywords"


def _shown_keywords(page: Page) -> Iterable[tuple[list[str], str, str]]:
    yield [page.text(link) for link in page.rel_links("tag")[:MAX_KEYWORDS]], "dom", "rel.tag"
    yield _linked_tags(page), "dom", "link.tag"


def _linked_tags(page: Page) -> list[str]:
    """The texts of the largest group of links, side by side, that lead to pages of tags."""
    groups: dict[HtmlElement | None, list[HtmlElement]] = {}
    for link in links_to(page.tree, TAG_STEMS):
        if _TAG_PATH.search(link.get("href")):
            parent = link.getparent()
            groups.setdefault(parent.getparent() if parent is not None and parent.tag in ("li", "span") else parent, []).append(link)
    tags = max((links for links in groups.values() if not is_foreign(links[0], page.own)), key=len, default=[])
    return [page.text(link) for link in tags] if len(tags) <= MAX_LINKED_TAGS else []


def split_keywords(values: Iterable[str], site: SiteNames | None = None) -> list[str]:
    """Keywords from fields that hold one or many, each once: of spellings that differ by keyboard or accents the first stays."""
    found: dict[str, str] = {}
    for value in values:
        for piece in _KEYWORD_SEPARATOR.split(plain(value)):
            word = piece.strip(" \t#\"'.*-–")
            key = fold_ends(word)
            if key and len(word) <= MAX_KEYWORD_CHARS and "://" not in word and not _PATH.fullmatch(word) and not (site and site.has(word)):
                found.setdefault(key, word)
    return list(found.values())[:MAX_KEYWORDS]
