"""Pages that go on with other articles: each stands in an element of its own, with a headline of the main one's rank."""

from collections.abc import Iterable

import msgspec
from lxml import etree
from lxml.html import HtmlElement

from workers.model.blocks import TAG_NUMBER, Blocks
from workers.pipeline.draft import Draft
from workers.rules.fold import fold_ends
from workers.stages.blocks import PROSE_MIN_CHARS, Block
from workers.stages.links import absolute_url, base_url
from workers.stages.segment_tree import has_long_leaves, text_of
from workers.stages.structured import page_of
from workers.stages.text import clean_text, weighted_length

RULE = "any.infinite_scroll"
MIN_PROSE = 3  # paragraphs of running text: a teaser has one
MIN_LEAF_CHARS = PROSE_MIN_CHARS // 3  # of a leaf as the page has it: cleaned, a character is three at most
MIN_PROSE_CHARS = 350  # without white space
MIN_PROSE_SHARE = 0.4  # of the text in its element: with less it is a list of stories
MAX_UNITS = 20
_LEAVES = ("p", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "td")
_APART = frozenset(("aside", "nav", "footer", "form", "figure", "figcaption", "button", "noscript", "header"))
_URL_ATTRIBUTES = ("data-url", "data-href", "data-permalink", "data-canonical")
_NOT_ARTICLES = ("comment", "reply", "respond", "discuss")  # in the class or id of what holds it
_H1 = TAG_NUMBER["h1"]
_LIVE = "LiveBlogPosting"
_KEY_CHARS = 80

_live = etree.XPath(f'boolean(//script[contains(@type, "json")][contains(text(), "{_LIVE}")] | //*[contains(@itemtype, "{_LIVE}")])')


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One article of such a page."""

    headline: str
    url: str | None
    lines: list[str]


def units_of(draft: Draft, lines: list[str]) -> tuple[list[str], list[Unit]]:
    """The main article's lines, and the other articles; all lines and none when the page has one article, or is a live blog."""
    if draft.blocks is not None and not _may_go_on(draft.blocks):
        return lines, []
    heads = [element for element in page_of(draft).read if element.tag == "h1"]
    if len(heads) < 2:
        heads += [heading for article in draft.tree.iter("article") if (heading := _linked_heading(article)) is not None]
    if len(heads) < 2 or (_LIVE in (draft.html or "") and _live(draft.tree)):
        return lines, []
    found = [(head, element) for head, element in _elements(heads[:MAX_UNITS]) if _is_unit(head, element)]
    titles = {fold_ends(title) for title in (draft.parts.get("headline"), draft.tree.findtext(".//title")) if title}
    called = [at for at, (head, _) in enumerate(found) if fold_ends(text_of(head)) in titles]
    found = found[called[0] :] if called else found  # what stands before the article that the page is called by is the site's
    if len(found) < 2:
        return lines, []
    reader = _Reader(draft)
    main, *others = [reader.unit(head, element, lines) for head, element in found]
    own = set(map(_key, main.lines))
    taken = {_key(line) for unit in others for line in unit.lines} | {_key(unit.headline) for unit in others}
    rest = [line for line in lines if (key := _key(line)) in own or key not in taken]
    # What the extractor kept stays as it is, unless it has passed over the main article for another one.
    size, found_own = _size(main.lines), _size(line for line in rest if _key(line) in own)
    if _size(rest) - found_own > size:  # the page's article is in none of them: they are boxes beside it
        return lines, []
    return rest if 2 * found_own >= size else main.lines, [unit for unit in others if unit.lines]


def _may_go_on(blocks: Blocks) -> bool:
    """Whether there are two top headings or two `article` elements at all: on most pages there are not."""
    return [node.tag for node in blocks.nodes].count(_H1) > 1 or max([node.article for node in blocks.nodes], default=-1) > 0


def _linked_heading(article: HtmlElement) -> HtmlElement | None:
    """The headline of an `article` element, when it leads elsewhere; those of teasers do too, but they have no text."""
    heading = next(article.iter("h1", "h2", "h3"), None)
    if heading is None or any(above.tag == "article" for above in article.iterancestors()):
        return None
    link = heading.find(".//a")
    return heading if link is not None and not (link.get("href") or "#").startswith("#") else None


def _elements(heads: list[HtmlElement]) -> Iterable[tuple[HtmlElement, HtmlElement]]:
    """For each headline the largest element that holds it and no other headline."""
    held: dict[HtmlElement, int] = {}
    for head in heads:
        for element in (head, *head.iterancestors()):
            held[element] = held.get(element, 0) + 1
    for head in heads:
        element = head
        while (above := element.getparent()) is not None and held[above] == 1:
            element = above
        yield head, element


def _is_unit(head: HtmlElement, element: HtmlElement) -> bool:
    """Whether it has a text, and a mark of an article: the element itself, a time, or an address of its own."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if any(name in names for name in _NOT_ARTICLES) or not has_long_leaves(element, MIN_LEAF_CHARS, MIN_PROSE):
        return False
    holds = [element, *element.iterdescendants("article", "section", "div")]
    has_mark = (
        any(part.tag == "article" or any(part.get(name) for name in _URL_ATTRIBUTES) for part in holds)
        or head.find(".//a[@href]") is not None
        or next(element.iter("time"), None) is not None
    )
    prose = [text for text in _texts(element) if Block(text=text).is_prose]
    chars = sum(len("".join(text.split())) for text in prose)
    return has_mark and len(prose) >= MIN_PROSE and chars >= max(MIN_PROSE_CHARS, MIN_PROSE_SHARE * _visible_chars(element))


def _visible_chars(element: HtmlElement) -> int:
    hidden = sum(len(part.text or "") for part in element.iter("script", "style", "noscript", "template"))
    return len("".join(text_of(element).split())) - hidden


def _texts(element: HtmlElement) -> Iterable[str]:
    """The text of each leaf, without what stands beside an article."""
    apart_in: dict[HtmlElement, bool] = {element: False}
    for leaf in element.iter(*_LEAVES):
        if _is_beside(leaf) if leaf is element else _is_apart(leaf.getparent(), apart_in):
            continue  # unread: leaves inside leaves are apart, and each has the whole text of those in it
        text = clean_text(text_of(leaf))
        linked = sum(len(text_of(link)) for link in leaf.iter("a"))
        if text and linked < len(text) / 2:
            yield text


def _is_beside(element: HtmlElement) -> bool:
    return any(above.tag in _APART or above.tag in _LEAVES for above in element.iterancestors())


def _is_apart(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element, or one around it up to a known one, stands beside an article or is a leaf. `known`: what was found before."""
    passed = []
    while element not in known:
        passed.append(element)
        element = element.getparent()
    is_apart = known[element]
    for inside in reversed(passed):
        known[inside] = is_apart = is_apart or inside.tag in _APART or inside.tag in _LEAVES
    return is_apart


class _Reader:
    def __init__(self, draft: Draft) -> None:
        self._joiners = draft.joiners
        self._base = base_url(draft.tree, draft.url)

    def unit(self, head: HtmlElement, element: HtmlElement, lines: list[str]) -> Unit:
        """The article in an element: the extractor's lines where they are most of it, else the tree's."""
        texts = [self._joiners.restore(text) for text in _texts(element)]
        keys = set(map(_key, texts))
        found = [line for line in lines if _key(line) in keys]
        whole = 2 * _size(found) >= _size(texts)
        headline = clean_text(self._joiners.restore(text_of(head)))
        return Unit(headline=headline, url=self._url(head, element), lines=found if whole else texts)

    def _url(self, head: HtmlElement, element: HtmlElement) -> str | None:
        link = head.find(".//a[@href]")
        hrefs = [link.get("href")] if link is not None else []
        hrefs += [value for part in element.iter("article", "section", "div") for name in _URL_ATTRIBUTES if (value := part.get(name))]
        return next((url for href in hrefs if (url := absolute_url(href, self._base))), None)


def _size(lines: Iterable[str]) -> int:
    return sum(map(weighted_length, lines))


def _key(text: str) -> str:
    return "".join(text.split())[:_KEY_CHARS]
