"""The matrix of features while it is made."""

import numpy as np
from numpy.typing import NDArray

from workers.model.words import Floats

NEIGHBOURS = 3  # on either side, that a block is told of
_WINDOW = 5  # blocks on either side for averages
_MOST_COLUMNS = 600
_OFFSETS = [offset for offset in range(-NEIGHBOURS, NEIGHBOURS + 1) if offset]
_AROUND = (*(f"{offset:+d}" for offset in _OFFSETS), "window")


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

    def around(self, columns: dict[str, Floats]) -> None:
        """For each of some features a column for each neighbour, and the mean of a window."""
        values = np.stack(list(columns.values()))
        padded = np.zeros((len(values), self.count + 2 * NEIGHBOURS), dtype=np.float32)
        padded[:, NEIGHBOURS : NEIGHBOURS + self.count] = values
        rows = np.empty((len(values), len(_OFFSETS) + 1, self.count), dtype=np.float32)
        for row, offset in enumerate(_OFFSETS):
            rows[:, row] = padded[:, NEIGHBOURS + offset : NEIGHBOURS + offset + self.count]
        rows[:, -1] = _window_means(values)
        self.add_all([f"{name}[{which}]" for name in columns for which in _AROUND], rows.reshape(-1, self.count))

    def matrix(self) -> Floats:
        """A row a block."""
        return self._rows[: len(self.names)].T


def _window_means(values: Floats) -> Floats:
    sums = np.zeros((len(values), values.shape[1] + 1))
    sums[:, 1:] = np.cumsum(values, axis=1)
    order = np.arange(values.shape[1])
    low, high = np.maximum(order - _WINDOW, 0), np.minimum(order + _WINDOW + 1, len(order))
    return np.asarray((sums[:, high] - sums[:, low]) / (high - low), dtype=np.float32)
