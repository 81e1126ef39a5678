"""Date strings as standards and pages write them: dates.tsv, a string a line, each with its source."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dateparser.data.languages_info import language_order
from hypothesis import given
from hypothesis import strategies as st

from workers.dates.generate import MONTHS_FILE, as_text, month_names
from workers.dates.parse import Reader

NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)
ROWS = [
    tuple(line.split("\t")) for line in Path(__file__).with_name("dates.tsv").read_text("utf-8").splitlines() if not line.startswith("#")
]


def read(text: str, language: str) -> str | None:
    reader = Reader(now=NOW, languages=(language.partition("-")[0],), order="mdy" if language == "en-US" else "dmy")
    found = reader.read(text, machine=language == "und")
    return found.value if found else None


@pytest.mark.parametrize(("text", "expected", "language", "calendar", "source"), ROWS, ids=[row[0] for row in ROWS])
def test_a_date_string_is_read_as_its_source_says(text: str, expected: str, language: str, calendar: str, source: str) -> None:
    assert read(text, language) == (None if expected == "-" else expected), f"{calendar}; {source}"


def test_the_table_is_as_wide_as_the_press() -> None:
    assert len(ROWS) >= 300
    assert {calendar for *_, calendar, _ in ROWS} >= {"gregorian", "hijri", "jalali", "buddhist"}
    assert len({language.partition("-")[0] for _, _, language, _, _ in ROWS}) >= 20
    assert all(source for *_, source in ROWS)


def test_every_row_keeps_its_raw_text_and_says_how_exact_it_is() -> None:
    found = Reader().read("  Monday, 9 October 2023 10:05 ")
    assert found is not None
    assert (found.raw, found.value, found.precision) == ("Monday, 9 October 2023 10:05", "2023-10-09T10:05", "minute")


def test_relative_dates_stay_unread_where_now_is_not_known() -> None:
    assert Reader().read("3 hours ago") is None


def test_month_names_of_two_languages_are_told_apart_by_the_page() -> None:
    assert read("9 listopada 2023", "pl") == "2023-11-09"
    assert read("9. listopada 2023", "hr") == "2023-10-09"


def test_an_american_page_puts_the_month_first() -> None:
    assert read("03/04/2024", "en-US") == "2024-03-04"
    assert read("03/04/2024", "en-GB") == "2024-04-03"
    assert read("25/04/2024", "en-US") == "2024-04-25"


_ISO = st.from_regex(r"(?a)\A\d{4}-[01]\d-[0-3]\d([Tt ][0-2]\d:[0-6]\d(:[0-6]\d([.,]\d{1,10})?)?([Zz]|[+-][01]\d:?[0-6]\d)?)?\Z")


@given(_ISO, st.booleans())
def test_a_date_as_software_writes_it_is_read_as_in_a_line_with_more(text: str, machine: bool) -> None:
    found, in_line = (Reader().read(text + more, machine=machine) for more in ("", " ·"))
    assert (found and (found.value, found.precision)) == (in_line and (in_line.value, in_line.precision))


def test_the_month_table_is_what_cldr_says() -> None:
    assert MONTHS_FILE.read_text("utf-8") == as_text(month_names())


def test_months_are_named_in_every_language_that_dateparser_knows() -> None:
    ours = {
        language
        for months in json.loads(MONTHS_FILE.read_text("utf-8")).values()
        for names in months.values()
        for language in names.split()
    }
    theirs = {locale.partition("-")[0] for locale in language_order}
    numbers = {"ja", "ko", "vi", "yue", "zh"}  # months are numbers there
    others_names = {"asa", "ce", "luy", "tl"}  # whose names are all another language's too
    assert theirs - ours == numbers | others_names
