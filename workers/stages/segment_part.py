"""One article of a page, as segmentation finds it: its paragraphs, what has a field of its own, and what was cut."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from schemas.records import Image, Person, RelatedLink, RemovedSegment, SourceOrganization
from workers.rules.fold import fold_ends
from workers.rules.match import Matcher
from workers.rules.model import SegmentClass
from workers.stages.blocks import Block, is_date_line
from workers.stages.segment_ends import notes_at_end
from workers.stages.segment_names import agencies_among, organization

MAX_RELATED = 100


class Part(msgspec.Struct, kw_only=True):
    """One article of a page, as it is found."""

    headline: str | None = None
    url: str | None = None
    paragraphs: list[str] = []
    abstract: list[str] = []
    keywords: list[str] = []
    authors: list[Person] = []
    sources: list[SourceOrganization] = []
    images: list[Image] = []
    related: list[RelatedLink] = []
    removed: list[RemovedSegment] = []
    prose: list[Block] = []
    tail: list[Block] = []  # names that are links, since the last other line

    def relate(self, name: str, kind: Literal["read_also", "related"], url: str | None) -> None:
        """Add a headline, once. The date beside one is often a link too, and none."""
        key = "" if is_date_line(name) else fold_ends(name)
        if key and len(self.related) < MAX_RELATED and all(fold_ends(link.name) != key for link in self.related):
            self.related.append(RelatedLink(name=name, kind=kind, url=url))

    def move(self, text: str, class_: SegmentClass, rule: str) -> None:
        """Take a line that has a field of its own out of the body, if it is there."""
        if text in self.paragraphs:
            self.paragraphs.remove(text)
            self.removed.append(RemovedSegment(class_=class_, rule=rule, text=text))

    def move_all(self, lines: Mapping[str, int], class_: SegmentClass, rule: str) -> None:
        """The same for many lines, each as often as it says."""
        left = dict(lines)
        kept = []
        for text in self.paragraphs:
            if left.get(text, 0) > 0:
                left[text] -= 1
                self.removed.append(RemovedSegment(class_=class_, rule=rule, text=text))
            else:
                kept.append(text)
        self.paragraphs[:] = kept

    def cut_notes(self, matcher: Matcher, authors: Iterable[str]) -> None:
        """Take what is said of the authors after the text out of the body."""
        for at, class_, rule in notes_at_end(self.paragraphs, matcher, [*authors, *(person.name for person in self.authors)]):
            text = self.paragraphs.pop(at)
            self.prose = [block for block in self.prose if block.text != text or text in self.paragraphs]
            self.removed.append(RemovedSegment(class_=class_, rule=rule, text=text))
            if class_ is SegmentClass.AGENCY_CREDIT:
                self.sources += [organization(name) for name in agencies_among(text)]
