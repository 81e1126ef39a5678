from array import array

import numpy as np
from numpy.typing import NDArray

class Automaton:
    def __init__(self, moves: array[int], rows: array[int], features: array[int], count: int) -> None: ...
    def visits(self, text: bytes) -> tuple[NDArray[np.intp], NDArray[np.float32]]: ...

def singles(halves: NDArray[np.uint16], rows: NDArray[np.intp]) -> NDArray[np.float32]: ...
