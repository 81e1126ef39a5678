import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]

def minima(
    text: str, max_words: int, min_shingles: int, mix: Numbers, factors: Numbers, terms: Numbers
) -> tuple[int, list[int]] | None: ...
