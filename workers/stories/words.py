"""The words of a text as what they tell of an event: cut to a stem, hashed, and weighed by how rare they are in their language.

Rarity is fixed, not counted in the stream: jusText's list of a language's frequent words weighs nothing, and `words.npz` (made by
`python -m tests.quality.stories --words`) knows in how many articles of a language a word stands. So how alike two articles are depends on
the two alone, and stories on the set of articles, not on the order in which they came (docs/adr/0005).
"""

import io
import math
import re
from functools import cache, lru_cache
from importlib import resources
from zlib import crc32

import numpy as np
from justext import get_stoplist

from workers.rules.fold import fold
from workers.stories.languages import STOPLISTS

STEM_CHARS = 6  # cutting words is a stemmer for every alphabet, and lets "Ukraine" meet "ukrainisch"
RAREST_SHARE = 1 / 300  # of a language's articles; rarer words weigh no more
_CACHED_WORDS = 200_000

# Scripts that put no space between words (or particles on them, hangul): pairs of characters stand for words.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:\u200c[^\W_{_UNSPACED}]+)*")
_STARTS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
# Arabic writes "and", "so", "by", "as", "for" and "the" onto the word.
_ARABIC_ARTICLE = re.compile(r"\A[وف]?(?:[بك]?ال|لل)(?=...)")

Term = tuple[int, float]
"""A stem's hash and its weight."""


def terms(text: str, language: str | None) -> list[Term]:
    """The words of a text that say something, in order, each as often as it stands there. `language`: primary subtag, None: unknown."""
    return [term for word in _WORD.findall(text) for term in _terms_of(word, language)]


def words(text: str) -> list[str]:
    """The folded words of a text; of scripts without spaces, pairs of characters."""
    return [part for word in _WORD.findall(text) for part in _parts(word)]


@lru_cache(_CACHED_WORDS)
def _terms_of(word: str, language: str | None) -> tuple[Term, ...]:
    found = ((part, rarity(part, language)) for part in _parts(word))
    return tuple((hash_of(part[:STEM_CHARS]), weight) for part, weight in found if weight)


def _parts(word: str) -> list[str]:
    folded = fold(word)
    if _STARTS_UNSPACED.match(word):
        return [folded[at : at + 2] for at in range(len(folded) - 1)]
    folded = _ARABIC_ARTICLE.sub("", folded)
    return [folded] if len(folded) > 1 else []


def hash_of(word: str) -> int:
    """32 bits that stand for a word, the same in every process."""
    return crc32(word.encode(errors="replace"))


def rarity(word: str, language: str | None) -> float:
    """0 for a frequent word of the language (unknown: of any), up to 1 for one that hardly any article has."""
    if word in _frequent(language):
        return 0.0
    share = _shares().get(hash_of(word), 0.0)
    return (math.log(max(share, RAREST_SHARE)) / math.log(RAREST_SHARE)) ** 2


@cache
def _frequent(language: str | None) -> frozenset[str]:
    names = [STOPLISTS[language]] if language in STOPLISTS else sorted(set(STOPLISTS.values()))
    return frozenset(part for name in names for word in get_stoplist(name) for part in _parts(word))


@cache
def _shares() -> dict[int, float]:
    packed = resources.files("workers.stories").joinpath("words.npz").read_bytes()
    with np.load(io.BytesIO(packed), allow_pickle=False) as table:
        return dict(zip(table["hashes"].tolist(), (table["shares"] / 65_535).tolist(), strict=True))
