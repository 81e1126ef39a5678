"""Texts as numbers, and texts compared."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.model.compare import Comparison, compare
from workers.model.texts import Texts
from workers.model.words import CLASSES, COMMA, DIGIT, LOWER, MULTIPLIER, POINT, TABLE_SIZE, UNSPACED, UPPER, WORD

LETTERS = st.sampled_from("aAbB1 .,—é大ส😀\ud800\u200c\0") | st.characters(exclude_characters="\n")
LINES = st.lists(st.text(LETTERS, max_size=30))
WORDS = st.lists(st.lists(st.sampled_from(["a", "b", "c", "—"]), max_size=9).map(" ".join), max_size=8)


def shares(text: str, *reference: str) -> list[float]:
    return [float(share[0]) for share in compare([text], list(reference)).shares()]


def words_of(text: str) -> list[int]:
    """The hashes of words, said plainly."""
    codes = [min(ord(char), TABLE_SIZE) for char in text]
    classes = [int(CLASSES[code]) for code in codes]
    words: list[list[int]] = []
    for at, code in enumerate(codes):
        if not classes[at] & WORD:
            continue
        goes_on = at > 0 and classes[at - 1] & WORD and not (classes[at] | classes[at - 1]) & UNSPACED
        if goes_on:
            words[-1].append(int(LOWER[code]))
        else:
            words.append([int(LOWER[code])])
    sums = [sum(letter * pow(MULTIPLIER, place, 1 << 64) for place, letter in enumerate(word, 1)) % (1 << 64) for word in words]
    return [found ^ (found >> 29) for found in sums]


@given(LINES)
def test_words_and_classes_are_those_of_a_plain_statement(lines: list[str]) -> None:
    read = Texts(lines)
    expected = [words_of(line) for line in lines]
    assert read.hashes.tolist() == [word for words in expected for word in words]
    assert np.diff(read.starts).tolist() == [len(words) for words in expected]
    for bit in (DIGIT, UPPER, POINT, COMMA, UNSPACED):
        assert read.counts(bit) == [sum(bool(CLASSES[min(ord(char), TABLE_SIZE)] & bit) for char in line) for line in lines]


@given(WORDS, WORDS)
def test_shares_are_those_of_a_plain_statement(blocks: list[str], lines: list[str]) -> None:
    found = compare(blocks, lines).shares()
    lines = [line for line in lines if line]
    reference = [word for line in lines for word in re.findall(r"\w+", line)]
    for block, text in enumerate(blocks):
        words = re.findall(r"\w+", text)
        for kind, size in enumerate((1, 2, 4)):
            known = {tuple(reference[at : at + size]) for at in range(len(reference) - size + 1)}
            runs = [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]
            assert found[kind, block] == np.float32(sum(run in known for run in runs) / max(len(runs), 1))
        assert found[3, block] == (words in [re.findall(r"\w+", line) for line in lines])


def test_words_are_letters_and_digits_whatever_stands_between_them() -> None:
    assert np.array_equal(Texts(["The bridge, closed: 2026!"]).hashes, Texts(["the  BRIDGE (closed) 2026"]).hashes)
    assert len(set(Texts(["ab ba abc a b"]).hashes.tolist())) == 5


@pytest.mark.parametrize(("text", "count"), [("大桥关闭", 4), ("สะพาน", 5), ("الجسر مغلق", 2), ("می\u200cخواهم", 2), ("😀 …", 1), ("—", 0)])
def test_words_are_counted_in_every_script(text: str, count: int) -> None:
    assert len(Texts([text]).hashes) == count


def test_each_text_has_its_words() -> None:
    assert Texts(["one two", "—", "three"]).starts.tolist() == [0, 2, 2, 3]
    assert Texts([]).starts.tolist() == [0]


def test_characters_are_counted_by_class_and_text() -> None:
    read = Texts(["A 1, b.", "", "؟، ٣", "7" * 1_000])
    assert {bit: read.counts(bit) for bit in (DIGIT, UPPER, POINT, COMMA)} == {
        DIGIT: [1, 0, 1, 1_000],
        UPPER: [1, 0, 0, 0],
        POINT: [1, 0, 1, 0],
        COMMA: [1, 0, 1, 0],
    }


def test_a_whole_line_has_one_hash_whatever_its_case_and_punctuation_and_none_without_words() -> None:
    one, same, other, empty, dash = Texts(["The bridge closed", "the BRIDGE, closed.", "closed bridge the", "", "—"]).lines.tolist()
    assert one == same != other
    assert empty == dash == 0


def test_what_is_not_a_text_is_refused() -> None:
    for wrong in ([b"one"], [None], [1]):
        with pytest.raises(TypeError):
            Texts(wrong)  # type: ignore[arg-type]


def test_shares_are_of_words_pairs_fours_and_the_whole_line() -> None:
    assert shares("a b c d e", "x a b c d", "e y") == [1, 1, 1, 0]
    assert shares("a b c d e", "A, b c d e.") == [1, 1, 1, 1]
    assert shares("a b c d e", "a b d e c") == [1, 0.5, 0, 0]
    assert shares("a b", "") == [0, 0, 0, 0]


def test_a_word_has_the_same_hash_wherever_it_stands_on_a_long_page() -> None:
    read = Texts(["first " * 20_000, "middle last", "First"])
    assert read.starts.tolist() == [0, 20_000, 20_002, 20_003]
    assert len(set(read.hashes[:20_000].tolist())) == 1
    assert read.hashes[-1] == read.hashes[0] != read.hashes[-2]


def test_references_are_told_apart_and_none_is_the_blocks() -> None:
    texts = Texts(["a b", "c", "a", "b", "x y"])
    compared = Comparison(texts, [2, 3, 4, 5])
    assert [compared.shares(reference)[0].tolist() for reference in range(3)] == [[0.5, 0], [0.5, 0], [0, 0]]
    with pytest.raises(IndexError):
        compared.shares(3)
    for edges in ([], [2], [2, 6], [-1, 3], [3, 2], [0] * 10):
        with pytest.raises(ValueError, match="no such texts"):
            Comparison(texts, edges)


def test_the_topic_is_shared_out_among_the_blocks_that_have_its_words() -> None:
    compared = Comparison(Texts(["bridge", "bridge ferry", "menu", "bridge ferry"]), [3, 4], topic=1)
    assert compared.topic().tolist() == [0.25, 0.75, 0]
    assert Comparison(Texts(["menu", "bridge"]), [1, 2], topic=1).topic().tolist() == [0]


def test_a_hundred_thousand_words_are_all_found_again() -> None:
    words = [f"w{number}" for number in range(100_000)]
    found = compare([" ".join(words), "w1 w100000"], [" ".join(pair) for pair in pairwise(words[::2])])
    assert found.shares()[0].tolist() == [0.5, 0]
