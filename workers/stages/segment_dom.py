"""What the tree says of a page's lines: where each stands, what is a link, and the lists, captions and summary points around them."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Literal, Self

from lxml import etree
from lxml.html import HtmlElement

from workers.pipeline.draft import Draft
from workers.rules.match import Matcher
from workers.rules.model import Scope, SegmentClass
from workers.stages.blocks import Block, blocks_of, ends_sentence
from workers.stages.joiners import Joiners
from workers.stages.links import absolute_url, base_url
from workers.stages.segment_images import captioned, captions_in
from workers.stages.segment_names import caption_of
from workers.stages.segment_part import Part
from workers.stages.segment_places import KEY_SCAN_CHARS, LEAD_MIN_CHARS, find_places, key_of, leads_before, may_have_key
from workers.stages.segment_tree import link_around, links_in, short_heads, text_of
from workers.stages.segment_walk import MIN_EMBEDDED_PROSE, MIN_SUMMARY_POINTS
from workers.stages.structured import page_of
from workers.stages.text import clean_text
from workers.structured.elements import whole_text_of
from workers.structured.page import MAX_TEXT_BYTES

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_APART = frozenset(("aside", "nav", "footer", "form", "figure", "figcaption", "ul", "ol", "table", "button", "noscript", "a"))
_NOT_TEXT = frozenset(("a", "script", "style", "img", "time", "button", "svg"))
LEAD_MAX_CHARS = 700
_WRAPPERS = (*_HEADINGS, "div", "p", "span", "header")
Links = list[tuple[str, str | None]]  # text, URL
MIN_LINK_CHARS = 15
MAX_LIST_ELEMENTS = 3  # after a head, until one with links
MAX_LINKS = 40
MAX_CAPTIONS = 20  # in `images`
CAPTION_LINE_MAX_CHARS = 200

_shown_words = etree.XPath("descendant::text()[not(parent::style or parent::script or ancestor::button)]", smart_strings=False)


class Page:
    """The tree of one page, with the lines taken from it."""

    def __init__(self, draft: Draft, joiners: Joiners) -> None:
        self._tree: HtmlElement = draft.tree
        self._joiners = joiners
        self._base = base_url(draft.tree, draft.url)
        self._texts: list[str] = draft.blocks.texts if draft.blocks is not None else []
        self.blocks: list[Block] = []
        self.headlines: list[str] = []
        self._linked: dict[HtmlElement, tuple[list[HtmlElement], tuple[str, ...]]] = {}  # an element can hold thousands of lines

    @classmethod
    def of(cls, draft: Draft, lines: list[str]) -> Self:
        """Find the lines in the draft's tree."""
        page = cls(draft, draft.joiners)
        page.headlines = [text for element in page_of(draft).read if element.tag == "h1" and (text := page._heading(element))]
        keys = [page._line_key(line) for line in lines]
        places = page._places(set(keys))
        page.blocks = [block for line, key in zip(lines, keys, strict=True) for block in page._blocks(line, places.get(key))]
        page.blocks = [*page._lost_lead(places), *page.blocks]
        return page

    def complete(self, main: Part, embedded: list[Part], matcher: Matcher) -> None:
        """Add what the extractor has left out of the lines: captions, summary points, lists of other stories."""
        own = [block.element for block in main.prose if block.element is not None]
        if not own:
            return
        container = _container(own[0], own[-1])
        self._add_embedded(main, embedded, container, matcher)
        apart = [(part, _nearest(*ends)) for part in embedded if (ends := _ends(part))]
        self._add_captions(main, container)
        self._add_summary(main, container, own[0])
        for head, kind, links in self._lists(container, matcher):
            above = set(head.iterancestors())
            part = next((part for part, inside in apart if inside in above), main)
            for name, url in links:
                part.relate(name, kind, url)

    def _text(self, element: HtmlElement) -> str:
        return clean_text(self._joiners.restore(text_of(element)))

    def _heading(self, element: HtmlElement) -> str:
        """The beginning of its text, enough to tell a heading: those inside each other all have the same megabytes."""
        return clean_text(self._joiners.restore(whole_text_of(element, MAX_TEXT_BYTES)))

    def _lost_lead(self, places: dict[str, HtmlElement]) -> list[Block]:
        """The paragraph between the headline and the text, where the extractor has left it out: sites set it in an element of its own."""
        first = next((block.element for block in self.blocks if block.is_prose), None)
        if first is None:
            return []
        leads = leads_before(self._tree, first) or []
        found = [block for element in leads if (block := self._as_lead(element, places)) is not None]
        return found if len(found) == 1 else []

    def _as_lead(self, element: HtmlElement, places: dict[str, HtmlElement]) -> Block | None:
        text = self._text(element)
        if not LEAD_MIN_CHARS <= len(text) <= LEAD_MAX_CHARS or self._line_key(text) in places:
            return None
        is_apart = any(above.tag in _APART for above in element.iterancestors()) or any(child.tag in _NOT_TEXT for child in element.iter())
        block = Block(text=text, element=element)
        return block if block.is_prose and not is_apart else None

    def _line_key(self, line: str) -> str:
        return key_of(self._joiners.protect(line[:KEY_SCAN_CHARS]))  # as it is written in the tree

    def _places(self, wanted: set[str]) -> dict[str, HtmlElement]:
        places = find_places(self._tree, wanted, in_containers=False)
        # Most lines are leaves. Containers are many: they are looked at only for lines that stand on the page as they are.
        left = wanted - places.keys()
        if left and any(self._line_key(text) in left for text in may_have_key(self._texts, left)):
            places |= find_places(self._tree, left, in_containers=True)
        return places

    def _blocks(self, line: str, element: HtmlElement | None) -> list[Block]:
        if element is None:
            return blocks_of(line)
        links, texts = self._linked.get(element) or self._linked.setdefault(element, self._links_in(element))
        is_link = len(links) == 1 and len(self._text(links[0])) >= len(clean_text(line)) - 2
        if not links and (around := link_around(element)) is not None:
            links, is_link = [around], True
            texts = tuple(text for link in links if (text := self._text(link)))
        href = absolute_url(links[0].get("href"), self._base) if len(links) == 1 else None
        is_heading = element.tag in _HEADINGS
        pieces = blocks_of(line)
        if any(piece.is_code for piece in pieces) and _shows_code(element):
            pieces = [Block(text=clean_text(line))]
        return [
            Block(
                text=block.text,
                is_item=block.is_item or element.tag == "li",
                is_code=block.is_code,
                follows_code=block.follows_code,
                is_heading=is_heading,
                is_link=is_link,
                href=href,
                links=texts,
                element=element,
            )
            for block in pieces
        ]

    def _links_in(self, element: HtmlElement) -> tuple[list[HtmlElement], tuple[str, ...]]:
        """At most MAX_LINKS, and their texts."""
        links = links_in(element, MAX_LINKS)
        return links, tuple(text for link in links if (text := self._text(link)))

    def _add_captions(self, main: Part, container: HtmlElement) -> None:
        seen = {image.caption for image in main.images}
        captions: Counter[str] = Counter()
        shown: Counter[str] = Counter()  # those that are in `images` from here
        elements, inside = captions_in(container)
        for caption in elements:
            figure = caption.getparent()
            words = _shown_words(caption)
            assert isinstance(words, list)
            text = clean_text(self._joiners.restore("".join(map(str, words))))
            captions[text] += 1
            if text and text not in seen and len(seen) < MAX_CAPTIONS:
                seen.add(text)
                shown[text] = 1
                image = figure.find(".//img") if figure is not None else None
                main.images.append(caption_of(text, absolute_url(image.get("src"), self._base) if image is not None else None))
        if inside:
            # A caption may be several lines; one as long as a paragraph is the article's lead, put below its picture.
            lines = Counter(block.text for block in self.blocks if block.element in inside and len(block.text) <= CAPTION_LINE_MAX_CHARS)
            found = captions | lines
            cut = sum(len(text) for text in main.paragraphs if text in found)
            if 2 * cut > sum(map(len, main.paragraphs)):  # a slideshow: its text is below the pictures
                found = shown
            main.move_all(found, SegmentClass.CAPTION, "any.figcaption")
        for block, image, rule in captioned(self.blocks):
            if block.text in main.paragraphs:
                main.move(block.text, SegmentClass.CAPTION, rule)
                main.images.append(caption_of(block.text, absolute_url(image.get("src"), self._base)))

    def _add_summary(self, main: Part, container: HtmlElement, first: HtmlElement) -> None:
        """A list without links before the first paragraph."""
        if main.abstract:
            return
        for element in container.iter("ul", first.tag):
            if element is first:
                return
            if element.tag != "ul" or element.find(".//a") is not None:
                continue
            points = [text for item in element.iterchildren("li") if (text := self._text(item))]
            leads = main.paragraphs[: len(points)] == points  # the extractor took them for the beginning
            if _are_summary(points) and (leads or not set(points) & set(main.paragraphs)):
                main.abstract = points
                for point in points:
                    main.move(point, SegmentClass.SUMMARY_POINTS, "any.summary_points")
                return

    def _lists(self, container: HtmlElement, matcher: Matcher) -> Iterator[tuple[HtmlElement, Literal["read_also", "related"], Links]]:
        for head, text in short_heads(container):
            rule = matcher.whole_line(text)
            if rule is None or rule.scope is not Scope.LIST:
                continue
            links = self._links_under(head)
            if links:
                yield head, "read_also" if rule.class_ is SegmentClass.READ_ALSO else "related", links

    def _add_embedded(self, main: Part, embedded: list[Part], container: HtmlElement, matcher: Matcher) -> None:
        """Articles after a "read also" head that the extractor has left out: an element with a headline and paragraphs of its own."""
        known = {part.headline for part in embedded}
        for head in container.iter(*_HEADINGS):
            rule = matcher.whole_line(self._heading(head))
            if rule is None or rule.class_ is not SegmentClass.READ_ALSO or (box := head.getnext()) is None:
                continue
            title = next((heading for heading in box.iter(*_HEADINGS) if self._text(heading)), None)
            if title is None or (headline := self._text(title)) in known:
                continue
            lines = [Block(text=text, element=p) for p in box.iter("p") if (text := self._text(p)) and matcher.find(text) is None]
            prose = [block for block in lines if block.is_prose]
            if len(prose) >= MIN_EMBEDDED_PROSE and prose[0].text not in main.paragraphs:
                link = title.find(".//a")
                url = absolute_url(link.get("href"), self._base) if link is not None else None
                texts = {block.text for block in lines}
                # The same article, found before in lines that had lost its head: the tree has the whole of it.
                embedded[:] = [part for part in embedded if texts.isdisjoint(part.paragraphs)]
                embedded.append(Part(headline=headline, url=url, paragraphs=[block.text for block in lines], prose=prose))

    def _links_under(self, head: HtmlElement) -> Links:
        links = self._links(head)
        if links or (head.tail or "").strip():
            return links
        level = head
        while level.getnext() is None and level.getparent() is not None and level.getparent().tag in _WRAPPERS:
            level = level.getparent()
        for element in islice(level.itersiblings(), MAX_LIST_ELEMENTS):
            if any(len(text := self._text(p)) >= MIN_LINK_CHARS * 4 and ends_sentence(text) for p in element.iter("p")):
                return []
            if links := self._links(element):
                return links
        return []

    def _links(self, element: HtmlElement) -> Links:
        found = [(self._text(a), absolute_url(a.get("href"), self._base)) for a in element.iter("a")]
        return [(text, url) for text, url in found if len(text) >= MIN_LINK_CHARS][:MAX_LINKS]


def _shows_code(element: HtmlElement) -> bool:
    """Whether a text is code that the article shows, not code that has leaked into it."""
    return any(it.tag in ("pre", "code") for it in (element, *element.iterancestors()))


def _are_summary(points: list[str]) -> bool:
    """Whether a list's items are summary points: some, of a line's length, and not ended as sentences are."""
    return len(points) >= MIN_SUMMARY_POINTS and all(len(point) >= MIN_LINK_CHARS and not ends_sentence(point) for point in points)


def _nearest(first: HtmlElement, last: HtmlElement) -> HtmlElement:
    """The nearest element that holds both."""
    above_last = {last, *last.iterancestors()}
    return next((element for element in first.iterancestors() if element in above_last), first)


def _container(first: HtmlElement, last: HtmlElement) -> HtmlElement:
    """The nearest element that holds both, or the `article` or `main` around it."""
    nearest = _nearest(first, last)
    return next((element for element in (nearest, *nearest.iterancestors()) if element.tag in ("article", "main")), nearest)


def _ends(part: Part) -> tuple[HtmlElement, HtmlElement] | None:
    elements = [block.element for block in part.prose if block.element is not None]
    if not elements:
        return None
    return elements[0], elements[-1]
