"""The matrix of features while it is made."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from workers.model.words import Floats

NEIGHBOURS = 3  # on either side, that a block is told of
_WINDOW = 5  # blocks on either side for averages
_MOST_COLUMNS = 600
_OFFSETS = [offset for offset in range(-NEIGHBOURS, NEIGHBOURS + 1) if offset]
_OTHERS = [NEIGHBOURS + offset for offset in _OFFSETS]


class Columns:
    """The matrix while it is made: a row a feature, turned round at the end without a copy."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.names: list[str] = []
        self._rows = np.empty((_MOST_COLUMNS, count), dtype=np.float32)

    def add(self, name: str, values: NDArray[np.generic] | list[bool] | float) -> None:
        """One feature of every block."""
        self._rows[len(self.names)] = values
        self.names.append(name)

    def add_all(self, names: list[str], values: NDArray[np.generic]) -> None:
        """Several, a row each."""
        self._rows[len(self.names) : len(self.names) + len(names)] = values
        self.names += names

    def around(self, name: str, values: Floats) -> None:
        """A column for each neighbour, and the mean of a window."""
        padded = np.zeros(self.count + 2 * NEIGHBOURS, dtype=np.float32)
        padded[NEIGHBOURS : NEIGHBOURS + self.count] = values
        self.add_all([f"{name}[{offset:+d}]" for offset in _OFFSETS], sliding_window_view(padded, self.count)[_OTHERS])
        self.add(f"{name}[window]", _window_mean(values))

    def matrix(self) -> Floats:
        """A row a block."""
        return self._rows[: len(self.names)].T


def _window_mean(values: Floats) -> Floats:
    sums: NDArray[np.float64] = np.concatenate((np.zeros(1), np.cumsum(values)))
    order = np.arange(len(values))
    low, high = np.maximum(order - _WINDOW, 0), np.minimum(order + _WINDOW + 1, len(values))
    return np.asarray((sums[high] - sums[low]) / (high - low), dtype=np.float32)
