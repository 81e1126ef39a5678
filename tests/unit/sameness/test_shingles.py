"""Words, shingles and minima in C are those of the statement below: fingerprints are compared across releases."""

import re
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.sameness import minhash
from workers.sameness.fingerprint import VALUES
from workers.sameness.minhash import MAX_WORDS, MIN_SHINGLES, fingerprint
from workers.sameness.shingles import minima

UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
MIX, FACTORS, TERMS = ([int(n) for n in numbers] for numbers in (minhash._MIX, minhash._FACTORS, minhash._TERMS))
LOW_64 = 2**64 - 1


def plain_minima(text: str, functions: int = VALUES) -> tuple[int, list[int]] | None:
    words = [crc32(word.encode()) for word in WORD.findall(text)[:MAX_WORDS]]
    shingles = {sum(n * m for n, m in zip(three, MIX, strict=True)) & LOW_64 for three in zip(words, words[1:], words[2:], strict=False)}
    shingles = {n ^ n >> 32 for n in shingles}
    if len(shingles) < MIN_SHINGLES:
        return None
    least = [min((n * factor + term) & LOW_64 for n in shingles) for factor, term in list(zip(FACTORS, TERMS, strict=True))[:functions]]
    return len(shingles), [((n ^ n >> 32) * MIX[0] & LOW_64) >> 48 for n in least]


def found(text: str, functions: int = VALUES) -> tuple[int, list[int]] | None:
    return minima(text, MAX_WORDS, MIN_SHINGLES, minhash._MIX, minhash._FACTORS[:functions], minhash._TERMS[:functions])


@given(st.text(st.sampled_from("abc1_ -\n.بحر٣ é½²\u0301\u200cก็国家漢かカ\uf900\U00020000\U0001d7d8\ud800\x00"), max_size=200))
def test_any_text_has_the_same_minima(text: str) -> None:
    assert found(text) == plain_minima(text)


@pytest.mark.parametrize("first", range(0, 0x110000, 0x8000))
def test_every_character_is_as_much_of_a_word(first: int) -> None:
    for begun in range(first, first + 0x8000, 0x1000):
        text = "".join(f"a{chr(code)} " for code in range(begun, begun + 0x1000))
        assert found(text, 2) == plain_minima(text, 2)


@pytest.mark.parametrize("words", [MIN_SHINGLES + 1, MIN_SHINGLES + 2, MAX_WORDS - 1, MAX_WORDS, MAX_WORDS + 10])
def test_the_number_of_words_is_counted_alike_at_its_bounds(words: int) -> None:
    for word in ("w", "漢 x"):
        text = " ".join(f"{word}{n}" for n in range(words))
        assert found(text, 2) == plain_minima(text, 2)


def test_numbers_that_make_no_hash_functions_are_refused() -> None:
    one = np.ones(1, dtype=np.uint64)
    for mix, factors, terms in ((one, one, one), (minhash._MIX, one, one), (minhash._MIX, minhash._FACTORS, one)):
        with pytest.raises(ValueError, match="three words"):
            minima("a b c", MAX_WORDS, MIN_SHINGLES, mix, factors, terms)
    with pytest.raises(TypeError):
        fingerprint(None)  # type: ignore[arg-type]
