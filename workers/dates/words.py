"""The words of dates, loaded once: CLDR's month names and the words beside them, folded."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from workers.rules.fold import fold

HERE = Path(__file__).parent
_WITH_VOWEL_SIGNS = re.compile("[\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]")
_ENDS = re.compile("\\A[^\\w\u0900-\u0963\u0971-\u109f\u1780-\u17ff]+|[^\\w\u0900-\u0963\u0971-\u109f\u1780-\u17ff]+\\Z")
Calendar = Literal["g", "h", "j"]  # Gregorian, Hijri (Umm al-Qura), Jalali


class Month(msgspec.Struct, frozen=True):
    """A month by its name. `by_language`: other months of that name, by language."""

    calendar: Calendar
    number: int
    by_language: dict[str, int] = {}


class Words(msgspec.Struct, frozen=True):
    """All tables, by folded word."""

    months: dict[str, Month]
    longest_month: int  # in words
    halves: dict[str, Literal["am", "pm"]]
    zones: dict[str, str]


@cache
def press() -> dict[str, Any]:
    """The words of the press (words.yaml), as the file has them."""
    data: dict[str, Any] = yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))
    return data


@cache
def words() -> Words:
    """Read the two files. The supplement goes before CLDR: it holds the press's own spellings."""
    data = press()
    months: dict[str, Month] = {}
    for name, numbers in json.loads((HERE / "months.json").read_text("utf-8")).items():
        by_language = {language: int(number) for number, languages in numbers.items() for language in languages.split()}
        months[name] = Month("g", int(next(iter(numbers))), by_language if len(numbers) > 1 else {})
    calendars: tuple[tuple[str, Calendar], ...] = (("jalali", "j"), ("hijri", "h"), ("gregorian", "g"))
    for key, calendar in calendars:
        for number, names in data[key].items():
            for name in names:
                months[folded_word(name)] = Month(calendar, number)
    return Words(
        months=months,
        longest_month=max(len(name.split()) for name in months),
        halves={**_flat({"am": data["am"]}), **_flat({"pm": data["pm"]})},
        zones=_flat(data["zones"]),
    )


def folded(text: str) -> str:
    """One spelling, with Hangul in syllables, which `fold` takes apart.

    Indic and Thai texts keep their vowel signs, which `fold` takes for accents: without them January and June are one in Hindi.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    if _WITH_VOWEL_SIGNS.search(text):
        plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in unicodedata.normalize("NFC", text).casefold())
        return " ".join(plain.split())
    return unicodedata.normalize("NFC", fold(text))


def folded_word(text: str) -> str:
    """`folded`, without what is neither letter, sign nor digit at both ends."""
    return _ENDS.sub("", folded(text))


def _flat(table: dict) -> dict:  # type: ignore[type-arg]
    return {folded_word(name): key for key, names in table.items() for name in names}
