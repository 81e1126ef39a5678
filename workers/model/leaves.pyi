import numpy as np
from numpy.typing import NDArray

from workers.model.words import Floats, Ints

MOST_DEPTH: int

def sums(values: Floats, columns: Ints, borders: Floats, tree_splits: NDArray[np.intp], leaves: Floats, bias: float) -> Floats: ...
def chances(scores: Floats) -> Floats: ...
