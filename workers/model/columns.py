"""The matrix of features while it is made."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workers.model.words import Floats, Ints

NEIGHBOURS = 3  # on either side, that a block is told of
_WINDOW = 5  # blocks on either side for averages
_MOST_COLUMNS = 600
_OFFSETS = [offset for offset in range(-NEIGHBOURS, NEIGHBOURS + 1) if offset]
_AROUND = (*(f"{offset:+d}" for offset in _OFFSETS), "window")


class Columns:
    """The matrix while it is made: a row a feature, turned round at the end without a copy. `asked`: as `describe` takes it."""

    def __init__(self, count: int, asked: frozenset[str] | None = None) -> None:
        self.count = count
        self._asked = asked
        self.names: list[str] = []
        self._rows = np.empty((_MOST_COLUMNS, count), dtype=np.float32)

    def add(self, name: str, values: NDArray[np.generic] | list[bool] | float) -> None:
        """One feature of every block."""
        self._rows[len(self.names)] = values
        self.names.append(name)

    def asked(self, names: tuple[str, ...]) -> tuple[list[str], Ints]:
        """Of a group of features those that are asked for, and where they stand in the group."""
        return _among(names, self._asked)

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


@lru_cache(maxsize=64)
def _among(names: tuple[str, ...], asked: frozenset[str] | None) -> tuple[list[str], Ints]:
    places = [place for place, name in enumerate(names) if asked is None or name in asked]
    return [names[place] for place in places], np.array(places, dtype=np.int64)


def _window_means(values: Floats) -> Floats:
    sums = np.zeros((len(values), values.shape[1] + 1))
    sums[:, 1:] = np.cumsum(values, axis=1)
    order = np.arange(values.shape[1])
    low, high = np.maximum(order - _WINDOW, 0), np.minimum(order + _WINDOW + 1, len(order))
    return np.asarray((sums[:, high] - sums[:, low]) / (high - low), dtype=np.float32)
