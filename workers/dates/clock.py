"""The time of day in a date line, and the offset where one is written."""

import re
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from workers.dates.words import folded_word, words

_COLON = re.compile(r"(?<![\d:])(?P<hour>\d{1,2})\s?[:٫：]\s?(?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?(?!\d)")
_OTHER = re.compile(
    r"(?<![\d.,:])(?P<hour>\d{1,2})(?:\s?h\s?|\s?[時时點点시]\s?|(?<=\bkl \d\d)[.]|(?<=\bkl\. \d\d)[.]|(?<=klo \d\d)[.]|"
    r"(?<=\d)\.(?=\d\d (?:uhr|น)))"
    r"(?P<minute>[0-5]\d)(?P<second>(?!))?(?!\d)"
)
_HALF_ONLY = re.compile(r"(?<![\d.,:])(?P<hour>\d{1,2})(?P<minute>(?!))?(?P<second>(?!))?\s?(?=(?:am|pm|a\.m|p\.m)\b)")
_OFFSET = re.compile(r"\s{0,3}(?:gmt|utc)?\s{0,3}(?P<sign>[+−-])\s?(?P<hours>\d{1,2}):?(?P<minutes>[0-5]\d)?(?!\d)")
_WORD = re.compile(r"[^\s\d,;:/|()\[\]–—\-،]+")
_WORDS_AFTER = 4
MAX_OFFSET_H = 14


class Clock(msgspec.Struct, frozen=True):
    """The time as the contract writes it, with its offset if one was seen."""

    text: str
    precision: Literal["minute", "second"]


def read_clock(text: str, day: date) -> Clock | None:
    """The first time of day in a folded text; None without one that is possible."""
    match = _COLON.search(text) or _OTHER.search(text) or _HALF_ONLY.search(text)
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    hour = _hour(hour, _half(text, match))
    if hour > 23:
        return None
    seconds = f":{match['second']}" if match["second"] else ""
    offset = _offset(text[match.end() :], datetime.combine(day, time(hour, minute)))
    return Clock(f"{hour:02}:{minute:02}{seconds}{offset}", "second" if seconds else "minute")


def _hour(hour: int, half: str) -> int:
    if half == "pm" and hour < 12:
        return hour + 12
    return 0 if half == "am" and hour == 12 else hour


def _half(text: str, match: re.Match[str]) -> str:
    """Am or pm, after the time or just before it; empty when neither is written."""
    after = _WORD.match(text[match.end() :].lstrip())
    before = text[: match.start()].rstrip().rpartition(" ")[2]
    for word in (after[0] if after else "", before):
        if half := words().halves.get(folded_word(word)):
            return half
    return ""


def _offset(after: str, moment: datetime) -> str:
    """The offset as written, or that of the zone named; empty without either."""
    number = _OFFSET.match(after)
    if number and int(number["hours"]) <= MAX_OFFSET_H:
        sign = "+" if number["sign"] == "+" else "-"
        offset = f"{sign}{int(number['hours']):02}:{number['minutes'] or '00'}"
        return "Z" if offset in ("+00:00", "-00:00") else offset
    if after[:1] == "z" and not after[1:2].isalpha():
        return "Z"
    run = [folded_word(word) for word in _WORD.findall(after)[:_WORDS_AFTER]]
    for size in (3, 2, 1):
        for at in range(len(run) - size + 1):
            zone = words().zones.get(" ".join(run[at : at + size]))
            if zone is not None and zone != "z":
                return _as_offset(zone, moment)
    return ""


def _as_offset(zone: str, moment: datetime) -> str:
    if zone[0] not in "+-":
        zone = moment.replace(tzinfo=ZoneInfo(zone)).strftime("%z")
        zone = f"{zone[:3]}:{zone[3:5]}"
    return "Z" if zone == "+00:00" else zone
