"""Texts as numbers."""

import numpy as np
import pytest

from workers.model.compare import Grams, Reference, members
from workers.model.words import COMMA, DIGIT, POINT, UPPER, Words, read_characters, read_words


def words(*texts: str) -> Words:
    return read_words(read_characters(list(texts)))


def shares(text: str, *reference: str) -> list[float]:
    return [float(share[0]) for share in Grams.of(words(text)).shares_in(Reference.of_lines(list(reference)))]


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


def test_a_word_has_the_same_hash_wherever_it_stands_on_a_long_page() -> None:
    read = words("first " * 20_000, "middle last", "First")
    assert read.starts.tolist() == [0, 20_000, 20_002, 20_003]
    assert len(set(read.hashes[:20_000].tolist())) == 1
    assert read.hashes[-1] == read.hashes[0] != read.hashes[-2]


def test_hashes_are_told_apart_that_fall_into_one_slot() -> None:
    known = [np.array([1, 1 + (1 << 16), 5], dtype=np.uint64), np.array([1 + (1 << 16), 1 + (1 << 17)], dtype=np.uint64)]
    asked = np.array([1, 1 + (1 << 16), 1 + (1 << 17), 1 + (1 << 18), 5, 0], dtype=np.uint64)
    assert members(asked, known).tolist() == [1, 3, 2, 0, 1, 0]
