"""The headline: the h1 of the article before what is written for search engines and social networks, without the site's name."""

import re
from collections.abc import Iterable

import msgspec
from lxml.html import HtmlElement

from workers.metadata.candidate import Candidate, candidate, plain
from workers.metadata.site_names import SiteNames, squashed
from workers.rules.fold import fold
from workers.structured.jsonld import text_at, types_of
from workers.structured.page import NEWS_TYPES, Page

MAX_CHARS = 400
MIN_WORDS = 3
MIN_UNSPACED = 8  # letters, where words are not spaced
MIN_OVERLAP = 0.34  # of the words of an h1 and a title, for the h1 to be the article's
MIN_TAIL_LETTERS = 12
MAX_KICKER_SHARE = 0.6
MAX_SITE_WORDS = 7
_TITLE_METAS = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "cxenseparse:title",
    "dc.title",
    "dcterms.title",
    "citation_title",
    "title",
)
_SEPARATOR = re.compile(r" (?:[|｜·•»«‹›:~/]|::|-{1,3}|–|—|\|\|) | ?[｜|] ?| [-–—]|：(?=[^：]{2,20}\Z)|_(?=[^_]+\Z)| ?:: ?")
_APART = frozenset(("nav", "aside", "footer", "dialog", "form"))
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


class Headlines(msgspec.Struct, frozen=True):
    """What was found. `site_names`: the parts of the title beside the headline, for the store."""

    headline: Candidate[str] | None
    others: list[Candidate[str]]
    alternative: Candidate[str] | None = None
    site_names: tuple[str, ...] = ()


def find_headline(page: Page, site: SiteNames) -> Headlines:
    """Candidates in order of precedence: h1, JSON-LD, microdata, meta, title."""
    stated = [*_stated(page, site)]
    own = _heading(page, site, [one.value for one in stated])
    instead = _shown_instead(page, own.value, stated) if own else None
    found = [*([instead] if instead else []), *([own] if own and not _is_outvoted(page, own.value, stated) else []), *stated]
    if not found:
        return Headlines(None, [])
    headline = found[0]
    return Headlines(headline, found, _alternative(page, headline.value, found), _beside(page.titles[:1], headline.value))


def _stated(page: Page, site: SiteNames) -> Iterable[Candidate[str]]:
    places = [("jsonld", "jsonld.headline", text_at(page.article or {}, "headline", "name"))]
    places.append(("dom", "item.headline", text_at(page.article_item or {}, "headline")))
    places += [("meta", f"meta.{name}", content) for name in _TITLE_METAS for content in page.metas.get(name, ())[:1]]
    places += [("dom", "title", title) for title in page.titles[:1]]
    for source, rule, raw in places:
        text = without_site(plain(raw), site)
        if text and len(text) <= MAX_CHARS and not site.has(text):
            yield candidate(text, source, rule)


def _heading(page: Page, site: SiteNames, stated: list[str]) -> Candidate[str] | None:
    """The h1 that shares most words with what the page is called elsewhere; one alone may share none."""
    known = [_words(text) for text in (*stated, *page.titles[:1])]
    best: tuple[float, int, str] | None = None
    usable = [
        (heading, text) for heading in page.headings if (text := page.text(heading)) and len(text) <= MAX_CHARS and not site.has(text)
    ]
    for at, (heading, text) in enumerate(usable):
        score = max((_overlap(_words(text), words) for words in known), default=0.0)
        if _is_apart(heading):
            score -= 0.3
        if best is None or score > best[0]:
            best = (score, at, text)
    if best is None:
        return None
    score, _, text = best
    if score < MIN_OVERLAP and (not _is_long(text) or (len(usable) > 1 and known) or score < 0):
        return None
    return candidate(without_site(plain(_without_kicker(text, stated)), site), "dom", "h1")


def _is_outvoted(page: Page, own: str, stated: list[Candidate[str]]) -> bool:
    """Whether a news article's JSON-LD headline goes before its h1, which is in the same script.

    Either the title for social networks agrees with it, or it stands alone while h1, title and social title are one text: then that text
    was written for search engines. (Our half: fundus 10 right, 1 wrong; no page of n4k_dataset or rtl is concerned.)
    """
    if not NEWS_TYPES.intersection(types_of(page.article or {})):
        return False
    by_rule = {one.source.rule: squashed(one.value) for one in stated}
    key, headline, social = squashed(own), by_rule.get("jsonld.headline"), by_rule.get("meta.og:title")
    if not headline or headline == key or headline.isascii() != key.isascii():
        return False
    return social in (headline, key) and (social == headline or by_rule.get("title") == key)


def _shown_instead(page: Page, own: str, stated: list[Candidate[str]]) -> Candidate[str] | None:
    """`og:title` where an h2 shows it, on a page whose h1 is the title for search engines: that h1 is the last of the breadcrumbs.

    The h2 may have a kicker before it. (Our half: fundus 5 right, 1 with its kicker; no page of n4k_dataset or rtl is concerned.)
    """
    by_rule = {one.source.rule: one.value for one in stated}
    social, key = by_rule.get("meta.og:title", ""), squashed(own)
    shown = squashed(social)
    if len(shown) < MIN_TAIL_LETTERS or shown in key or key in shown or squashed(by_rule.get("title", "")) != key:
        return None
    for heading in page.tree.iter("h2"):
        text = squashed(page.text(heading))
        is_it = text.endswith(shown) and len(text) - len(shown) <= MAX_KICKER_SHARE * len(text)
        if (
            is_it
            and not _is_apart(heading)
            and not any(above.tag == "a" for above in heading.iterancestors())
            and heading.find(".//a") is None
        ):
            return candidate(social, "dom", "h2")
    return None


def _without_kicker(text: str, stated: list[str]) -> str:
    """The h1 less a kicker before the headline: what one of the page's other titles lacks."""
    key = squashed(text)
    for title in stated:
        tail = squashed(title)
        if len(tail) >= MIN_TAIL_LETTERS and key != tail and key.endswith(tail) and len(key) - len(tail) <= MAX_KICKER_SHARE * len(key):
            return title
    return text


def without_site(title: str, site: SiteNames) -> str:
    """A title without the parts, at its end or its beginning, that name the site."""
    while True:
        breaks = list(_SEPARATOR.finditer(title))
        if not breaks:
            return title
        first, last = breaks[0], breaks[-1]
        tail, head = title[last.end() :], title[: first.start()]
        if _names_site(tail, site) and title[: last.start()].strip():
            title = title[: last.start()].strip()
        elif _names_site(head, site) and title[first.end() :].strip():
            title = title[first.end() :].strip()
        else:
            for separator in breaks[:-1]:  # a name that holds a separator: "Israel Nachrichten - Chadashoth Israel"
                if site.has(title[separator.end() :]) and title[: separator.start()].strip():
                    return title[: separator.start()].strip()
            return title


def _names_site(part: str, site: SiteNames) -> bool:
    part = part.strip()
    return site.has(part) or (len(part.split()) <= MAX_SITE_WORDS and len(part) <= 40 and site.names_in(part))


def _alternative(page: Page, headline: str, found: list[Candidate[str]]) -> Candidate[str] | None:
    """A second headline that the publisher states, else the first title that says it in other words."""
    key = squashed(headline)
    stated = plain(text_at(page.article or {}, "alternativeHeadline", "alternateName"))
    if stated and squashed(stated) and not key.startswith(squashed(stated)) and len(stated) <= MAX_CHARS:
        return candidate(stated, "jsonld", "jsonld.alternativeHeadline")
    for one in found:
        other = squashed(one.value)
        if other and other not in key and key not in other and _is_long(one.value):
            return one
    return None


def _beside(titles: list[str], headline: str) -> tuple[str, ...]:
    """What stands in the title beside the headline, when the headline is in it."""
    for title in titles:
        at = title.find(headline)
        if at < 0 or len(title) == len(headline):
            continue
        parts = [title[:at], title[at + len(headline) :]]
        names = [part.strip(" |｜·•»«‹›:~/-–—_：") for part in parts]
        return tuple(name for name in names if name and len(name.split()) <= MAX_SITE_WORDS)
    return ()


def _is_apart(heading: HtmlElement) -> bool:
    return any(above.tag in _APART for above in heading.iterancestors())


def _is_long(text: str) -> bool:
    return len(text.split()) >= MIN_WORDS or len(_UNSPACED.findall(text)) >= MIN_UNSPACED


def _words(text: str) -> frozenset[str]:
    folded = fold(text)
    if _UNSPACED.search(folded):
        letters = "".join(_WORD.findall(folded))
        return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))
    return frozenset(_WORD.findall(folded))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other))) if len(one) > 1 and len(other) > 1 else float(one == other and bool(one))
