"""What stands before and after an article's text and is none of it: dates beside bylines, addresses, notes on the authors."""

import re
from collections.abc import Iterable, Set

from schemas.identity import normalise_url
from workers.rules.match import Matcher
from workers.rules.model import SegmentClass
from workers.stages.blocks import is_date_line

LAST_PARAGRAPHS = 3  # among which a note on the authors stands
MIN_TEXT = 2  # paragraphs before such a note
LABEL_MAX_CHARS = 40  # of what stands before the page's address: "Link to this page:"
_SEPARATOR = re.compile(r"\s[–—|•·/-]\s|[|•·,،–—]")


def without_date(line: str, matcher: Matcher) -> str:
    """A line less the date at its end, where something parts the two."""
    for separator in _SEPARATOR.finditer(line):
        rest = line[separator.end() :].strip()
        hit = matcher.find(rest)
        if is_date_line(rest) or (hit is not None and hit.rule.class_ is SegmentClass.DATE_LINE):
            return line[: separator.start()].rstrip()
    return line


def addresses_of(urls: Iterable[str | None]) -> frozenset[str]:
    """Addresses as `address_rule` compares them; what is none is left out."""
    return frozenset(address for url in urls if url and (address := _compared(url)))


def address_rule(line: str, own: Set[str], *, is_first: bool) -> str | None:
    """The rule by which a line is an address and no text: the page's own, with no more than a label; any at all before the text."""
    at = line.find("http")
    if at < 0 or "://" not in line:
        return None
    label, address = line[:at].rstrip(), line[at:]
    if any(map(str.isspace, address)):
        return None
    if own and (not label or (len(label) <= LABEL_MAX_CHARS and label.endswith((":", "：")))) and _compared(address) in own:
        return "any.own_address"
    return "any.address_before_text" if is_first and not label else None


def _compared(url: str) -> str:
    """Without what may differ between two spellings of a page's address."""
    try:
        return normalise_url(url).partition("://")[2].removeprefix("www.").rstrip("/")
    except ValueError:
        return ""


def notes_at_end(paragraphs: list[str], matcher: Matcher, authors: list[str]) -> list[tuple[int, SegmentClass, str]]:
    """Which paragraphs are notes on the authors after the text, the last first: their numbers, classes and rules."""
    found = []
    for at in range(len(paragraphs) - 1, max(MIN_TEXT, len(paragraphs) - LAST_PARAGRAPHS) - 1, -1):
        hit = matcher.find_end(paragraphs[at], authors)
        if hit is not None:
            found.append((at, hit.rule.class_, hit.rule.id))
    return found
