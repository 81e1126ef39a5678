"""Texts as numbers."""

import numpy as np
import pytest

from workers.model.words import COMMA, DIGIT, POINT, UPPER, Grams, Reference, Words, read_characters, read_words


def words(*texts: str) -> Words:
    return read_words(read_characters(list(texts)))


def shares(text: str, *reference: str) -> list[float]:
    return [float(share[0]) for share in Grams.of(words(text)).shares(Reference.of_lines(list(reference)))[0]]


def test_words_are_letters_and_digits_whatever_stands_between_them() -> None:
    assert np.array_equal(words("The bridge, closed: 2026!").hashes, words("the  BRIDGE (closed) 2026").hashes)
    assert len(set(words("ab ba abc a b").hashes.tolist())) == 5


@pytest.mark.parametrize(("text", "count"), [("大桥关闭", 4), ("สะพาน", 5), ("الجسر مغلق", 2), ("می\u200cخواهم", 2), ("😀 …", 1), ("—", 0)])
def test_words_are_counted_in_every_script(text: str, count: int) -> None:
    assert len(words(text).hashes) == count


def test_each_text_has_its_words() -> None:
    read = words("one two", "—", "three")
    assert read.starts.tolist() == [0, 2, 2, 3]
    assert read.text.tolist() == [0, 0, 2]
    part = read.of_texts(1, 3)
    assert (part.starts.tolist(), part.text.tolist(), part.count) == ([0, 0, 1], [1], 2)


def test_characters_are_counted_by_class_and_text() -> None:
    read = read_characters(["A 1, b.", "", "؟، ٣"])
    counts = {bit: read.count(bit, 3).tolist() for bit in (DIGIT, UPPER, POINT, COMMA)}
    assert counts == {DIGIT: [1, 0, 1], UPPER: [1, 0, 0], POINT: [1, 0, 1], COMMA: [1, 0, 1]}
    assert read.count(DIGIT, 1).tolist() == [1]


def test_shares_are_of_words_pairs_fours_and_the_whole_line() -> None:
    assert shares("a b c d e", "x a b c d", "e y") == [1, 1, 1, 0]
    assert shares("a b c d e", "A, b c d e.") == [1, 1, 1, 1]
    assert shares("a b c d e", "a b d e c") == [1, 0.5, 0, 0]
    assert shares("a b", "") == [0, 0, 0, 0]
