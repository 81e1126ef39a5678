"""The model's body or the extractor's: whichever the model itself expects to be nearer the truth, the extractor's unless it is clear."""

from dataclasses import dataclass

import numpy as np

from workers.model.words import Bools, Floats, Ints

THRESHOLD = 0.6  # a block from here on is in the model's body; by cross-validation, see card.md
MARGIN = 0.02  # by which the model's body must be expected to be better; by cross-validation


@dataclass(frozen=True, slots=True)
class Choice:
    """What the model would keep, by block; what F1 it expects of that and of the extractor's body; whether its body is to be used."""

    kept: Bools
    expected: float
    expected_extracted: float
    use_model: bool


def choose(probabilities: Floats, words: Ints, extracted: Floats, *, threshold: float = THRESHOLD, margin: float = MARGIN) -> Choice:
    """Compare the two bodies. `extracted`: the share of each block that the extractor's body has."""
    kept = probabilities >= threshold
    mine = expected_f1(probabilities, words, kept.astype(np.float32))
    theirs = expected_f1(probabilities, words, extracted)
    return Choice(kept, mine, theirs, bool(kept.any()) and mine - theirs > margin)


def expected_f1(probabilities: Floats, words: Ints, taken: Floats) -> float:
    """F1 of taking a share of each block, if each block's words are in the true body with its probability."""
    found = float((probabilities * words * taken).sum())
    total = float((words * taken).sum() + (probabilities * words).sum())
    return 2 * found / total if total else 0.0
