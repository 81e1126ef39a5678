"""What a page says of itself in machine-readable form, read once from its one tree."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from workers.stages.joiners import Joiners
from workers.stages.links import absolute_url
from workers.structured.elements import elements_at, numbered_at, text_of, told_at
from workers.structured.items import items_of
from workers.structured.jsonld import Found, Node, nodes_of, read_json, text_at, types_of, url_of, values_of
from workers.structured.labels import Labelled, read_labels
from workers.structured.walk import MAX_HEADINGS, Seen, look

NEWS_TYPES = frozenset(
    "NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle ReviewNewsArticle AskPublicNewsArticle "
    "AdvertiserContentArticle LiveBlogPosting".split()
)
ARTICLE_TYPES = frozenset(
    "Article BlogPosting Report SatiricalArticle ScholarlyArticle TechArticle SocialMediaPosting Blog CreativeWork".split()
)
OTHER_TYPES = frozenset("Review Recipe HowTo VideoObject AudioObject Event JobPosting DiscussionForumPosting QAPage PodcastEpisode".split())
PAGE_TYPES = frozenset("WebPage ItemPage CollectionPage AboutPage ProfilePage".split())
MAX_TEXT_BYTES = 20_000  # of an element
_RANKS = ((NEWS_TYPES, 4), (ARTICLE_TYPES, 3), (OTHER_TYPES, 2), (PAGE_TYPES, 1))


@dataclass(slots=True, frozen=True)
class Link:
    """A `link` element that is canonical or a licence. `rel` in lower case."""

    rel: str
    href: str


@dataclass
class Page:
    """One page: its tree, and what stands in the head and in structured data. Text is read through `text`, which restores joiners."""

    tree: HtmlElement
    url: str | None
    joiners: Joiners
    markup: str  # the page as text
    seen: Seen
    metas: dict[str, list[str]] = field(default_factory=dict)  # by name or property in lower case
    links: list[Link] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    scripts: list[HtmlElement] = field(default_factory=list)  # of any JSON
    read: list[HtmlElement] = field(default_factory=list)  # each `meta`, `title`, `h1` and script of JSON, in page order: for later stages
    base: str | None = None  # what links are relative to

    @classmethod
    def of(cls, tree: HtmlElement, url: str | None, markup: str, joiners: Joiners | None = None) -> "Page":
        """Read the tree once. `markup`: what it was parsed from; `joiners`: those it was parsed with."""
        seen = look(tree)
        page = cls(tree, url, joiners or Joiners(markup), markup, seen)
        page.read, page.scripts = seen.read, seen.scripts
        for name, content in seen.metas:
            page.metas.setdefault(name, []).append(page.joiners.restore(content))
        page.links = [Link(rel, href) for rel, href in seen.links]
        page.titles = [text for title in seen.titles if (text := page.text(title))]
        for href in seen.bases:
            page.base = page.base or absolute_url(href, url)
        page.base = page.base or url
        return page

    @property
    def headings(self) -> list[HtmlElement]:
        """The first elements `h1`."""
        return self.seen.headings

    def text(self, element: HtmlElement) -> str:
        """The words of an element, white space collapsed; those of scripts, buttons and pictures inside it left out.

        What is longer is no name, date or headline: MAX_TEXT_BYTES are read. Elements inside each other have the same text.
        """
        return self.joiners.restore(" ".join(text_of(element, MAX_TEXT_BYTES).split()))

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
        return items_of(self.seen.stating)

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

    def rel_links(self, rel: Literal["license", "tag"]) -> list[HtmlElement]:
        """The `a` elements with a link type, in page order."""
        return [link for link in self.seen.typed if rel in link.get("rel").lower().split()]

    def near(self, place: int, before: int, after: int) -> list[HtmlElement]:
        """The elements from some before a place in page order to before some after it."""
        return elements_at(self.tree, max(0, place - before), place + after)

    def told_near(self, place: int, before: int, after: int) -> list[HtmlElement]:
        """Of these, those with a text of their own, or in the first element inside them."""
        return told_at(self.tree, max(0, place - before), place + after)

    def numbered_near(self, place: int, before: int, after: int) -> list[tuple[int, HtmlElement]]:
        """Of these, with their places, those that may have a digit in their own text; no other has one."""
        return numbered_at(self.tree, max(0, place - before), place + after)

    @cached_property
    def labels(self) -> Labelled:
        """The elements that carry a label; read when it is first asked for."""
        return read_labels(self.tree)

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


def _path(url: str) -> str:
    """What tells a page of a site: its path and query, without the slash at the end; empty for a home page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path.strip('/')}?{parts.query}" if parts.path.strip("/") else ""
