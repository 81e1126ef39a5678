"""Texts as numbers: the classes of characters, and what words are hashed with. The loop over characters is in texts.pyx."""

import unicodedata

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]

WORD, DIGIT, UPPER, POINT, COMMA, PUNCTUATION, UNSPACED, COLON = (1 << bit for bit in range(8))
_POINTS = frozenset(".!?…。！？؟۔।॥։")
_COLONS = frozenset(":：")
_COMMAS = frozenset(",،、，;؛；")
TABLE_SIZE = 0x10000  # beyond it: letters (rare scripts) and emoji, all as words of one character

MULTIPLIER = 0x9E3779B97F4A7C15  # of hashes: odd, its bits in no order


def _classes() -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    classes = np.zeros(TABLE_SIZE + 1, dtype=np.uint8)
    lower = np.arange(TABLE_SIZE + 1, dtype=np.uint32)
    for code in range(TABLE_SIZE):
        if 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        bits = 0
        if char.isalnum():
            bits |= WORD
            bits |= DIGIT if char.isdigit() else 0
            bits |= UPPER if char.isupper() else 0
            bits |= UNSPACED if _is_unspaced(code) else 0
            folded = char.lower()
            lower[code] = ord(folded) if len(folded) == 1 else code
        elif unicodedata.category(char)[0] in "PS":
            bits |= PUNCTUATION
            bits |= POINT if char in _POINTS else 0
            bits |= COMMA if char in _COMMAS else 0
            bits |= COLON if char in _COLONS else 0
        classes[code] = bits
    classes[TABLE_SIZE] = WORD | UNSPACED
    for stand_in in range(0xA86C, 0xA872):  # a joiner, see workers.stages.joiners: it parts words, as the joiner itself
        classes[stand_in] = 0
    return classes, lower


def _is_unspaced(code: int) -> bool:
    """Scripts that write words without spaces between them: each character is a word here."""
    return (
        0x2E80 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x0E00 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1780 <= code <= 0x17FF
    )


CLASSES, LOWER = _classes()  # by code point, the last for all from TABLE_SIZE on
