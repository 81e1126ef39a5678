"""What a page says of itself in machine-readable form, read once from its one tree."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from workers.stages.joiners import Joiners
from workers.stages.links import absolute_url
from workers.structured.items import items_of
from workers.structured.jsonld import Found, Node, nodes_of, read_json, text_at, types_of, url_of, values_of
from workers.structured.labels import Labelled, read_labels

MAX_HEADINGS = 20
MAX_META_CHARS = 4_000
_NOT_WORDS = frozenset(("script", "style", "noscript", "template", "svg", "button"))
_string = etree.XPath("string()", smart_strings=False)

NEWS_TYPES = frozenset(
    "NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle ReviewNewsArticle AskPublicNewsArticle "
    "AdvertiserContentArticle LiveBlogPosting".split()
)
ARTICLE_TYPES = frozenset(
    "Article BlogPosting Report SatiricalArticle ScholarlyArticle TechArticle SocialMediaPosting Blog CreativeWork".split()
)
OTHER_TYPES = frozenset("Review Recipe HowTo VideoObject AudioObject Event JobPosting DiscussionForumPosting QAPage PodcastEpisode".split())
PAGE_TYPES = frozenset("WebPage ItemPage CollectionPage AboutPage ProfilePage".split())
_RANKS = ((NEWS_TYPES, 4), (ARTICLE_TYPES, 3), (OTHER_TYPES, 2), (PAGE_TYPES, 1))


@dataclass(slots=True, frozen=True)
class Link:
    """A `link` element. `rel` in lower case."""

    rel: str
    href: str
    type: str


@dataclass
class Page:
    """One page: its tree, and what stands in the head and in structured data. Text is read through `text`, which restores joiners."""

    tree: HtmlElement
    url: str | None
    joiners: Joiners
    markup: str = ""  # the page as text
    metas: dict[str, list[str]] = field(default_factory=dict)  # by name or property in lower case
    links: list[Link] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    headings: list[HtmlElement] = field(default_factory=list)  # h1
    times: list[HtmlElement] = field(default_factory=list)
    scripts: list[HtmlElement] = field(default_factory=list)  # of any JSON
    read: list[HtmlElement] = field(default_factory=list)  # all that were looked at for these, in page order: later stages need no walk
    base: str | None = None  # what links are relative to

    @classmethod
    def of(cls, tree: HtmlElement, url: str | None, markup: str, joiners: Joiners | None = None) -> "Page":
        """Read the tree once. `markup`: what it was parsed from; `joiners`: those it was parsed with."""
        page = cls(tree, url, joiners or Joiners(markup), markup)
        page.read = list(tree.iter("meta", "link", "title", "h1", "time", "script", "base"))
        for element in page.read:
            match element.tag:
                case "meta":
                    page._add_meta(element)
                case "link":
                    rel, href = (element.get("rel") or "").lower(), element.get("href")
                    if rel and href:
                        page.links.append(Link(rel, href, (element.get("type") or "").lower()))
                case "title":
                    if (parent := element.getparent()) is not None and parent.tag != "svg" and (text := page.text(element)):
                        page.titles.append(text)
                case "h1":
                    if len(page.headings) < MAX_HEADINGS:
                        page.headings.append(element)
                case "time":
                    page.times.append(element)
                case "base":
                    page.base = page.base or absolute_url(element.get("href"), url)
                case "script":
                    if "json" in (element.get("type") or "").lower():
                        page.scripts.append(element)
        page.base = page.base or url
        return page

    def _add_meta(self, element: HtmlElement) -> None:
        content = element.get("content")
        if not content or not content.strip():
            return
        for attribute in ("property", "name", "http-equiv", "itemprop"):
            name = element.get(attribute)
            if name and not (attribute == "itemprop" and _is_in_item(element)):
                self.metas.setdefault(name.strip().lower(), []).append(self.joiners.restore(content.strip()[:MAX_META_CHARS]))

    def text(self, element: HtmlElement) -> str:
        """The words of an element, white space collapsed; those of scripts, buttons and pictures inside it left out."""
        if not len(element):
            return self.joiners.restore(" ".join((element.text or "").split()))
        has_others = next(element.iter(*_NOT_WORDS), None) is not None
        text = "".join(_words(element)) if has_others else str(_string(element))
        return self.joiners.restore(" ".join(text.split()))

    def meta(self, *names: str) -> str:
        """The first content under the first of the names that has one."""
        return next((contents[0] for name in names if (contents := self.metas.get(name))), "")

    @cached_property
    def host(self) -> str:
        """Host of the page's URL, or of what it calls its own; without `www.`; empty when nothing tells."""
        for url in (self.url, self.canonical_href, self.meta("og:url")):
            host = urlsplit(url).hostname if url and "//" in url else None
            if host:
                return host.removeprefix("www.")
        return ""

    @cached_property
    def canonical_href(self) -> str:
        """The first `rel=canonical`, as written."""
        return next((link.href for link in self.links if "canonical" in link.rel.split()), "")

    @cached_property
    def elements(self) -> list[HtmlElement]:
        """All elements, in page order."""
        return list(self.tree.iter("*"))

    @cached_property
    def json_texts(self) -> list[str]:
        """The scripts of JSON-LD."""
        scripts = [script.text for script in self.scripts if "ld+json" in (script.get("type") or "").lower()]
        return [self.joiners.restore(text) for text in scripts if text]

    @cached_property
    def json_nodes(self) -> list[Found]:
        """The nodes of JSON-LD."""
        return nodes_of([value for text in self.json_texts if (value := read_json(text)) is not None])

    @cached_property
    def items(self) -> list[Found]:
        """The items of microdata and RDFa."""
        return items_of(self.elements)  # to look for the words in the markup first takes longer

    @cached_property
    def article(self) -> Node | None:
        """The node of JSON-LD that stands for the page's article."""
        return self._article_of(self.json_nodes)

    @cached_property
    def article_item(self) -> Node | None:
        """The item of microdata or RDFa that stands for it."""
        return self._article_of(self.items)

    @cached_property
    def web_page(self) -> Node | None:
        """The node of JSON-LD that stands for the page itself."""
        return next((one.node for one in self.json_nodes if one.is_own and PAGE_TYPES.intersection(types_of(one.node))), None)

    @cached_property
    def heads(self) -> list[HtmlElement]:
        """The headline's elements: the h1 that the page's titles hold, else other headings that they hold, else any h1."""
        names = [_squashed(name) for name in (*self.titles[:1], self.meta("og:title"), text_at(self.article or {}, "headline")) if name]
        for tags in (("h1",), ("h2", "h3", "h4")):
            found = self.headings if tags == ("h1",) else list(islice(self.tree.iter(*tags), MAX_HEADINGS))
            named = [
                heading
                for heading in found
                if (key := _squashed(self.text(heading))) and len(key) > 8 and any(key in name or name in key for name in names)
            ]
            if named:
                return named[:3]
        return self.headings[:3]

    @cached_property
    def own(self) -> frozenset[HtmlElement]:
        """The elements that hold the headline."""
        return frozenset(above for head in self.heads[:1] for above in head.iterancestors())

    def rel_links(self, rel: str) -> list[HtmlElement]:
        """The `a` elements with a link type, in page order."""
        return [link for link, rels in self._typed_links if rel in rels]

    @cached_property
    def _typed_links(self) -> list[tuple[HtmlElement, list[str]]]:
        return [(link, rel.lower().split()) for link in self.tree.iter("a") if (rel := link.get("rel"))]

    @cached_property
    def labels(self) -> Labelled:
        """The elements that carry a label; read when it is first asked for."""
        return read_labels(self.elements)

    def _article_of(self, found: list[Found]) -> Node | None:
        best: tuple[float, int] | None = None
        for at, one in enumerate(found):
            rank = self._rank(one)
            if rank > 0 and (best is None or rank > best[0]):
                best = (rank, at)
        return found[best[1]].node if best is not None else None

    def _rank(self, one: Found) -> float:
        types = types_of(one.node)
        rank = next((rank for known, rank in _RANKS if known.intersection(types)), 0)
        if not rank or (rank == 1 and not (values_of(one.node, "datePublished") or values_of(one.node, "headline"))):
            return 0
        urls = {_path(url) for key in ("url", "mainEntityOfPage", "@id") for value in values_of(one.node, key) if (url := url_of(value))}
        is_this = bool(self._own_paths & urls) or self._is_called(text_at(one.node, "headline", "name"))
        if not one.is_own and not is_this:
            return 0
        return rank + (6 if is_this else 0)

    @cached_property
    def _own_paths(self) -> frozenset[str]:
        return frozenset(path for url in (self.url, self.canonical_href, self.meta("og:url")) if url and (path := _path(url)))

    def _is_called(self, headline: str) -> bool:
        """Whether a headline is the page's."""
        headline = " ".join(headline.split()).casefold()
        return len(headline) > 12 and any(headline in name.casefold() for name in (*self.titles[:1], self.meta("og:title")))


def _squashed(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _is_in_item(element: HtmlElement) -> bool:
    return any(above.get("itemscope") is not None for above in element.iterancestors())


def _words(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in _NOT_WORDS:
            yield from _words(child)
        yield child.tail or ""


def _path(url: str) -> str:
    """What tells a page of a site: its path and query, without the slash at the end; empty for a home page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path.strip('/')}?{parts.query}" if parts.path.strip("/") else ""
