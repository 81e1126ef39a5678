"""Dates said from now, in every language that dateparser knows."""

import json
from datetime import UTC, datetime, timedelta

import dateparser
import pytest
from dateparser.data.languages_info import language_order

from workers.dates.generate import as_text, dateparser_info, relative_phrases, stated_phrases
from workers.dates.parse import Reader
from workers.dates.relative import AMOUNT, PHRASES_FILE, find_relative

NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)
# What a language says of two amounts is read as neither: the same letters for second and week, or for second and year.
TWO_AMOUNTS = {("sr", "прије # с"), ("sr-Cyrl", "прије # с"), ("sr-Latn", "prije # s"), ("he", "לפני # שנ׳"), ("he", "# שנ׳ לפני")}
# dateparser has neither a word for yesterday nor for ago; and one with a word for "ago" alone.
WITHOUT_PHRASES = {"tl"}


def read(text: str, *languages: str) -> str | None:
    found = Reader(now=NOW, languages=languages).read(text)
    return found.value if found else None


def expected(count: int, unit: str) -> str:
    if unit in ("second", "minute", "hour"):
        return (NOW - count * timedelta(**{f"{unit}s": 1})).strftime("%Y-%m-%dT%H:%MZ")
    if unit in ("day", "week"):
        return (NOW - count * timedelta(**{f"{unit}s": 1})).strftime("%Y-%m-%d")
    return f"2024-{6 - count:02}" if unit == "month" else str(2024 - count)


def test_the_table_is_what_dateparser_says() -> None:
    assert PHRASES_FILE.read_text("utf-8") == as_text(relative_phrases())


@pytest.mark.parametrize("locale", language_order)
def test_each_language_s_words_for_times_before_now_are_read(locale: str) -> None:
    phrases = [one for one in stated_phrases(dateparser_info(locale)) if (locale, one[0]) not in TWO_AMOUNTS]
    assert phrases or locale in WITHOUT_PHRASES
    misread = []
    for text, amount in phrases:
        count, _, unit = amount.partition(" ")
        times = 3 if AMOUNT in text else 1
        if read(text.replace(AMOUNT, "3"), locale.partition("-")[0]) != expected(int(count) * times, unit):
            misread.append((text, amount, read(text.replace(AMOUNT, "3"), locale.partition("-")[0])))
    assert not misread


def test_dateparser_s_own_key_words_are_in_the_table() -> None:
    """Not by our own reading of its data: the words for yesterday and for hours, straight from it."""
    table = json.loads(PHRASES_FILE.read_text("utf-8"))["phrases"]
    known = {language for amounts in table.values() for languages in amounts.values() for language in languages.split()}
    stated = {locale for locale in language_order if dateparser_info(locale).get("relative-type", {}).get("1 day ago")}
    assert {locale.partition("-")[0] for locale in stated} <= known
    assert len(stated) >= 200


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("3 hours ago", "en"),
        ("il y a 3 heures", "fr"),
        ("vor 3 Stunden", "de"),
        ("3 órával ezelőtt", "hu"),
        ("pirms 3 stundām", "lv"),
        ("prieš 3 val.", "lt"),
        ("преди 3 часа", "bg"),
        ("3 ժամ առաջ", "hy"),
        ("saa 3 zilizopita", "sw"),
        ("3 గంటల క్రితం", "te"),
        ("fyrir 3 klukkustundum", "is"),
        ("3 uair an chloig ó shin", "ga"),
        ("duela 3 ordu", "eu"),
        ("เมื่อ 3 ชั่วโมงที่ผ่านมา", "th"),
        ("قبل 3 ساعات", "ar"),
    ],
)
def test_it_reads_as_dateparser_itself_does(text: str, language: str) -> None:
    theirs = dateparser.parse(text, languages=[language], settings={"RELATIVE_BASE": NOW.replace(tzinfo=None)})
    ours = read(text, language)
    assert theirs is not None
    assert ours == theirs.strftime("%Y-%m-%dT%H:%MZ")


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("an hour ago", "en", "2024-06-15T11:00Z"),
        ("two days ago", "en", "2024-06-13"),
        ("vor einer Stunde", "de", "2024-06-15T11:00Z"),
        ("il y a deux heures", "fr", "2024-06-15T10:00Z"),
        ("3 hours 20 minutes ago", "en", "2024-06-15T08:40Z"),
        ("منذ 3 ساعات و 20 دقيقة", "ar", "2024-06-15T08:40Z"),
        ("قبل ساعة", "ar", "2024-06-15T11:00Z"),
        ("قبل حوالي 3 ساعات", "ar", "2024-06-15T09:00Z"),
        ("1h 43m ago", "en", "2024-06-15T10:17Z"),
        ("1.5 hours ago", "en", "2024-06-15T10:30Z"),
        ("3시간전", "ko", "2024-06-15T09:00Z"),
        ("2 months ago", "en", "2024-04"),
        ("8 months ago", "en", "2023-10"),
        ("2 years ago", "en", "2022"),
        ("Tegnap 14:30", "hu", "2024-06-14T14:30"),
        ("Ieri, ore 9:05", "it", "2024-06-14T09:05"),
        ("3 hours ago", "ar", "2024-06-15T09:00Z"),  # a widget in English
        ("أمس 10:05", "en", "2024-06-14T10:05"),  # a page that names the wrong language
    ],
)
def test_other_forms_of_the_press_are_read(text: str, language: str, value: str) -> None:
    assert read(text, language) == value


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hier klicken", "de"),  # yesterday in French
        ("Ma maison", "fr"),  # today in Hungarian
        ("A. J. Ayer", "en"),  # yesterday in Spanish
        ("closed for 5 h", "en"),  # 5 hours ago in Danish
        ("3 days before the vote", "en"),
        ("3 min read", "en"),
        ("in 3 hours", "en"),
        ("last week", "en"),
        ("USA TODAY", "en"),
        ("3 photos of today", "en"),
        ("now", "en"),
    ],
)
def test_what_is_no_time_before_now_is_not_read(text: str, language: str) -> None:
    assert read(text, language) is None


def test_a_time_before_the_calendar_begins_is_none() -> None:
    assert read("99999 years ago", "en") is None


@pytest.mark.parametrize("text", ["⁹article", "⁹ hours ago", "²³ minutes ago"])
def test_a_digit_that_is_no_number_does_not_lose_the_page(text: str) -> None:
    assert find_relative(text, ("en",)) is None
