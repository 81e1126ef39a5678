"""What tells a page with an article from one without: its URL, what it says of itself, and the shape of its text. No word of a language."""

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from lxml.html import HtmlElement

from workers.model.blocks import Blocks
from workers.rules.pages import INDEX_NAMES, LIST_SEGMENTS, SEARCH_PARAMETERS, SEARCH_SEGMENTS, TAG_SEGMENTS, VIDEO_SEGMENTS
from workers.stages.characters import ends_sentence, inner_stops
from workers.stages.text import weighted_length
from workers.structured.head import metas_in

UrlKind = Literal["none", "root", "index", "search", "tag", "list", "short", "query", "name"]

_EXTENSION = re.compile(r"\.(?:[sx]?html?|php\d?|aspx?|jsp|cfm|cms)\Z")
_NUMBERED = re.compile(r"\d{5,}|/(?:19|20)\d\d/[^/]|[0-9a-f]{12,}")  # an id, a date or a hash: how articles are addressed
_NAME_WORDS = 4  # of a path's last segment: section names have one to three
_NAME_CHARS = 40
_TYPES = re.compile(r'"@type"\s*:\s*(\[[^\]]{0,200}\]|"[^"]{1,60}")')
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|Review|Recipe|HowTo|SocialMediaPosting)\"")
_LIST_TYPE = re.compile(r'"(?:CollectionPage|SearchResultsPage)"')
_SEARCH_TYPE = '"SearchResultsPage"'
_VIDEO_TYPE = '"VideoObject"'
_PUBLISHED = frozenset("article:published_time og:published_time datepublished pubdate article:modified_time parsely-pub-date".split())
_OG_TYPE = "og:type"
_READ = _PUBLISHED | {_OG_TYPE}
# An article's text may still be cut short with an ellipsis once or twice; a list of teasers is full of them.
_CUT_SHORT = re.compile(r"(?:…|\.\.+|\[…\]|\[\.\.\.\])\W*\Z")

TEXT_MIN_CHARS = 60  # of a line of running text
LONG_MIN_CHARS = 400  # such a line is text however it ends: not every script has a full stop
HEAD_MIN_CHARS = 12
LINK_MIN_CHARS = 15
LINKED = 0.8  # share of a line


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says of itself."""

    is_article: int = 0  # 0 to 3: `og:type`, JSON-LD and a time of publication each say so
    is_list: bool = False
    is_search: bool = False
    is_site: bool = False  # og:type website
    is_video: bool = False


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The shape of the body. Lengths are in weighted characters (`text.weighted_length`)."""

    lines: int
    chars: int
    text_share: float  # of the characters, in lines of running text
    longest_run: int  # characters of the longest run of such lines
    texts: int  # lines of running text, those cut short included
    teasers: int  # such lines that stand alone under a head
    linked_teasers: int  # such lines under a head that is a link
    heads: int
    linked_share: float  # of the characters, in lines that are links
    cut_short: int  # lines that end in an ellipsis
    articles: int  # `article` elements on the page
    inner_stops: float  # ends of sentences inside a line, a thousand characters

    @property
    def mean_text(self) -> float:
        """Characters of a line of running text."""
        return self.chars * self.text_share / max(self.texts, 1)


def url_kind(url: str | None) -> UrlKind:
    """What the URL's shape says. `name`: a title, a date or an id, as articles have."""
    if not url:
        return "none"
    parts = urlsplit(url)
    segments = [segment for segment in unquote(parts.path).lower().split("/") if segment]
    if any(segment in SEARCH_SEGMENTS for segment in segments) or SEARCH_PARAMETERS & parse_qs(parts.query).keys():
        return "search"
    if not segments:
        return "query" if parts.query else "root"
    last = _EXTENSION.sub("", segments[-1])
    if any(segment in TAG_SEGMENTS for segment in segments[:-1]):
        return "tag"
    if any(segment in LIST_SEGMENTS for segment in segments[:-1]) and not _NUMBERED.search(url):
        return "list"
    if last in INDEX_NAMES and not parts.query:
        return "index" if len(segments) == 1 else "short"
    words = [word for word in re.split(r"[-_.+, ]", last) if word]
    if _NUMBERED.search(parts.path + parts.query) or len(words) >= _NAME_WORDS or len(last) >= _NAME_CHARS:
        return "name"
    return "query" if parts.query else "short"


def has_video_address(url: str | None) -> bool:
    """Whether a segment of the path says video."""
    return not VIDEO_SEGMENTS.isdisjoint(urlsplit(url or "").path.lower().split("/"))


def said_of(elements: list[HtmlElement]) -> Said:
    """Read `og:type`, times of publication and the types of JSON-LD from the `meta` and `script` among some elements."""
    metas, texts = metas_in(elements, _READ)
    og_type = next((content.lower() for name, content in metas if name == _OG_TYPE and content), "")
    published = any(name != _OG_TYPE for name, _ in metas)
    named = [type_ for text in texts for type_ in _TYPES.findall(text)]
    types = " ".join(named)
    articles = len(_ARTICLE_TYPE.findall(types))
    is_list = _LIST_TYPE.search(types) is not None or ('"ItemList"' in types and articles > 1)  # a list names its articles
    states_article = articles > 0 and not is_list
    return Said(
        is_article=og_type.endswith("article") + states_article + published,
        is_list=is_list,
        is_search=_SEARCH_TYPE in types,
        is_site=og_type == "website",
        is_video=og_type.startswith("video") or (_VIDEO_TYPE in types and not states_article),
    )


def shape_of(paragraphs: list[str], blocks: Blocks) -> Shape:
    """Measure a body. `blocks` say which lines are links."""
    linked = _linked(blocks)
    lengths = [weighted_length(line) for line in paragraphs]
    chars = max(sum(lengths), 1)
    kinds = "".join(_kind(line, length, line in linked) for line, length in zip(paragraphs, lengths, strict=True))
    return Shape(
        lines=len(kinds),
        chars=chars,
        text_share=_sum(lengths, kinds, "p") / chars,
        longest_run=_longest(kinds, lengths),
        texts=kinds.count("p") + kinds.count("t"),
        teasers=len(re.findall("(?<=[hH])[pt](?=[hHt]|$)", kinds)),
        linked_teasers=len(re.findall("(?<=H)[pt]", kinds)),
        heads=kinds.count("h") + kinds.count("H"),
        linked_share=_sum(lengths, kinds, "H") / chars,
        cut_short=kinds.count("t"),
        articles=1 + max((node.article for node in blocks.nodes), default=-1),
        inner_stops=1000 * sum(map(inner_stops, paragraphs)) / chars,
    )


def longest_run(blocks: Blocks) -> int:
    """Characters of the longest run of running text on the whole page."""
    linked = _linked(blocks)
    lengths = [weighted_length(text) for text in blocks.texts]
    return _longest([_kind(text, length, text in linked) for text, length in zip(blocks.texts, lengths, strict=True)], lengths)


def _linked(blocks: Blocks) -> set[str]:
    return {text for text, chars in zip(blocks.texts, blocks.link_chars, strict=True) if chars > LINKED * len(text)}


def _longest(kinds: Iterable[str], lengths: list[int]) -> int:
    run = longest = 0
    for kind, length in zip(kinds, lengths, strict=True):
        run = run + length if kind == "p" else run if kind == "o" else 0
        longest = max(longest, run)
    return longest


def _kind(line: str, length: int, is_linked: bool) -> str:
    """By a letter: p running text, t such text cut short, H a link, h a head or another open line, o neither."""
    if is_linked and length >= LINK_MIN_CHARS:
        return "H"
    is_cut = ("…" in line or ".." in line) and _CUT_SHORT.search(line) is not None
    is_closed = not is_cut and ends_sentence(line)
    if length >= LONG_MIN_CHARS or (length >= TEXT_MIN_CHARS and is_closed):
        return "p"
    if length >= TEXT_MIN_CHARS and is_cut:
        return "t"
    return "h" if length >= HEAD_MIN_CHARS and not is_closed else "o"


def _sum(lengths: list[int], kinds: str, wanted: str) -> int:
    return sum(length for kind, length in zip(kinds, lengths, strict=True) if kind == wanted)
