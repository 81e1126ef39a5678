"""Which blocks of a page belong to its gold body."""

from dataclasses import dataclass

import numpy as np

from workers.model.training.corpora import Page
from workers.model.words import Bools, Floats, Grams, Reference, read_characters, read_words

_RUN = 0.5  # share of a block's runs of four words that the gold has, from which on the block is in it
_WEIGHT_EXPONENT = 0.75  # a long block decides more of the score than a short one, but not in proportion


@dataclass(frozen=True, slots=True)
class Labels:
    """By block: whether the gold has it, and what it weighs; the weights of a page sum to 1."""

    kept: Bools
    weights: Floats


def label(page: Page) -> Labels:
    """Runs of four words decide; a block of two or three words needs all of them in a row, one of one word a line of its own."""
    words = read_words(read_characters(page.blocks.texts))
    lengths = np.diff(words.starts)
    compared = Grams.of(words)
    _, two, four, exact = compared.shares(Reference.of_lines([page.gold]))
    kept = np.where(lengths >= 4, four >= _RUN, np.where(lengths >= 2, two == 1, exact == 1)) & (lengths > 0)
    weights = (lengths + 2.0) ** _WEIGHT_EXPONENT
    if page.optional:
        _, _, optional, same = compared.shares(Reference.of_lines(page.optional))
        weights[(optional >= _RUN) | (same == 1)] = 0
    return Labels(kept, (weights / max(float(weights.sum()), 1.0)).astype(np.float32))
