"""Folding and looking for phrases in C against their statements in Python, with all of Unicode."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from workers.rules.fold import after_prefix, fold, fold_ends
from workers.rules.phrases import Phrases

ANY_TEXT = st.text(st.characters(codec=None))
_SAME = {"ی": "ي", "ى": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ٱ": "ا", "ı": "i", "ـ": ""}


def stated(text: str) -> str:
    parts = [c for c in unicodedata.normalize("NFKD", text.lower()) if unicodedata.category(c) not in ("Mn", "Cf", "Cs")]
    return " ".join("".join(str(unicodedata.decimal(c)) if c.isdecimal() else stated_letter(c) for c in parts).split())


def stated_letter(letter: str) -> str:
    return "".join(_SAME.get(c, c) for c in letter.casefold() if unicodedata.category(c) != "Mn")


def stated_ends(text: str) -> str:
    folded = stated(text)
    places = [at for at, c in enumerate(folded) if c.isalnum()]
    return folded[places[0] : places[-1] + 1] if places else ""


def test_every_letter_of_unicode_folds_as_stated() -> None:
    for row in range(0, 0x110000, 16):
        text = "".join(f"{chr(code)}x" for code in range(row, row + 16))
        assert fold(text) == stated(text), hex(row)


@given(ANY_TEXT)
def test_any_text_folds_as_stated(text: str) -> None:
    assert fold(text) == stated(text)
    assert fold_ends(text) == stated_ends(text)


@given(ANY_TEXT, ANY_TEXT)
def test_what_follows_a_prefix_is_an_end_of_the_text(text: str, prefix: str) -> None:
    assert text.endswith(after_prefix(text, fold_ends(prefix)))


def test_texts_longer_than_what_is_folded_on_the_stack_fold_as_stated() -> None:
    widest = "\ufdfa"  # becomes 18 letters
    for text in ("Ab \t" * 3_000, widest * 5_000, "é" * 1_024 + widest, "é" * 1_023 + widest * 3 + "Z" * 5_000, " " * 5_000 + "é "):
        assert fold(text) == stated(text)
        assert fold_ends(f"«{text}»") == stated_ends(f"«{text}»")


def test_a_subclass_of_str_folds_to_a_plain_one() -> None:
    class Smart(str):
        pass

    assert type(fold(Smart("É"))) is type(fold_ends(Smart("E"))) is str


@given(st.lists(st.text("abcسل版😀", max_size=5), max_size=8), st.text("abc سل版😀"))
def test_all_phrases_that_stand_in_a_text_are_among_those_that_may(phrases: list[str], text: str) -> None:
    numbers = Phrases(phrases).may_be_in(text)
    assert numbers == sorted(set(numbers))
    assert {number for number, phrase in enumerate(phrases) if phrase in text} <= {*numbers}
