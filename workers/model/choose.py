"""Which blocks are the body: by the model, and where the publisher states a body that goes on past the model's, by that too."""

from dataclasses import dataclass

import numpy as np

from workers.model.features import Described
from workers.model.words import Bools, Floats, Ints

THRESHOLD = 0.55  # a block from here on is in the body; by cross-validation, see card.md
STATED_SHARE = 0.5  # of a block in the stated body, from which on the block is in it
_AGREED = 0.8  # of the model's words that the stated body has: both mean the same article
_MISSED = 0.7  # of the stated body's words that the model has: less, and the model has stopped too soon


@dataclass(frozen=True, slots=True)
class Choice:
    """What is kept, by block; what F1 the model expects of that, and of the extractor's body."""

    kept: Bools
    expected: float
    expected_extracted: float


def choose(probabilities: Floats, described: Described, *, threshold: float = THRESHOLD, use_stated: bool = True) -> Choice:
    """The body of a page."""
    words = described.words
    kept = probabilities >= threshold
    if use_stated:
        kept = _with_stated(kept, described.stated >= STATED_SHARE, words)
    mine = expected_f1(probabilities, words, kept.astype(np.float32))
    return Choice(kept, mine, expected_f1(probabilities, words, described.extracted))


def _with_stated(kept: Bools, stated: Bools, words: Ints) -> Bools:
    both = int(words[kept & stated].sum())
    agreed = both >= _AGREED * int(words[kept].sum()) and both > 0
    return kept | stated if agreed and both < _MISSED * int(words[stated].sum()) else kept


def expected_f1(probabilities: Floats, words: Ints, taken: Floats) -> float:
    """F1 of taking a share of each block, if each block's words are in the true body with its probability."""
    found = float((probabilities * words * taken).sum())
    total = float((words * taken).sum() + (probabilities * words).sum())
    return 2 * found / total if total else 0.0
