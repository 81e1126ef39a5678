"""Which blocks are the body: by the model, and where the publisher states a body that goes on past the model's, by that too."""

import numpy as np

from workers.model.bodies import fill_bodies
from workers.model.features import Described
from workers.model.words import Bools, Floats

THRESHOLD = 0.6  # a block from here on is in the body, unless the arbiter finds a better one; by cross-validation, see card.md
# ... in a live blog: its posts are short and of all kinds, and all of them are the article.
LIVE_THRESHOLD = 0.2


def choose(probabilities: Floats, described: Described, *, threshold: float = THRESHOLD, use_stated: bool = True) -> Bools:
    """The blocks from a threshold on."""
    return np.asarray(bodies(probabilities, described, (threshold,), use_stated=use_stated)[0])


def bodies(probabilities: Floats, described: Described, thresholds: tuple[float, ...], *, use_stated: bool = True, room: int = 0) -> Bools:
    """The blocks from each of some thresholds on: a row a threshold, a column a block. `room`: rows after them, for the caller to fill."""
    kept = np.empty((len(thresholds) + room, len(described.words)), dtype=np.bool_)
    fill_bodies(
        kept.view(np.uint8),
        np.ascontiguousarray(probabilities, dtype=np.float32),
        described.words,
        described.groups,
        described.stated,
        described.hashes,
        thresholds,
        use_stated,
    )
    return kept
