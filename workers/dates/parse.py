"""Reading one date from a short text, in any script: table-driven, without guessing. A date that is not fully understood is none."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Literal

import msgspec

from workers.dates.calendars import gregorian, is_day
from workers.dates.clock import Clock, read_clock
from workers.dates.relative import find_relative
from workers.dates.words import Calendar, Month, folded, folded_word, words

MAX_CHARS = 300
MIN_YEAR = 1800
DayOrder = Literal["dmy", "mdy"]

_WORD = r"[^\s\d.,;:/|()\[\]{}<>–—\-،؛\"“”«»!?+'’`ʼ_*•·=&#@~]+"
_TOKEN = re.compile(rf"{_WORD}(?:[ \u00a0]{_WORD}){{0,2}}")
_MARK = r"<(?P<cal>[ghj])(?P<month>\d+)>"
# Between the parts of a date: punctuation and up to three words of four letters (de, of, th, год, gada, năm, سنة).
_GAP = rf"(?:[\s.,،()/|'’ʼ\-–—:]|(?!<){_WORD.replace('+', '{1,4}')}(?![^\W\d_]))"
_DAY, _YEAR = r"(?<!\d)(?P<day>\d{1,2})", r"(?<!\d)(?P<year>\d{4})(?!\d)"
_WITH_WORDS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DAY}(?!\d|:\d){_GAP}{{0,12}}?{_MARK}{_GAP}{{0,12}}?{_YEAR}",
        rf"{_MARK}{_GAP}{{0,6}}?{_DAY}(?!\d|:\d){_GAP}{{0,12}}?{_YEAR}",
        rf"{_YEAR}{_GAP}{{0,12}}?{_MARK}{_GAP}{{0,6}}?{_DAY}(?!\d|:\d)",
        rf"{_YEAR}{_GAP}{{0,12}}?{_DAY}(?!\d|:\d){_GAP}{{0,6}}?{_MARK}",
        rf"{_DAY}[\s./-]{{0,2}}{_MARK}[\s./'’-]{{1,2}}(?P<year>\d\d)(?!\d|:)",
    )
)
_MONTH_YEAR = re.compile(rf"{_MARK}{_GAP}{{0,8}}?{_YEAR}")
_ISO = re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)")
_YMD = re.compile(r"(?<![\d.,/])(?P<year>\d{4})\s?(?P<sep>[./-])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<day>\d{1,2})(?!\d)")
_DMY = re.compile(r"(?<![\d.,/-])(?P<a>\d{1,2})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<year>\d{4}|\d{2})(?![\d%]|[./-]\d)")
_CJK = re.compile(r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월](?:\s*(?P<day>\d{1,2})\s*[日일号號])?")
_ERA = re.compile(r"(?P<era>令和|平成|昭和|民國|民国|中華民國)\s*(?P<year>\d{1,3}|元)\s*年")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "中華民國": 1911}
_NUMBERED_MONTH = re.compile(r"\b(?:thang|thg)\s?(\d{1,2})\b|(?<!\d)(\d{1,2})\s?-р сарын")  # Vietnamese, Mongolian
_LETTER_DOT = re.compile(r"(?<=[\u0e01-\u0eae])\.(?=[\u0e01-\u0eae])")  # inside Thai and Lao abbreviations
_COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?=\D|T?\d{4,6}(?!\d)|\Z)")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
# As software writes most dates: read at a glance, and as the other forms would read it.
_WHOLE_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[t ]([01][0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9](?:[.,][0-9]{1,9})?)?"
    r"(z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?)?"
)
BUDDHIST_YEARS = range(2443, 2643)  # 1900 to 2100
JALALI_YEARS, HIJRI_YEARS = range(1278, 1422), range(1422, 1500)  # where a year is written with digits only
TWO_DIGIT_YEARS = range(60)  # of this century


class Found(msgspec.Struct, frozen=True):
    """A date as read. `value`: as the contract writes it; `raw`: the text it was read from."""

    value: str
    precision: Literal["year", "month", "day", "minute", "second"]
    raw: str
    is_relative: bool = False

    @property
    def day(self) -> str:
        """The part of the value that names the day (or less, where less is known)."""
        return self.value[:10]


class _ImpossibleError(ValueError):
    """A date that no calendar has, such as 31 November: nothing else is read from its text."""


class Reader(msgspec.Struct, frozen=True):
    """What helps to read: now (None: not known, relative dates stay unread), the page's languages, the order of 03/04/2024."""

    now: datetime | None = None
    languages: tuple[str, ...] = ()
    order: DayOrder = "dmy"
    known: dict[tuple[str, bool], Found | None] = {}  # what was read: pages say their dates several times

    def read(self, text: str, *, machine: bool = False) -> Found | None:
        """The first date in a text; `machine`: an attribute or a field, where digits alone may be a date."""
        raw = text.strip()
        if not raw or len(raw) > MAX_CHARS:
            return None
        key = raw, machine
        if key not in self.known:
            self.known[key] = self._read(raw, machine=machine)
        return self.known[key]

    def _read(self, raw: str, *, machine: bool) -> Found | None:
        text = folded(raw)
        if found := _read_iso(text, raw):
            return found
        if machine and (found := self._read_machine(text, raw)):
            return found
        try:
            first = next(self._days(text), None)
        except _ImpossibleError:
            return None
        if first is None:
            return self._relative(text, raw)
        day, span, precision = first
        if precision == "month":
            return Found(day.strftime("%Y-%m"), "month", raw)
        return _found(day, read_clock(text[: span[0]] + " " + text[span[1] :], day), raw)

    def _read_machine(self, folded: str, raw: str) -> Found | None:
        if _EPOCH.fullmatch(folded):
            seconds = int(folded[:10])
            moment = datetime.fromtimestamp(seconds, UTC)
            return Found(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "second", raw) if seconds > 10**8 else None
        if re.fullmatch(r"(?:19|20)\d\d", folded):
            return Found(folded, "year", raw)
        if month := re.fullmatch(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])", folded):
            return Found(month[0], "month", raw)
        compact = _COMPACT.match(folded)
        if compact and is_day("g", *_numbers(compact)):
            digits = re.fullmatch(r"t?(\d\d)(\d\d)(\d\d)?(z?)", folded[compact.end() :])
            day = date(*_numbers(compact))
            clock = read_clock(":".join(part for part in digits.groups()[:3] if part) + digits[4], day) if digits else None
            return _found(day, clock, raw)
        return None

    def _days(self, folded: str) -> Iterator[tuple[date, tuple[int, int], Literal["day", "month"]]]:
        """The dates in a text, the surest form first, with the place of each in the text."""
        for match in _ISO.finditer(folded):
            if day := _numeric_day(*_numbers(match)):
                yield day, match.span(), "day"
        for match in _CJK.finditer(_ERA.sub(_without_era, folded)):
            year, month = int(match["year"]), int(match["month"])
            if match["day"] and (day := _numeric_day(year, month, int(match["day"]))):
                yield day, match.span(), "day"
            elif not match["day"] and 1 <= month <= 12 and MIN_YEAR <= year < 2200:
                yield date(year, month, 1), match.span(), "month"
        marked = self._marked(folded)
        if marked is not None:
            yield from self._worded(marked, folded)
        for match in _YMD.finditer(folded):
            if day := _numeric_day(*_numbers(match)):
                yield day, match.span(), "day"
        for match in _DMY.finditer(folded):
            if day := self._day_of_two(int(match["a"]), int(match["b"]), match["year"], match["sep"]):
                yield day, match.span(), "day"
        if marked is not None:
            for match in _MONTH_YEAR.finditer(marked):
                found = gregorian(_calendar(match["cal"]), int(match["year"]), int(match["month"]), 1)
                if match["cal"] == "g" and found and found.year >= MIN_YEAR:
                    yield found, _unmarked(marked, folded, match.span()), "month"

    def _worded(self, marked: str, folded: str) -> Iterator[tuple[date, tuple[int, int], Literal["day", "month"]]]:
        found = []
        matched = False
        for pattern in _WITH_WORDS:
            for match in pattern.finditer(marked):
                calendar = _calendar(match["cal"])
                year = _full_year(match["year"])
                if calendar == "g" and year in BUDDHIST_YEARS:
                    year -= 543
                matched = True
                if day := gregorian(calendar, year, int(match["month"]), int(match["day"])):
                    found.append((calendar != "g", match.start(), day, match.span()))
            if found:  # a form that fits is not read in another way
                break
        if matched and not found:
            raise _ImpossibleError
        for _, _, day, span in sorted(found, key=lambda one: one[:2]):
            yield day, _unmarked(marked, folded, span), "day"

    def _marked(self, folded: str) -> str | None:
        """The text with its months as <g10>; None without any. Marks of one month side by side, as in double forms, become one."""
        count = 0

        def mark(match: re.Match[str]) -> str:
            nonlocal count
            run = match[0].split(" ") if " " in match[0] else re.split(r"[ \u00a0]", match[0])
            pieces, at = [], 0
            while at < len(run):
                for size in range(min(words().longest_month, len(run) - at), 0, -1):
                    month = _month_named(" ".join(run[at : at + size]))
                    if month is not None:
                        pieces.append(f"<{month.calendar}{self._number(month)}>")
                        count += 1
                        at += size
                        break
                else:
                    pieces.append(run[at])
                    at += 1
            return " ".join(pieces)

        folded = _LETTER_DOT.sub("", folded)
        text = _NUMBERED_MONTH.sub(lambda m: f" <g{int(m[1] or m[2])}> " if 1 <= int(m[1] or m[2]) <= 12 else m[0], folded)
        count += text != folded
        text = _TOKEN.sub(mark, text)
        if not count:
            return None
        return re.sub(r"(<[ghj]\d+>)(?:\s*[/(,،-]?\s*\1\)?)+", r"\1", text)

    def _number(self, month: Month) -> int:
        return next((month.by_language[language] for language in self.languages if language in month.by_language), month.number)

    def _day_of_two(self, a: int, b: int, year: str, separator: str) -> date | None:
        if len(year) == 2 and (separator == "-" and a > 31):
            return None
        day_first = self.order == "dmy" or separator == "." or a > 12
        day, month = (a, b) if day_first and b <= 12 else (b, a)
        return _numeric_day(_full_year(year), month, day)

    def read_relative(self, text: str, *, is_date: bool = False) -> Found | None:
        """The date that a text says from now; None where now is not known. `is_date`: other words of the text say that it has one."""
        raw = text.strip()
        return self._relative(folded(raw), raw, is_date=is_date) if self.now is not None and len(raw) <= MAX_CHARS else None

    def _relative(self, folded: str, raw: str, *, is_date: bool = False) -> Found | None:
        said = find_relative(folded, self.languages) if self.now is not None else None
        if said is None or self.now is None:
            return None
        try:
            moment = said.before(self.now)
        except (OverflowError, ValueError):  # before the year 1
            return None
        if said.unit in ("month", "year"):
            precision: Literal["year", "month"] = "month" if said.unit == "month" else "year"
            return Found(moment.strftime("%Y-%m" if precision == "month" else "%Y"), precision, raw, is_relative=True)
        if said.unit in ("day", "week"):
            clock = read_clock(folded, moment.date()) if said.is_named else None
            if said.is_named and clock is None and not (said.is_alone or is_date):  # "USA TODAY", "3 photos of today"
                return None
            return _found(moment.date(), clock, raw, is_relative=True)
        return Found(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"), "minute", raw, is_relative=True)


def _read_iso(folded: str, raw: str) -> Found | None:
    match = _WHOLE_ISO.fullmatch(folded)
    day = _numeric_day(int(match[1]), int(match[2]), int(match[3])) if match else None
    if match is None or day is None:
        return None
    if match[4] is None:
        return _found(day, None, raw)
    seconds, zone = (match[6] or "")[:3], match[7] or ""
    offset = f"{zone[:3]}:{zone[-2:]}" if zone.strip("z+-0:") else "Z" if zone else ""
    return _found(day, Clock(f"{match[4]}:{match[5]}{seconds}{offset}", "second" if seconds else "minute"), raw)


def _month_named(name: str) -> Month | None:
    table = words().months
    found = table.get(name)
    if found is None:
        name = folded_word(name)
        found = table.get(name)
    if found is None and len(name) > 3:
        if name.startswith("ב"):  # Hebrew "in"
            found = table.get(name[1:])
        elif name.endswith("ماه"):  # Persian "month"
            found = table.get(name[:-3].strip("\u200c "))
    return found


def _found(day: date, clock: Clock | None, raw: str, *, is_relative: bool = False) -> Found:
    if clock is None:
        return Found(day.isoformat(), "day", raw, is_relative)
    return Found(f"{day.isoformat()}T{clock.text}", clock.precision, raw, is_relative)


def _numbers(match: re.Match[str]) -> tuple[int, int, int]:
    return int(match["year"]), int(match["month"]), int(match["day"])


def _numeric_day(year: int, month: int, day: int) -> date | None:
    """A date of digits alone, in the calendar that its year can be of."""
    calendar: Calendar = "j" if year in JALALI_YEARS else "h" if year in HIJRI_YEARS else "g"
    found = gregorian(calendar, year - 543 if year in BUDDHIST_YEARS else year, month, day)
    return found if found is not None and found.year >= MIN_YEAR else None


def _full_year(year: str) -> int:
    number = int(year)
    return number if len(year) > 2 else number + (2000 if number in TWO_DIGIT_YEARS else 1900)


def _calendar(letter: str) -> Calendar:
    return "h" if letter == "h" else "j" if letter == "j" else "g"


def _without_era(match: re.Match[str]) -> str:
    return f"{_ERAS[match['era']] + (1 if match['year'] == '元' else int(match['year']))}年"


def _unmarked(marked: str, folded: str, span: tuple[int, int]) -> tuple[int, int]:
    """About where a match in the marked text stands in the text: the marks are as a rule shorter than the names."""
    head, tail = len(marked[: span[0]].rstrip()), len(marked) - span[1]
    return min(head, len(folded)), max(len(folded) - tail, 0)
