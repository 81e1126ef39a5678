"""Which articles are alike: their terms, fingerprints and times in flat arrays, asked for the neighbours of one article.

How alike two articles are is a whole number that depends on these two alone and is the same both ways.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from workers.sameness.fingerprint import VALUES, Fingerprint
from workers.stories.features import HASH, WEIGHT, WEIGHT_ONE, Features

NEAR_CONTAINMENT = 0.7  # from here on two texts are one text: one of them a reprint
MIN_COMMON = VALUES // 4  # minima in common, below which a containment is not trusted
SAME = 10 * WEIGHT_ONE**2  # added once for each minimum that two texts of one have in common: they are closer than all others
_GROWTH = 1.5


class Neighbour(NamedTuple):
    """An article that is alike, and how much: at least SAME when the two are one text."""

    id: bytes
    likeness: int


class Index:
    """The articles by what they are alike in.

    Args:
        min_likeness: least cosine of the vectors of terms, 0 to 1.
        window_s: articles whose events are further apart are not alike.
    """

    def __init__(self, *, min_likeness: float, window_s: int) -> None:
        self._min_score = round(min_likeness * WEIGHT_ONE**2)
        self._window_s = window_s
        self._slots: dict[bytes, int] = {}
        self._ids: list[bytes | None] = []
        self._free: list[int] = []
        self._event_s = np.zeros(0, dtype=np.int64)
        self._minima = np.zeros((0, VALUES), dtype=np.uint16)
        self._shingles = np.zeros(0, dtype=np.int32)
        self._postings: dict[int, tuple[array[int], array[int]]] = {}  # term to slots and weights
        self._copies: dict[bytes, set[bytes]] = defaultdict(set)  # article to those that say they repeat it

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, article: Features) -> None:
        """Take in an article that is not there."""
        slot = self._free.pop() if self._free else self._grow()
        self._slots[article.id] = slot
        self._ids[slot] = article.id
        self._event_s[slot] = article.event_s
        self._shingles[slot] = 0
        if article.fingerprint:
            packed = np.frombuffer(article.fingerprint, dtype=">u2")
            self._shingles[slot], self._minima[slot] = packed[0], packed[1:]
        for term, weight in _terms(article):
            slots, weights = self._postings.setdefault(term, (array("I"), array("H")))
            slots.append(slot)
            weights.append(weight)
        if article.duplicate_of:
            self._copies[article.duplicate_of].add(article.id)

    def remove(self, article: Features) -> None:
        """Forget an article that is there."""
        slot = self._slots.pop(article.id)
        for term, _ in _terms(article):
            slots, weights = self._postings[term]
            at = slots.index(slot)
            slots[at], weights[at] = slots[-1], weights[-1]
            slots.pop()
            weights.pop()
            if not slots:
                del self._postings[term]
        if article.duplicate_of:
            self._copies[article.duplicate_of].discard(article.id)
            if not self._copies[article.duplicate_of]:
                del self._copies[article.duplicate_of]
        self._ids[slot] = None
        self._free.append(slot)

    def neighbours(self, article: Features) -> list[Neighbour]:
        """The articles that are alike enough and near enough in time, in no order; not the article itself."""
        scores = np.zeros(len(self._ids), dtype=np.int32)
        for term, weight in _terms(article):
            if term in self._postings:
                slots, weights = self._postings[term]
                scores[np.frombuffer(slots, dtype=np.uint32)] += np.frombuffer(weights, dtype=np.uint16).astype(np.int32) * weight
        alike = set(np.flatnonzero(scores >= self._min_score).tolist()) | set(self._declared(article))
        alike.discard(self._slots.get(article.id, -1))
        found = []
        for slot in alike:
            other = self._ids[slot]
            if other is not None and abs(int(self._event_s[slot]) - article.event_s) <= self._window_s:
                found.append(Neighbour(other, int(scores[slot]) + SAME * self._common(article, slot)))
        return found

    def _declared(self, article: Features) -> Iterator[int]:
        """The slots of articles that this one is said to repeat, or that are said to repeat it."""
        for other in (article.duplicate_of, *self._copies.get(article.id, ())):
            if other is not None and other in self._slots:
                yield self._slots[other]

    def _common(self, article: Features, slot: int) -> int:
        """How many minima two texts have in common if they are one text, else 0."""
        other = self._ids[slot]
        assert other is not None
        if other == article.duplicate_of or other in self._copies.get(article.id, ()):
            return VALUES
        ours, theirs = Fingerprint(article.fingerprint), int(self._shingles[slot])
        if not article.fingerprint or not theirs:
            return 0
        minima = np.frombuffer(article.fingerprint, dtype=">u2")[1:]
        common = int((self._minima[slot] == minima).sum())
        return common if common >= MIN_COMMON and _containment(common, ours.shingles, theirs) >= NEAR_CONTAINMENT else 0

    def _grow(self) -> int:
        slot = len(self._ids)
        self._ids.append(None)
        if slot >= len(self._event_s):
            size = max(64, int(slot * _GROWTH))
            self._event_s = np.resize(self._event_s, size)
            self._shingles = np.resize(self._shingles, size)
            self._minima = np.resize(self._minima, (size, VALUES))
        return slot


def _terms(article: Features) -> Iterator[tuple[int, int]]:
    return zip(np.frombuffer(article.hashes, dtype=HASH).tolist(), np.frombuffer(article.weights, dtype=WEIGHT).tolist(), strict=True)


def _containment(common: int, ours: int, theirs: int) -> float:
    """The estimated share of the shorter text's shingles that the longer has too (as Fingerprint.containment)."""
    likeness = common / VALUES
    return min(1.0, likeness / (1 + likeness) * (ours + theirs) / min(ours, theirs))
