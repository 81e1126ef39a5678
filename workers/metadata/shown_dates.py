"""Dates that a page shows its readers: in elements that developers label, and in short lines near the headline."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from workers.dates.parse import Found, Reader
from workers.metadata.candidate import Candidate, candidate
from workers.metadata.date_words import labels_update, names_update, speaks_of_date
from workers.stages.blocks import ends_sentence, is_date_line
from workers.structured.labels import is_foreign
from workers.structured.page import Page

NEAR_BEFORE, NEAR_AFTER = 40, 90  # elements from the headline in which a date line is looked for
FAR = 600  # a labelled element as far away is another's
MAX_FOUND = 6
MAX_LINE_CHARS = 140
MAX_GUESSED_CHARS = 70
GUESS_REACH = 200  # elements from the headline
_NOT_LINES = ("script", "style", "a", "title", "h1")
MAX_SPOKEN_LINE_CHARS = 90  # of a line that says what its date is of
MAX_LABELLED_CHARS = 200
MAX_NAMED_DAY_WORDS = 4


class ShownDates:
    """The dates in one page's elements. Each search walks the tree's labels."""

    def __init__(self, page: Page, reader: Reader) -> None:
        self._page = page
        self._reader = reader

    def near_headline(self) -> Iterator[tuple[Candidate[Found], bool]]:
        """Dates in labelled elements and short lines, and whether each is of a change; nearest to the headline first."""
        labels, own = self._page.labels, self._page.own
        heads = [labels.order[heading] for heading in self._page.heads if heading in labels.order]
        labelled = {element: _distance(at, heads) for at, element in (*labels.dates, *labels.times)}
        found: list[tuple[int, Candidate[Found], bool]] = []
        for element, distance in sorted(labelled.items(), key=lambda one: one[1]):
            if len(found) >= MAX_FOUND or distance > FAR:
                break
            if (one := self._of_element(element)) is not None and not is_foreign(element, own):
                found.append((distance, *one))
        if not found or found[0][0] > NEAR_AFTER:
            near = {at: element for head in heads for at, element in self._page.numbered_near(head, NEAR_BEFORE, NEAR_AFTER)}
            for at, element in sorted(near.items()):
                if element not in labelled and (one := self._of_line(element)) is not None and not is_foreign(element, own):
                    found.append((_distance(at, heads), *one))
        for _, shown, is_update in sorted(found, key=lambda each: each[0]):
            yield shown, is_update

    def _of_element(self, element: HtmlElement) -> tuple[Candidate[Found], bool] | None:
        """A labelled element's date: its datetime, else its text when that is short."""
        rule = "time" if element.tag == "time" else "label"
        label = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        parent = element.getparent()
        for attribute in ("datetime", "content", "data-datetime", "data-date", "data-time", "data-timestamp", "data-published", "title"):
            value = element.get(attribute)
            if attribute == "title" and element.tag not in ("time", "abbr"):  # of a link it is what the link leads to
                continue
            if value and (found := self._reader.read(value, machine=True)) is not None:
                text = self._page.text(parent)[:60] if parent is not None and len(parent) < 6 else ""
                return candidate(found, "dom", f"{rule}.{attribute}"), labels_update(label) or names_update(text)
        if len(element) > 12:
            return None
        text = self._page.text(element)
        if len(text) > MAX_LABELLED_CHARS:
            return None
        if not any(map(str.isdigit, text)):  # "Yesterday", "Posted an hour ago"
            is_short = len(text.split()) <= MAX_NAMED_DAY_WORDS
            found_ = self._reader.read_relative(text, is_date=speaks_of_date(text)) if is_short else None
        else:
            found_ = self._reader.read(text)
        if found_ is None or found_.precision in ("month", "year"):
            return None
        return candidate(found_, "dom", f"{rule}.text"), labels_update(label) or names_update(text)

    def _of_line(self, element: HtmlElement) -> tuple[Candidate[Found], bool] | None:
        """A date line: an element's own short text that is a date and little else."""
        text = element.text or ""
        if len(element):
            text += " " + " ".join([child.tail or "" for child in element])
        elif len(text) < 6:  # most are empty
            return None
        own = " ".join(text.split())
        if not 6 <= len(own) <= MAX_LINE_CHARS or not any(map(str.isdigit, own)) or element.tag in _NOT_LINES:
            return None
        own = self._page.joiners.restore(own)
        if not (is_date_line(own) or (len(own) <= MAX_SPOKEN_LINE_CHARS and speaks_of_date(own))):
            return None
        found = self._reader.read(own)
        if found is None or found.precision in ("month", "year"):
            return None
        return candidate(found, "dom", "line"), names_update(own)

    def loose_lines(self) -> Iterator[Candidate[Found]]:
        """Dates in short lines near the headline that hold other words, too: for a guess."""
        labels = self._page.labels
        heads = [labels.order[heading] for heading in self._page.heads[:1] if heading in labels.order]
        for head in heads or [0]:
            for _, element in self._page.numbered_near(head, GUESS_REACH, GUESS_REACH):
                own = " ".join((element.text or "").split())
                is_short = 6 <= len(own) <= MAX_GUESSED_CHARS and any(map(str.isdigit, own))
                if is_short and element.tag not in _NOT_LINES and not ends_sentence(own) and not is_foreign(element, self._page.own):
                    found = self._reader.read(self._page.joiners.restore(own))
                    if found is not None and found.precision not in ("month", "year"):
                        yield candidate(found, "dom", "guess.line")


def _distance(at: int, heads: list[int]) -> int:
    """Elements between a place and the headline; what stands before the headline counts as three times as far."""
    return min((at - head if at >= head else 3 * (head - at) for head in heads), default=at)
