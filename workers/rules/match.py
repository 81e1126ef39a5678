"""Finding the rule for a line, by tables: the time does not grow with the number of rules."""

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from workers.rules.fold import after_prefix, fold_ends
from workers.rules.model import Match, Place, Rule, SegmentClass
from workers.rules.phrases import Phrases

DATE_MAX_WORDS = 4  # of a date line without a number: "Updated late on Monday"
NAME_MAX_WORDS = 6  # "Jane Roe and John Q. Doe"
_STOPS = tuple(".!?؟۔。")
_Starts = dict[str, list[tuple[str, Rule]]]  # phrases by their first letters, as many as they have of _START_SIZES
_START_SIZES = (4, 3, 2)
_BETWEEN_NAMES = re.compile(r"\W+(?:(?:and|und|et|y|e|и|ve|و|ו)\b\W*)?")
_BEGIN_CHARS = 160
_TITLE_MAX_CHARS = 12  # before a name: "*Dr "
CACHED_LINES = 8_192  # some 2 MB: the pages of a site have the same menus
_SEPARATORS = ":：-–—|»›>/\\"
# Scripts that put no space between words: a phrase may end anywhere.
_UNSPACED = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\u0e00", "\u0eff"))


class Hit(msgspec.Struct, frozen=True):
    """A rule that matches a line. `rest`: what follows the phrase (START), without separators."""

    rule: Rule
    rest: str = ""


class Matcher:
    """The rules of several files, ready to be asked."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._lines: dict[str, Rule] = {}
        self._starts: _Starts = {}
        self._placed: dict[Place, _Starts] = {place: {} for place in Place if place is not Place.ANYWHERE}
        self._contained: list[tuple[str, Rule]] = []
        self.max_chars = 0
        self._find = lru_cache(CACHED_LINES)(self._search)  # the same line is asked for several times
        for rule in rules:
            starts = self._placed.get(rule.place, self._starts)
            if rule.place not in (Place.END, Place.AUTHOR):
                self.max_chars = max(self.max_chars, rule.max_chars)
            for phrase in map(fold_ends, rule.phrases):
                if rule.match is Match.LINE:
                    self._lines.setdefault(phrase, rule)
                elif rule.match is Match.START:
                    starts.setdefault(phrase[: _START_SIZES[0]], []).append((phrase, rule))
                else:
                    self._contained.append((phrase, rule))
        for starts in (self._starts, *self._placed.values()):
            for candidates in starts.values():
                candidates.sort(key=lambda candidate: -len(candidate[0]))
        self._phrases = Phrases(phrase for phrase, _ in self._contained)

    def find(self, line: str) -> Hit | None:
        """The rule for a line: a whole line before a beginning before a part, the longest beginning first."""
        return self._find(line) if len(line) <= self.max_chars else None

    def whole_line(self, line: str) -> Rule | None:
        """The rule of Match.LINE for a line, if `find` has one for it."""
        rule = self._lines.get(fold_ends(line)) if len(line) <= self.max_chars else None
        return rule if rule is not None and len(line) <= rule.max_chars else None

    def _search(self, line: str) -> Hit | None:
        folded = fold_ends(line)
        whole = self._lines.get(folded)
        if whole is not None and len(line) <= whole.max_chars:
            return Hit(whole)
        hit = _begins(line, folded, self._starts)
        if hit is not None:
            return hit
        for number in self._phrases.may_be_in(folded):
            phrase, rule = self._contained[number]
            at = folded.find(phrase) if len(line) <= rule.max_chars else -1
            if at >= 0 and _stands_alone(folded, at, at + len(phrase)):
                return Hit(rule)
        return None

    def find_top(self, line: str) -> Hit | None:
        """The rule of Place.TOP for a line, for one that stands at the top: a phrase and a name after it, no sentence."""
        if len(line) > self.max_chars or line[-1:] in _STOPS:
            return None
        hit = _begins(line, fold_ends(line), self._placed[Place.TOP])
        is_name = hit is not None and hit.rest and not (hit.rest[0].islower() or hit.rest[0].isdigit())
        return hit if is_name and hit is not None and len(hit.rest.split()) <= NAME_MAX_WORDS else None

    def find_end(self, line: str, authors: Iterable[str]) -> Hit | None:
        """The rule for a line that is one of an article's last: of Place.END, or of Place.AUTHOR after the names of its authors."""
        hit = _begins(line, _folded_begin(line), self._placed[Place.END])
        rest = None if hit is not None else after_names(line, authors)
        return _begins(rest, _folded_begin(rest), self._placed[Place.AUTHOR]) if rest else hit


def _folded_begin(line: str) -> str:
    return fold_ends(line[:_BEGIN_CHARS])  # of a paragraph no more is asked


def after_names(line: str, names: Iterable[str]) -> str | None:
    """What follows the names at a line's beginning, one after the other, a word or two before the first; None where there is none."""
    folded = sorted(filter(None, map(fold_ends, names)), key=len, reverse=True)
    begin = fold_ends(line[: _TITLE_MAX_CHARS + max(map(len, folded), default=0)])
    places = (begin.find(name) for name in folded)
    first = min((at for at in places if 0 <= at <= _TITLE_MAX_CHARS and not begin[at - 1 : at].isalnum()), default=-1)
    if first < 0:
        return None
    rest = after_prefix(line, begin[:first]) if first else line
    found = None
    while (begin := _folded_begin(rest)) and (
        name := next((name for name in folded if begin.startswith(name) and _ends_word(begin, len(name))), "")
    ):
        found = after_prefix(rest, name)
        rest = found[between.end() :] if (between := _BETWEEN_NAMES.match(found)) else found
    return found


def _begins(line: str, folded: str, starts: _Starts) -> Hit | None:
    for size in _START_SIZES:  # the longest first
        for phrase, rule in starts.get(folded[:size], ()):
            if len(line) <= rule.max_chars and folded.startswith(phrase) and _ends_word(folded, len(phrase)):
                after = after_prefix(line, phrase)
                if rule.class_ is SegmentClass.DATE_LINE and not _may_say_when(line):
                    continue
                if not rule.colon or (after.lstrip()[:1] in _SEPARATORS and after.strip(f" {_SEPARATORS}")):
                    return Hit(rule, after.strip().lstrip(_SEPARATORS).strip())
    return None


def _may_say_when(line: str) -> bool:
    """Whether a line has a number in it, or is short: "Published in the official gazette" says where."""
    return any(map(str.isdecimal, line)) or len(line.split()) <= DATE_MAX_WORDS


def _ends_word(text: str, at: int) -> bool:
    return at >= len(text) or not text[at].isalnum() or _is_unspaced(text[at - 1])


def _stands_alone(text: str, start: int, end: int) -> bool:
    return _ends_word(text, end) and (start == 0 or not text[start - 1].isalnum() or _is_unspaced(text[start]))


def _is_unspaced(char: str) -> bool:
    return any(first <= char <= last for first, last in _UNSPACED)
