"""Dates said from now: `yesterday`, `3 hours ago`, `قبل ساعتين`. In the words of every language that dateparser has them for."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from workers.dates.words import HERE, folded, press

PHRASES_FILE = HERE / "relative.json"
MAX_CHARS = 60  # longer lines are no date lines
MAX_WORDS = 6  # of a line with a phrase that names its day: `today`
MAX_PHRASE_WORDS = 7
PAIR_REACH = 3  # words between the amounts of one time: `3 hours and 20 minutes ago`
MIN_LETTERS = 5  # of a phrase in Latin letters that is read where the page names no language: `for 5 h` is English, too
AMOUNT = "#"  # stands for the number in a phrase
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_][^\s\d.,;:/|()\[\]{}<>–—\-،؛\"“”«»!?+_*•·=&#@~]*")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_ALSO = {"no": "nb", "iw": "he", "in": "id", "tl": "fil"}  # other codes that pages write

Amount = tuple[int, str]  # a count (of the number in the phrase, where it has one) and a unit


class Phrases(msgspec.Struct, frozen=True):
    """The tables, by folded phrase with AMOUNT for its number."""

    by_language: dict[str, dict[str, Amount]]
    anywhere: dict[str, Amount]  # read whatever language the page names
    numbers: dict[str, dict[str, int]]  # number words, by language
    pairs: dict[str, str]  # words of units: the first amount of `3 hours 20 minutes ago`


class Relative(msgspec.Struct, frozen=True):
    """A time before now. `is_named`: its phrase holds no amount, so that a time of day can stand beside it; `is_alone`: nothing does."""

    count: float
    unit: str
    is_named: bool = False
    is_alone: bool = False

    def before(self, now: datetime) -> datetime:
        """The moment; of months and years the first day."""
        if self.unit in _SECONDS:
            return now - timedelta(seconds=self.count * _SECONDS[self.unit])
        months = now.year * 12 + now.month - 1 - round(self.count * (12 if self.unit == "year" else 1))
        return now.replace(year=months // 12, month=months % 12 + 1, day=1)


@cache
def phrases() -> Phrases:
    """Read the two files: dateparser's phrases, and the press's own beside them."""
    data = json.loads(PHRASES_FILE.read_text("utf-8"))
    own = press()["relative"]
    by_language = {phrase: amounts(listed) for phrase, listed in data["phrases"].items()}
    for language, table in own["languages"].items():
        for phrase, amount in _spelled(table):
            by_language.setdefault(phrase, {}).setdefault(language, amount)
    anywhere = {
        phrase: next(iter(found.values()))
        for phrase, found in by_language.items()
        if " " in phrase and len(set(found.values())) == 1 and ("en" in found or not phrase.isascii())
    }
    anywhere |= {phrase_of(name): (days, "day") for days, names in own["anywhere"].items() for name in names}
    numbers = {word: {language: count for language, (count, _) in amounts(listed).items()} for word, listed in data["numbers"].items()}
    return Phrases(by_language, anywhere, numbers, data["pairs"])


def find_relative(text: str, languages: Sequence[str] = ()) -> Relative | None:
    """The time that a folded text says from now: by its longest phrase in the page's languages, in English, or of no other language."""
    if len(text) > MAX_CHARS:
        return None
    languages = (*languages, *(_ALSO[language] for language in languages if language in _ALSO))
    run = tokens(text)
    counts = [float(word.replace(",", ".")) if word[0].isdecimal() else None for word in run]
    found = _longest(run, counts, languages)
    if found is None:  # `an hour ago`
        numbers = phrases().numbers
        counted = [_number(numbers[word], languages) if word in numbers else count for word, count in zip(run, counts, strict=True)]
        found = _longest(run, counted, languages) if counted != counts else None
    return found


def tokens(text: str) -> list[str]:
    """The words and numbers of a folded text."""
    return [token for token in (token.rstrip("'") for token in _TOKEN.findall(text.translate(_APOSTROPHES))) if token]


def phrase_of(text: str) -> str:
    """A phrase as the tables have it."""
    return " ".join(AMOUNT if token[0].isdecimal() else token for token in tokens(folded(text.replace(AMOUNT, " 0 "))))


def amounts(listed: Mapping[str, str]) -> dict[str, Amount]:
    """By language, what a file lists by amount: {"1 day": "de nl"}."""
    return {
        language: (int(count), unit)
        for amount, languages in listed.items()
        for count, _, unit in (amount.partition(" "),)
        for language in languages.split()
    }


def _longest(run: list[str], counts: list[float | None], languages: Sequence[str]) -> Relative | None:
    marked = [word if count is None else AMOUNT for word, count in zip(run, counts, strict=True)]
    for size in range(min(MAX_PHRASE_WORDS, len(run)), 0, -1):
        for start in range(len(run) - size + 1):
            words = marked[start : start + size]
            amount = _amount(" ".join(words), languages)
            if amount is None:
                continue
            count, unit = amount
            if AMOUNT not in words:
                return Relative(count, unit, is_named=True, is_alone=size == len(run)) if len(run) <= MAX_WORDS else None
            at = start + words.index(AMOUNT)
            return Relative(count * (counts[at] or 0) + _beside(run, counts, at, unit), unit)
    return None


def _amount(phrase: str, languages: Sequence[str]) -> Amount | None:
    table = phrases()
    found = table.by_language.get(phrase, {})
    for language in languages:
        if language in found:
            return found[language]
    if not languages and AMOUNT in phrase and len(set(found.values())) == 1 and sum(map(str.isalpha, phrase)) >= MIN_LETTERS:
        return next(iter(found.values()))
    return table.anywhere.get(phrase)


def _beside(run: list[str], counts: list[float | None], at: int, unit: str) -> float:
    """What other amounts of the same time add, in the unit: the 3 hours of `3 hours 20 minutes ago`."""
    if unit not in _SECONDS:
        return 0
    seconds = 0.0
    for other in range(max(0, at - PAIR_REACH), min(len(run) - 1, at + PAIR_REACH + 1)):
        pair, count = phrases().pairs.get(run[other + 1], unit), counts[other]
        if other != at and count is not None and pair != unit:
            seconds += count * _SECONDS[pair]
    return seconds / _SECONDS[unit]


def _number(found: Mapping[str, int], languages: Iterable[str]) -> float | None:
    return next((float(found[language]) for language in languages if language in found), None)


def _spelled(table: dict[str, Any]) -> Iterable[tuple[str, Amount]]:
    for amount, names in table.items():
        count, _, unit = amount.partition(" ")
        for name in names if unit else ():
            for form in table["forms"]:
                yield phrase_of(form.format(name)), (int(count), unit)
