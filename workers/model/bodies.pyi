import numpy as np
from numpy.typing import NDArray

from workers.model.words import Floats, Hashes, Ints

STATED_SHARE: float

def fill_bodies(
    kept: NDArray[np.uint8],
    probabilities: Floats,
    words: Ints,
    groups: Ints,
    stated: Floats,
    hashes: Hashes,
    thresholds: tuple[float, ...],
    use_stated: bool,
) -> None: ...
def fill_others(
    kept: NDArray[np.uint8],
    begin: int,
    loose: int,
    values: Floats,
    containers: tuple[int, ...],
    article_column: int,
    h1_before_column: int,
    probabilities: Floats,
    words: Ints,
    extracted: Floats,
    stated: Floats,
    use_stated: bool,
) -> None: ...
