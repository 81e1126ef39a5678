"""What stands before and after an article's text and is none of it: dates beside bylines, addresses, notes on the authors."""

import re
from collections.abc import Iterable, Sequence, Set

from schemas.identity import normalise_url
from workers.rules.fold import fold_ends
from workers.rules.match import Matcher, after_names
from workers.rules.model import SegmentClass
from workers.stages.blocks import ends_sentence, is_date_line
from workers.stages.segment_names import agencies_among

LAST_PARAGRAPHS = 3  # among which a note on the authors stands
MIN_TEXT = 2  # paragraphs before such a note
LABEL_MAX_CHARS = 40  # of what stands before the page's address: "Link to this page:"
AUTHOR_LINE = "any.author_line"
AUTHOR_LINE_MAX_CHARS = 80
BYLINE_MAX_CHARS = 140  # its date included
ROLE_MAX_WORDS = 3
COPYRIGHT_MAX_CHARS = 120
MIN_AGAIN_LINES, MOST_AGAIN_LINES = 4, 40
MAX_AGAIN_PARTS = 4  # the text is no longer than so many times its repetition
AGAIN_CHARS = 60
_COPYRIGHT = re.compile(r"(?:copyright\s?)?(?:©|\(c\))\s?\w", re.IGNORECASE)
_TITLE_SEPARATOR = re.compile(r"\s[–—|•·:»/-]\s")
_SEPARATOR = re.compile(r"\s[–—|•·/-]\s|[|•·,،–—]")


def without_date(line: str, matcher: Matcher) -> str:
    """A line less the date at its end, where something parts the two. Longer ones are text."""
    if len(line) > BYLINE_MAX_CHARS:
        return line
    for separator in _SEPARATOR.finditer(line):
        rest = line[separator.end() :].strip()
        hit = matcher.find(rest)
        if is_date_line(rest) or (hit is not None and hit.rule.class_ is SegmentClass.DATE_LINE):
            return line[: separator.start()].rstrip()
    return line


def is_author_line(line: str, authors: list[str]) -> bool:
    """Whether a line is the authors' names and nothing else: a word or two before them, a role after a comma."""
    if len(line) > AUTHOR_LINE_MAX_CHARS or not authors:
        return False
    rest = after_names(line, authors)
    if rest is None:
        return False
    role = rest.strip()
    if role.endswith((".", "!", "?", "؟", ":", "。")):
        return False
    return not fold_ends(role) or (role[0] in ",،|•·–—-" and len(role[1:].split()) <= ROLE_MAX_WORDS)


def whole_text_again(lines: Sequence[str]) -> str | None:
    """The line that is the text once more, run together: a good part of it in length, with the beginnings of half of the other lines.

    Of many lines the first ones are asked.
    """
    longest = max(lines, key=len, default="")
    if len(lines) <= MIN_AGAIN_LINES or len(longest) * MAX_AGAIN_PARTS < sum(map(len, lines)):
        return None
    whole = "".join(longest.split())
    begins = ["".join(line[:AGAIN_CHARS].split()) for line in lines[:MOST_AGAIN_LINES] if line is not longest]
    return longest if 2 * sum(begin in whole for begin in begins) >= len(begins) else None


def is_copyright_line(line: str) -> bool:
    """Whether a line begins with the sign of copyright, the word for it before it or not. Longer ones are text."""
    return len(line) <= COPYRIGHT_MAX_CHARS and _COPYRIGHT.match(line) is not None


def title_pieces(title: str | None) -> list[str]:
    """The parts of a title: the headline and the site's name, in either order."""
    pieces = _TITLE_SEPARATOR.split(title) if title else []
    return pieces if len(pieces) > 1 else []


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
    """Which paragraphs after the text are notes on authors, names with an agency's, a number: the last first, as places, classes, rules."""
    found: list[tuple[int, SegmentClass, str]] = []
    for at in range(len(paragraphs) - 1, max(MIN_TEXT, len(paragraphs) - LAST_PARAGRAPHS) - 1, -1):
        hit = matcher.find_end(paragraphs[at], authors)
        if hit is not None:
            found.append((at, hit.rule.class_, hit.rule.id))
        elif is_author_line(without_date(paragraphs[at], matcher), authors):
            found.append((at, SegmentClass.BYLINE, AUTHOR_LINE))
        elif ends_sentence(paragraphs[at - 1]) and agencies_among(paragraphs[at]):
            found.append((at, SegmentClass.AGENCY_CREDIT, "any.agency_at_end"))
        elif at + len(found) == len(paragraphs) - 1 and paragraphs[at].isdecimal() and ends_sentence(paragraphs[at - 1]):
            found.append((at, SegmentClass.END_MARKER, "any.number_after_text"))
    return found
