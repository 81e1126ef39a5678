"""Which blocks are the body: by the model, and where the publisher states a body that goes on past the model's, by that too."""

import numpy as np

from workers.model.features import Described
from workers.model.words import Bools, Floats, Hashes, Ints

THRESHOLD = 0.6  # a block from here on is in the body, unless the arbiter finds a better one; by cross-validation, see card.md
# ... in a live blog: its posts are short and of all kinds, and all of them are the article.
LIVE_THRESHOLD = 0.2
STATED_SHARE = 0.5  # of a block in the stated body, from which on the block is in it
_AGREED = 0.8  # of the model's words that the stated body has: both mean the same article
_COPY_WORDS = (5, 25)
_MISSED = 0.7  # of the stated body's words that the model has: less, and the model has stopped too soon


def choose(probabilities: Floats, described: Described, *, threshold: float = THRESHOLD, use_stated: bool = True) -> Bools:
    """The blocks from a threshold on."""
    return bodies(probabilities, described, (threshold,), use_stated=use_stated)[0]


def bodies(probabilities: Floats, described: Described, thresholds: tuple[float, ...], *, use_stated: bool = True) -> list[Bools]:
    """The blocks from each of some thresholds on."""
    words = described.words
    probabilities = _together(probabilities, described.groups, words)
    stated = described.stated >= STATED_SHARE
    found = [probabilities >= threshold for threshold in thresholds]
    if use_stated and stated.any():
        found = [_with_stated(kept, stated, words) for kept in found]
    if not _copies(np.logical_or.reduce(found), described.hashes, words).any():  # then none of them has any
        return found
    return [kept & ~_copies(kept, described.hashes, words) for kept in found]


def _with_stated(kept: Bools, stated: Bools, words: Ints) -> Bools:
    both = int(words[kept & stated].sum())
    agreed = both >= _AGREED * int(words[kept].sum()) and both > 0
    return kept | stated if agreed and both < _MISSED * int(words[stated].sum()) else kept


def _together(probabilities: Floats, groups: Ints, words: Ints) -> Floats:
    """The items of a list are in or out together, so are the cells of a table: each gets their mean."""
    weights = np.maximum(words, 1)
    means = np.bincount(groups, weights=probabilities * weights) / np.maximum(np.bincount(groups, weights=weights), 1)
    return means[groups].astype(np.float32)


def _copies(kept: Bools, hashes: Hashes, words: Ints) -> Bools:
    """Kept lines that say again what a kept line before them said, and are no longer than headlines: lists of other stories do."""
    lines = np.flatnonzero(kept & (words >= _COPY_WORDS[0]) & (words <= _COPY_WORDS[1]))
    _, firsts = np.unique(hashes[lines], return_index=True)
    copies = np.zeros(len(kept), dtype=bool)
    copies[lines] = True
    copies[lines[firsts]] = False
    return copies
