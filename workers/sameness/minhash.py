"""From a text to its fingerprint: MinHash over shingles of words. The same text gives the same fingerprint in every process and release.

Own code, 64 minima in one numpy expression: docs/adr/0007 compares it with datasketch and rensa.
"""

import hashlib
import re
from zlib import crc32

import numpy as np

from workers.rules.fold import fold
from workers.sameness.fingerprint import VALUES, Fingerprint

SHINGLE_WORDS = 3
MIN_SHINGLES = 16  # below, one changed word moves the likeness by more than a fifth
MAX_WORDS = 20_000  # of one text; what follows is not looked at (bounds the cost)

# Words, and each letter of scripts that put no space between words (ideographs, kana, Thai, Lao, Myanmar, Khmer).
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_ANY_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SPACED_WORD = re.compile(r"\w+")
_ASCII_WORD = re.compile(rb"\w+")
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)  # odd, from xxHash: one for each word
_SHIFT = np.uint64(32)
_TO_16 = np.uint64(48)


def _constants(name: str) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """VALUES fixed numbers; from a hash, so that no library's random generator decides them."""
    return np.frombuffer(hashlib.shake_256(f"rawi minhash 1 {name}".encode()).digest(VALUES * 8), dtype=">u8").astype(np.uint64)


_FACTORS = (_constants("factor") | np.uint64(1))[:, None]
_TERMS = _constants("term")[:, None]


def normalise(text: str) -> str:
    """The text in the one spelling that hash and fingerprint are made from: `rules/fold.py`, Arabic forms, accents and case gone."""
    return " ".join(text.lower().split()) if text.isascii() else fold(text)


def content_hash(normalised: str) -> str:
    """sha256 of a normalised text, in hex: equal for equal text."""
    return hashlib.sha256(normalised.encode(errors="replace")).hexdigest()


def fingerprint(normalised: str) -> Fingerprint | None:
    """The fingerprint of a normalised text; None when it has fewer than MIN_SHINGLES shingles."""
    if normalised.isascii():
        words = _ASCII_WORD.findall(normalised.encode())
    else:  # encoded all at once: word by word takes four times as long
        word = _WORD if _ANY_UNSPACED.search(normalised) else _SPACED_WORD
        words = "\n".join(word.findall(normalised)).encode(errors="replace").split(b"\n")
    words = words[:MAX_WORDS]
    if len(words) < MIN_SHINGLES + SHINGLE_WORDS - 1:
        return None
    hashes = np.array(list(map(crc32, words)), dtype=np.uint64)
    count = len(words) - SHINGLE_WORDS + 1
    shingles = hashes[:count] * _MIX[0] + hashes[1 : count + 1] * _MIX[1] + hashes[2 : count + 2] * _MIX[2]
    shingles ^= shingles >> _SHIFT
    different = len(set(shingles.tolist()))
    if different < MIN_SHINGLES:
        return None
    mixed = shingles * _FACTORS
    mixed += _TERMS
    minima = mixed.min(axis=1)
    # The minimum's own top bits are nearly all zero; a multiplication brings its low ones up.
    minima = (minima ^ minima >> _SHIFT) * _MIX[0] >> _TO_16
    return Fingerprint.of(different, minima.tolist())
