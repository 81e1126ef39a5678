import numpy as np
from numpy.typing import NDArray

from workers.model.words import Floats, Ints

def tell(
    kept: NDArray[np.uint8],
    probabilities: Floats,
    words: Ints,
    extracted: Floats,
    values: Floats,
    kinds: tuple[int, ...],
    page_columns: tuple[int, ...],
    unspaced: int,
    like: tuple[int, ...],
    loose: int,
    tight: int,
    size: int,
) -> Floats: ...
