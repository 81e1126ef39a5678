"""From a text to its fingerprint: MinHash over shingles of words. The same text gives the same fingerprint in every process and release.

Own code, in C from the words to the minima: docs/adr/0007 compares it with datasketch and rensa.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from workers.rules.fold import fold
from workers.sameness.fingerprint import VALUES, Fingerprint
from workers.sameness.shingles import minima

SHINGLE_WORDS = 3
MIN_SHINGLES = 16  # below, one changed word moves the likeness by more than a fifth
MAX_WORDS = 20_000  # of one text; what follows is not looked at (bounds the cost)

_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)  # odd, from xxHash: one for each word


def _constants(name: str) -> NDArray[np.uint64]:
    """VALUES fixed numbers; from a hash, so that no library's random generator decides them."""
    return np.frombuffer(hashlib.shake_256(f"rawi minhash 1 {name}".encode()).digest(VALUES * 8), dtype=">u8").astype(np.uint64)


_FACTORS = _constants("factor") | np.uint64(1)
_TERMS = _constants("term")


def normalise(text: str) -> str:
    """The text in the one spelling that hash and fingerprint are made from: `rules/fold.py`, Arabic forms, accents and case gone."""
    return " ".join(text.lower().split()) if text.isascii() else fold(text)


def content_hash(normalised: str) -> str:
    """sha256 of a normalised text, in hex: equal for equal text."""
    return hashlib.sha256(normalised.encode(errors="replace")).hexdigest()


def fingerprint(normalised: str) -> Fingerprint | None:
    """The fingerprint of a normalised text; None when it has fewer than MIN_SHINGLES shingles."""
    found = minima(normalised, MAX_WORDS, MIN_SHINGLES, _MIX, _FACTORS, _TERMS)
    return Fingerprint.of(*found) if found else None
