"""Text fidelity, lengths, words and direction."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import FieldSource, Person
from tests.unit.stages.pages import draft
from workers.stages.blocks import ends_sentence
from workers.stages.characters import inner_stops, is_clean
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


def test_what_needs_no_cleaning_at_a_glance_is_plain_beside_any_other_character() -> None:
    pairs = [parts for code in range(0x110000) if len(parts := unicodedata.decomposition(chr(code)).split()) == 2]
    joins_the_one_before = {int(second, 16) for first, second in pairs if first[0] != "<"} | {*range(0x1161, 0x1200)}
    for code in range(0x110000):
        if is_clean(char := chr(code)):
            assert char.isprintable() or char in "\u200c\u200d", hex(code)
            assert (char.isspace(), unicodedata.combining(char), unicodedata.normalize("NFC", char)) == (False, 0, char), hex(code)
            assert code not in joins_the_one_before, hex(code)
    assert not any(map(is_clean, ("a  b", " a", "a ", "a\n", "مـد")))


@given(st.text(st.characters(codec=None)) | st.text(st.sampled_from("aé \n_.,1日か가ำกក\u200c🙂”؟")))
def test_passes_in_c_count_as_stated(text: str) -> None:
    ideograph, kana = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff", "\u3040-\u30ff\u31f0-\u31ff"
    wide = 2 * len(re.findall(f"[{ideograph}]", text)) + len(re.findall(f"[{kana}\uac00-\ud7af]", text))
    assert weighted_length(text) == len(text) + wide
    unspaced = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"
    words = len(re.findall(f"[{ideograph}{kana}]", text)) + sum(max(1, round(len(run) / 5)) for run in re.findall(unspaced, text))
    assert count_words(text) == words + len(re.findall(r"[^\W_]\S*", re.sub(f"[{ideograph}{kana}]|{unspaced}", " ", text)))
    last = next((c for c in reversed(text) if c.isalnum() or c in '.!?؟。！？…۔।»”"’'), "")
    assert ends_sentence(text) == (last != "" and not last.isalnum())


@given(st.text(st.sampled_from(".!?؟।۔)»”\"' \u2003a。！\n1")))
def test_sentences_that_end_inside_a_text_are_counted_as_stated(text: str) -> None:
    assert inner_stops(text) == len(re.findall(r"[.!?؟।۔][)»”\"']?\s+\S|[。！？]\S", text))


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
