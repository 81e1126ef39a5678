"""Which articles are alike: their terms, fingerprints and times in flat arrays, asked for the neighbours of one article.

How alike two articles are is a whole number that depends on these two alone and is the same both ways.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from workers.sameness.fingerprint import VALUES
from workers.stories.features import HASH, WEIGHT, WEIGHT_ONE, Features

NEAR_CONTAINMENT = 0.7  # from here on two texts are one text: one of them a reprint
MIN_COMMON = VALUES // 4  # minima in common, below which a containment is not trusted
SAME = 10 * WEIGHT_ONE**2  # added once for each minimum that two texts of one have in common: they are closer than all others
_GROWTH = 1.5
Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


class Neighbour(NamedTuple):
    """An article that is alike, and how much: at least SAME when the two are one text."""

    id: bytes
    likeness: int


class Neighbours(NamedTuple):
    """What an article is alike to."""

    parent: Neighbour | None  # of the earlier ones the most alike, of equals the earliest
    children: list[Neighbour]  # later ones that are more alike to it than to the parent they have, or as much


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
        self._first_s = np.zeros(0, dtype=np.int64)
        self._likeness = np.zeros(0, dtype=np.int64)
        self._minima = np.zeros((0, VALUES), dtype=np.uint16)
        self._shingles = np.zeros(0, dtype=np.int32)
        self._postings: dict[int, tuple[array[int], array[int]]] = {}  # term to slots and weights
        self._copies: dict[bytes, set[bytes]] = defaultdict(set)  # article to those that say they repeat it

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, article: Features, first_s: int) -> None:
        """Take in an article that is not there, and has no parent. `first_s`: what is earlier, together with the id."""
        slot = self._free.pop() if self._free else self._grow()
        self._slots[article.id] = slot
        self._ids[slot] = article.id
        self._event_s[slot] = article.event_s
        self._first_s[slot] = first_s
        self._likeness[slot] = 0
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

    def hang(self, article_id: bytes, likeness: int) -> None:
        """Note how alike an article is to the parent it has now; 0 without one."""
        self._likeness[self._slots[article_id]] = likeness

    def neighbours(self, article: Features) -> Neighbours:
        """What is alike enough, and near enough in time, to an article that is there."""
        slot = self._slots[article.id]
        slots, likeness = self._alike(article, slot)
        first_s = self._first_s[slots]
        # Ids decide between articles of one second; they are compared one by one, and are few.
        at_once = [other for other in slots[first_s == self._first_s[slot]].tolist() if self._id(other) < article.id]
        earlier = (first_s < self._first_s[slot]) | np.isin(slots, at_once)
        later = ~earlier & (likeness >= self._likeness[slots])
        children = [Neighbour(self._id(at), value) for at, value in zip(slots[later].tolist(), likeness[later].tolist(), strict=True)]
        return Neighbours(self._best(slots[earlier], likeness[earlier]), children)

    def _best(self, slots: Numbers, likeness: Numbers) -> Neighbour | None:
        if not len(slots):
            return None
        most = likeness.max()
        equals = slots[likeness == most]
        earliest = equals[self._first_s[equals] == self._first_s[equals].min()].tolist()
        return Neighbour(min(self._id(slot) for slot in earliest), int(most))

    def _alike(self, article: Features, slot: int) -> tuple[Numbers, Numbers]:
        """The slots of the articles that are alike, and how much."""
        scores = np.zeros(len(self._ids), dtype=np.int32)
        for term, weight in _terms(article):
            slots, weights = self._postings[term]
            scores[np.frombuffer(slots, dtype=np.uint32)] += np.frombuffer(weights, dtype=np.uint16).astype(np.int32) * weight
        enough = scores >= self._min_score
        declared = self._declared(article)
        enough[declared] = True
        enough[slot] = False
        found = np.flatnonzero(enough)
        found = found[np.abs(self._event_s[found] - article.event_s) <= self._window_s]
        common = self._common(article, found)
        common[np.isin(found, declared)] = VALUES
        return found, scores[found] + common * SAME

    def _declared(self, article: Features) -> list[int]:
        """The slots of articles that this one is said to repeat, or that are said to repeat it."""
        said = (article.duplicate_of, *self._copies.get(article.id, ()))
        return [self._slots[other] for other in said if other is not None and other in self._slots]

    def _common(self, article: Features, slots: Numbers) -> Numbers:
        """How many minima the texts have in common with the article's where they are one text, else 0."""
        if not article.fingerprint or not len(slots):
            return np.zeros(len(slots), dtype=np.int64)
        packed = np.frombuffer(article.fingerprint, dtype=">u2").astype(np.int64)
        ours, theirs = int(packed[0]), self._shingles[slots]
        common = (self._minima[slots] == packed[1:]).sum(axis=1)
        shorter = np.maximum(1, np.minimum(theirs, ours))
        containment = common / (VALUES + common) * (ours + theirs) / shorter  # as Fingerprint.containment
        return np.where((theirs > 0) & (common >= MIN_COMMON) & (containment >= NEAR_CONTAINMENT), common, 0)

    def _id(self, slot: int) -> bytes:
        found = self._ids[slot]
        assert found is not None
        return found

    def _grow(self) -> int:
        slot = len(self._ids)
        self._ids.append(None)
        if slot >= len(self._event_s):
            size = max(64, int(slot * _GROWTH))
            self._event_s = np.resize(self._event_s, size)
            self._first_s = np.resize(self._first_s, size)
            self._likeness = np.resize(self._likeness, size)
            self._shingles = np.resize(self._shingles, size)
            self._minima = np.resize(self._minima, (size, VALUES))
        return slot


def _terms(article: Features) -> Iterator[tuple[int, int]]:
    return zip(np.frombuffer(article.hashes, dtype=HASH).tolist(), np.frombuffer(article.weights, dtype=WEIGHT).tolist(), strict=True)
