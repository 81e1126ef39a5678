"""Gradient-boosted symmetric trees. The file is an .npz of plain arrays: nothing in it is executed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workers.model.leaves import chances, sums
from workers.model.words import Floats

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Trees:
    """Each tree asks `depth` questions, the same at every node of a level; the answers are the bits of the leaf's number."""

    feature_names: list[str]
    split_feature: NDArray[np.int16]  # by question: number in feature_names
    split_border: Floats  # by question: yes when the value is greater
    tree_splits: NDArray[np.intp]  # trees x depth: the questions of each tree, lowest bit first
    leaves: Floats  # trees x 2**depth
    bias: float
    made_from: str = ""  # the mark of the line that they were made of (training/recipe.py)

    def columns(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Where the features that the trees ask for stand in a matrix with columns so named; KeyError when one is missing."""
        place = {name: number for number, name in enumerate(names)}
        return np.array([place[name] for name in self.feature_names], dtype=np.int64)[self.split_feature]

    def probabilities(self, values: Floats, columns: NDArray[np.int64]) -> Floats:
        """One a row, from 0 to 1. `values`: rows x features; `columns`: of those, from `columns()`."""
        return chances(self.scores(values, columns))

    def scores(self, values: Floats, columns: NDArray[np.int64]) -> Floats:
        """The log odds, or what else the trees were made to tell: one a row."""
        return sums(np.asfortranarray(values), columns, self.split_border, self.tree_splits, self.leaves, self.bias)

    def moved(self, values: Floats, columns: NDArray[np.int64]) -> Floats:
        """Rows x columns of `values`: by how much each feature moved the log odds. With the bias and the trees' means they sum to them."""
        answers = values.T[columns] > self.split_border[:, None]
        moved = np.zeros(values.shape, dtype=np.float32)
        rows = np.arange(len(values))
        for questions, leaves in zip(self.tree_splits, self.leaves, strict=True):
            is_open = np.ones((len(rows), len(leaves)), dtype=bool)
            before = np.full(len(rows), leaves.mean())
            for bit, question in enumerate(questions):
                yes = (np.arange(len(leaves)) >> bit & 1).astype(bool)
                still_open = is_open & (answers[question][:, None] == yes)
                is_open = np.where(still_open.any(axis=1, keepdims=True), still_open, is_open)  # a question asked again closes nothing
                after = is_open @ leaves / is_open.sum(axis=1)
                moved[rows, columns[question]] += after - before
                before = after
        return moved

    def save(self, path: Path) -> None:
        """Write the arrays, the same bytes for the same trees."""
        np.savez_compressed(
            path,
            format=np.array(FORMAT),
            feature_names=np.array(self.feature_names),
            split_feature=self.split_feature,
            split_border=self.split_border,
            tree_splits=self.tree_splits.astype(np.int16),
            leaves=self.leaves,
            bias=np.array(self.bias),
            made_from=np.array(self.made_from),
        )

    @classmethod
    def load(cls, path: Path) -> "Trees":
        """Read what `save` wrote; ValueError for a file of another format."""
        with np.load(path, allow_pickle=False) as stored:
            if int(stored["format"]) != FORMAT:
                raise ValueError(f"{path}: block model of format {int(stored['format'])}, not {FORMAT}")
            return cls(
                [str(name) for name in stored["feature_names"]],
                stored["split_feature"],
                stored["split_border"],
                stored["tree_splits"].astype(np.intp),
                stored["leaves"],
                float(stored["bias"]),
                str(stored["made_from"]),
            )
