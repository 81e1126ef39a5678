"""Text fidelity, lengths, words and direction."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import FieldSource, Person
from tests.unit.stages.pages import draft
from workers.stages.clean import clean
from workers.stages.text import clean_text, count_words, text_direction, weighted_length

FROM_TEST = FieldSource(source="dom", rule="test")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x07c\x9f", "abc"),
        ("\u202eevil\u202c \u2066isolate\u2069", "evil isolate"),
        ("lone \ud83d surrogate", "lone surrogate"),
        ("soft\u00adhyphen and\ufeff mark", "softhyphen and mark"),
        (" two\u00a0\u3000 spaces\n\tand  lines \u2028x", "two spaces and lines x"),
        ("e\u0301", "é"),
        ("می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"),
        ("icon \ue801 font", "icon font"),
        ("\u06dd stays", "\u06dd stays"),
    ],
)
def test_only_plain_text_is_left(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@given(st.text(st.characters(codec=None)))
def test_cleaning_is_done_once_and_gives_what_utf8_can_carry(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()


def test_every_text_of_a_draft_is_cleaned_and_what_is_left_empty_goes() -> None:
    made = clean(
        draft(
            parts={
                "paragraphs": [" one ", "\u200e", "two\x00"],
                "headline": " \x00 ",
                "authors": [Person(name="A\x00 B"), Person(name=" ")],
                "keywords": ["\x01"],
            },
            sources={"headline": FROM_TEST, "authors": FROM_TEST, "keywords": FROM_TEST},
        )
    )
    assert made.parts == {"paragraphs": ["one", "two"], "article_body": "one\n\ntwo", "authors": [Person(name="A B")]}
    assert set(made.sources) == {"authors"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("two words", 2),
        ("– not – dashes", 2),
        ("它是一座桥", 5),
        ("می\u200cخواهم بروم", 2),
        ("2024年3月", 4),
        ("สะพานท่าเรือ", 2),
        ("", 0),
        ("서울 다리", 2),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_a_chinese_text_is_as_long_as_what_it_says() -> None:
    assert weighted_length("港口大桥将继续关闭") == 27
    assert weighted_length("다리 하나") == 9
    assert weighted_length("harbour") == 7


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("a bridge", "ltr"),
        ("الجسر مغلق", "rtl"),
        ("הגשר BBC סגור", "rtl"),
        ("2024 — 15", None),
        ("", None),
        ("جسر and many Latin words", "ltr"),
    ],
)
def test_the_direction_is_that_of_most_letters(text: str, direction: str | None) -> None:
    assert text_direction(text) == direction
