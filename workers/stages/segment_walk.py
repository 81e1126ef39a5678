"""From lines to articles: which line is the article's, which is something else, and where a second article begins."""

from collections.abc import Iterable, Sequence, Set
from typing import Literal

from schemas.records import Image, Person, RemovedSegment
from workers.rules.agencies import agency_id
from workers.rules.fold import after_prefix, fold_ends
from workers.rules.match import Hit, Matcher
from workers.rules.model import Match, Place, Scope, SegmentClass
from workers.stages.blocks import Block, is_date_line
from workers.stages.segment_ends import (
    AUTHOR_LINE,
    address_rule,
    is_author_line,
    is_copyright_line,
    whole_text_again,
    without_date,
)
from workers.stages.segment_lines import HEADLINE_MAX_CHARS, is_headline, is_teaser
from workers.stages.segment_names import (
    caption_of,
    credited_names,
    has_credit,
    keywords_of,
    names_of,
    organization,
    source_names,
)
from workers.stages.segment_part import Part

NAME_MAX_CHARS = 40
MIN_REPEATS = 2  # paragraphs said twice: then a part of the page stands in it twice; one may be a refrain
MAX_TEASERS = 8  # more on a page, and the article is a list of links
PREAMBLE_MAX_LINES = 10
MIN_SUMMARY_POINTS = 2
MIN_EMBEDDED_PROSE = 2
TOP_PARAGRAPHS = 2  # a date after so many paragraphs is the text's

# After these the main article is over: what follows under a headline of its own is another one.
_ENDING = frozenset({SegmentClass.SOURCE_LINE, SegmentClass.TAGS, SegmentClass.AGENCY_CREDIT, SegmentClass.COMMENTS})


class Walk:
    """One pass over the lines of a page. `headlines`: what the page is known to be called; `authors`: their names; `addresses`: its own."""

    def __init__(self, matcher: Matcher, headlines: Iterable[str], authors: Iterable[str] = (), addresses: Set[str] = frozenset()) -> None:
        self._matcher = matcher
        self._authors = list(authors)
        self._addresses = addresses
        self._headlines = {folded for folded in map(fold_ends, headlines) if folded}
        self.main = Part()
        self.embedded: list[Part] = []
        self._part = self.main
        self._said: set[str] = set()  # paragraphs kept
        self._is_over = False
        self._cuts_teasers = True
        self._cuts_repeats = False
        self._has_several = False  # paragraphs that differ
        self._again: str | None = None  # the whole text once more

    def run(self, blocks: Sequence[Block]) -> None:
        """Read all lines."""
        self._cuts_teasers = sum(is_teaser(block) for block in blocks) <= MAX_TEASERS
        prose = [block.text for block in blocks if block.is_prose]
        self._cuts_repeats = len(prose) - len(set(prose)) >= MIN_REPEATS
        self._has_several = len(set(prose)) > 1
        self._again = whole_text_again(prose)
        at = self._read_preamble(blocks)
        while at < len(blocks):
            at = self._read(blocks, at)
        self._cut_tail()
        for part in (self.main, *self.embedded):
            part.cut_notes(self._matcher, self._authors)

    def _read_preamble(self, blocks: Sequence[Block]) -> int:
        """Plain text may begin with its headline, a caption, summary points. Returns where the rest begins."""
        first = next((i for i, block in enumerate(blocks[: PREAMBLE_MAX_LINES + 1]) if block.is_prose), 0)
        if self._headlines or any(block.element is not None for block in blocks[: first + 1]):
            return 0
        points: list[Block] = []
        head = next((i for i, block in enumerate(blocks[:first]) if address_rule(block.text, self._addresses, is_first=True) is None), 0)
        for at, block in enumerate(blocks[:first]):
            if at == head and is_headline(block) and self._find(block) is None and not is_date_line(block.text):
                self.main.headline = block.text
                self._headlines.add(fold_ends(block.text))
                self._cut(block, SegmentClass.REPEATED_HEADLINE, "text.headline")
            elif has_credit(block.text):
                self.main.images.append(caption_of(block.text))
                self._cut(block, SegmentClass.CAPTION, "text.caption")
            elif is_headline(block) and self._why_cut(block) is None and self._find(block) is None:
                points.append(block)
            else:
                self._flush_points(points)
                self._read(blocks, at)
        self._flush_points(points)
        return first

    def _flush_points(self, points: list[Block]) -> None:
        if len(points) >= MIN_SUMMARY_POINTS:
            self.main.abstract += [point.text for point in points]
            for point in points:
                self._cut(point, SegmentClass.SUMMARY_POINTS, "text.summary_points")
        else:
            for point in points:
                self._keep(point)
        points.clear()

    def _why_cut(self, block: Block) -> tuple[SegmentClass, str] | None:
        """What a line is when its looks tell, and no phrase is needed."""
        # A paragraph in the text is neither the headline nor without words: that need not be folded to be seen.
        folded = block.text if self._part.prose and len(block.text) > HEADLINE_MAX_CHARS else fold_ends(block.text)
        if block.is_code:
            return SegmentClass.LEAKED_CODE, "any.code"
        is_twice = self._has_several and bool(self._part.paragraphs) and block.text == self._part.paragraphs[-1]
        if (self._cuts_repeats or is_twice) and block.is_prose and block.text in self._said:
            return SegmentClass.REPEATED_PARAGRAPH, "any.repeated_paragraph"
        if block.text == self._again:
            return SegmentClass.REPEATED_PARAGRAPH, "any.whole_text_again"
        if not folded:
            return SegmentClass.END_MARKER, "any.no_words"
        if (rule := address_rule(block.text, self._addresses, is_first=not self._part.paragraphs)) is not None:
            return SegmentClass.SHARE_WIDGET, rule
        if self._is_own_headline(block, folded):
            return SegmentClass.REPEATED_HEADLINE, "any.repeated_headline"
        if len(self._part.paragraphs) < TOP_PARAGRAPHS and is_date_line(block.text):
            return SegmentClass.DATE_LINE, "any.date_line"
        if len(self._part.prose) < TOP_PARAGRAPHS and is_author_line(without_date(block.text, self._matcher), self._authors):
            return SegmentClass.BYLINE, AUTHOR_LINE
        return None

    def _is_own_headline(self, block: Block, folded: str) -> bool:
        if self._part.prose:  # later it can be a subhead: pages use h1 for those too
            return False
        return folded in self._headlines or (self._part.headline is not None and folded == fold_ends(self._part.headline))

    def _read(self, blocks: Sequence[Block], at: int) -> int:
        block = blocks[at]
        why = self._why_cut(block)
        if why is not None:
            self._cut(block, *why)
        elif (names := credited_names(block.text)) and self._part.paragraphs:
            self._part.sources += [organization(name) for name in names]
            self._cut(block, SegmentClass.AGENCY_CREDIT, "any.agency_credit")
            self._is_over = True
        elif self._read_image_text(block):
            pass
        elif (hit := self._find(block)) is not None:
            return self._read_hit(hit, blocks, at)
        elif is_copyright_line(block.text):
            self._cut(block, SegmentClass.COPYRIGHT, "any.copyright_sign")
        elif self._is_teaser(block):
            self._part.relate(block.text, "related", block.href)
            self._cut(block, SegmentClass.RELATED, "any.linked_line")
        else:
            self._keep(block)
        return at + 1

    def _find(self, block: Block) -> Hit | None:
        is_top = len(self._part.paragraphs) < TOP_PARAGRAPHS and not self._part.prose
        top = self._matcher.find_top(without_date(block.text, self._matcher)) if is_top else None
        return top if top is not None else self._matcher.find(block.text)

    def _is_teaser(self, block: Block) -> bool:
        """Whether a line in or after the text is nothing but a link of a headline's length, on a page that has few of them."""
        return self._cuts_teasers and bool(self._part.prose) and is_teaser(block)

    def _read_image_text(self, block: Block) -> bool:
        """The headline again, as an image's text: with its agency, or between leaked code and the next paragraph."""
        if not self._part.headline:
            return False
        headline, folded = fold_ends(self._part.headline), fold_ends(block.text)
        if not headline or not folded.startswith(headline) or folded == headline:
            return False
        rest = after_prefix(block.text, headline).lstrip(" -–—|:")
        if agency_id(rest) is not None:
            self._part.images.append(Image(caption=self._part.headline, credit_text=rest))
            self._cut(block, SegmentClass.CAPTION, "any.image_text")
            return True
        if not block.follows_code:
            return False
        # Run together with what follows: the agency's name, then the paragraph without a space between.
        for end in range(2, min(16, len(rest))):
            if agency_id(rest[:end]) is not None:
                self._part.images.append(Image(caption=self._part.headline, credit_text=rest[:end].strip()))
                rest = rest[end:].strip()
                break
        self._cut(Block(text=block.text[: len(block.text) - len(rest)]), SegmentClass.CAPTION, "any.image_text")
        self._keep(Block(text=rest))
        return True

    def _read_hit(self, hit: Hit, blocks: Sequence[Block], at: int) -> int:
        rule, block = hit.rule, blocks[at]
        if rule.class_ is SegmentClass.RELATED and rule.scope is Scope.LIST and self._leaves_embedded(block):
            self._part, self._is_over = self.main, True
        self._cut(block, rule.class_, rule.id)
        if rule.class_ is SegmentClass.SOURCE_LINE:
            self._part.sources += [organization(name) for name in source_names(hit.rest)]
        elif rule.class_ is SegmentClass.TAGS and hit.rest:
            self._part.keywords += block.links or keywords_of(hit.rest)
        elif rule.place is Place.TOP and rule.class_ is SegmentClass.BYLINE:
            self._part.authors += [Person(name=name) for name in names_of(hit.rest)]
        elif rule.class_ in (SegmentClass.READ_ALSO, SegmentClass.RELATED):
            return self._read_related(hit, blocks, at)
        self._is_over = self._is_over or rule.class_ in _ENDING
        if rule.scope is Scope.REST:
            for rest in blocks[at + 1 :]:
                self._cut(rest, rule.class_, rule.id)
            return len(blocks)
        return at + 1

    def _leaves_embedded(self, block: Block) -> bool:
        """Whether a list's head inside an embedded article's lines stands outside it: in plain text always, as lists end pages."""
        if self._part is self.main:
            return False
        first = self._part.prose[0].element if self._part.prose else None
        return block.element is None or first is None or first.getparent() not in block.element.iterancestors()

    def _read_related(self, hit: Hit, blocks: Sequence[Block], at: int) -> int:
        kind: Literal["read_also", "related"] = "read_also" if hit.rule.class_ is SegmentClass.READ_ALSO else "related"
        if hit.rule.match is Match.START:
            if hit.rule.colon:
                self._part.relate(hit.rest, kind, blocks[at].href)
            return at + 1
        if kind == "read_also" and self._begin_embedded(blocks, at + 1, hit):
            return self._skip_to_headline(blocks, at + 1) + 1
        taken = at + 1
        while taken < len(blocks) and self._is_listed(blocks[taken], taken - at, kind):
            self._part.relate(blocks[taken].text, kind, blocks[taken].href)
            self._cut(blocks[taken], hit.rule.class_, hit.rule.id)
            taken += 1
        return taken

    def _is_listed(self, block: Block, place: int, kind: str) -> bool:
        """Whether a line after a list's head is one of its headlines. Unmarked lines: one after "read also", any number in a list."""
        if not is_headline(block, closed=block.is_item or block.is_link) or self._matcher.find(block.text) is not None:
            return False
        if block.element is not None:
            return block.is_link
        return block.is_item or kind == "related" or place == 1

    def _begin_embedded(self, blocks: Sequence[Block], at: int, hit: Hit) -> bool:
        """Begin a second article when a headline and its paragraphs follow."""
        head_at = self._skip_to_headline(blocks, at)
        if head_at >= len(blocks) or not is_headline(blocks[head_at], closed=True):
            return False
        head = blocks[head_at]
        prose = [block for block in blocks[head_at + 1 : head_at + 8] if block.is_prose]
        if len(prose) < MIN_EMBEDDED_PROSE or not (self._is_over or self._stands_apart(head, prose[1])):
            return False
        self._cut(head, SegmentClass.EMBEDDED_ARTICLE, hit.rule.id)
        self._part = Part(headline=head.text, url=head.href)
        self.embedded.append(self._part)
        self._is_over = False
        return True

    def _skip_to_headline(self, blocks: Sequence[Block], at: int) -> int:
        while at < len(blocks) and (hit := self._matcher.find(blocks[at].text)) is not None and hit.rule.scope is Scope.LINE:
            at += 1
        return at

    def _stands_apart(self, head: Block, prose: Block) -> bool:
        """Whether a headline and a paragraph under it share an element that the main article is not in."""
        own = [block.element for block in self.main.prose[:1] + self.main.prose[-1:] if block.element is not None]
        if head.element is None or prose.element is None or not own or not (head.is_heading or head.is_link):
            return False
        above_main = {above for element in own for above in element.iterancestors()}
        above_head = list(head.element.iterancestors())
        return any(element in above_head and element not in above_main for element in prose.element.iterancestors())

    def _keep(self, block: Block) -> None:
        self._part.paragraphs.append(block.text)
        if block.is_prose:
            self._part.prose.append(block)
            self._said.add(block.text)
        if block.is_link and not block.is_heading and len(block.text) <= NAME_MAX_CHARS:
            self._part.tail.append(block)
        else:
            self._part.tail.clear()

    def _cut_tail(self) -> None:
        """Names that are links, after the last paragraph of an article: what the page is filed under."""
        for part in (self.main, *self.embedded):
            while part.prose and part.tail and part.paragraphs and part.paragraphs[-1] == part.tail[-1].text:
                block = part.tail.pop()
                part.paragraphs.pop()
                part.keywords.append(block.text)
                part.removed.append(RemovedSegment(class_=SegmentClass.TAGS, rule="any.linked_names", text=block.text))
            part.keywords = list(dict.fromkeys(part.keywords))

    def _cut(self, block: Block, class_: SegmentClass, rule: str) -> None:
        self._part.removed.append(RemovedSegment(class_=class_, rule=rule, text=block.text))
