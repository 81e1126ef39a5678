"""Trees from labelled pages. The one place that needs the training library (`uv sync --group train`)."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from catboost import CatBoost, CatBoostClassifier, CatBoostRanker, Pool

from workers.model.training.recipe import BLOCKS, RIVALS, SETTINGS
from workers.model.trees import Trees
from workers.model.words import Floats, Ints


def fit(values: Floats, names: list[str], kept: Floats, weights: Floats) -> Trees:
    """Trees for a matrix of blocks x features; the same input gives the same trees."""
    pool = Pool(values, kept, weight=weights, feature_names=[f"f{n}" for n in range(len(names))])
    return _fitted(CatBoostClassifier(**SETTINGS, **BLOCKS), pool, names)


def fit_ranking(values: Floats, names: Sequence[str], worth: Floats, pages: Ints) -> Trees:
    """Trees that rank the rows of a page by what they are worth. `pages`: a number for each row, rows of a page beside each other."""
    pool = Pool(values, worth, group_id=pages, feature_names=[f"f{n}" for n in range(len(names))])
    return _fitted(CatBoostRanker(**SETTINGS, **RIVALS), pool, list(names))


def _fitted(model: CatBoost, pool: Pool, names: list[str]) -> Trees:
    model.fit(pool)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        return trees_of(json.loads(path.read_text()), names)


def trees_of(model: dict[str, object], names: list[str]) -> Trees:
    """The trees in a CatBoost model that was saved as JSON. Trees of fewer levels ask their first question again."""
    oblivious = model["oblivious_trees"]
    scale, bias = model["scale_and_bias"]  # type: ignore[misc]  # JSON
    assert isinstance(oblivious, list)
    depth = max(len(tree["splits"] or []) for tree in oblivious)
    questions = sorted({(s["float_feature_index"], s["border"]) for tree in oblivious for s in tree["splits"] or []})
    number = {question: n for n, question in enumerate(questions)}
    used = sorted({feature for feature, _ in questions})
    splits = np.zeros((len(oblivious), depth), dtype=np.intp)
    leaves = np.zeros((len(oblivious), 1 << depth), dtype=np.float32)
    for row, tree in enumerate(oblivious):
        mine = [number[s["float_feature_index"], s["border"]] for s in tree["splits"] or []]
        splits[row, : len(mine)] = mine
        splits[row, len(mine) :] = mine[0] if mine else 0
        mask = (1 << len(mine)) - 1
        leaves[row] = [tree["leaf_values"][leaf & mask] * float(scale) for leaf in range(1 << depth)]  # type: ignore[has-type]
    return Trees(
        [names[feature] for feature in used],
        np.array([used.index(feature) for feature, _ in questions], dtype=np.int16),
        np.array([border for _, border in questions], dtype=np.float32),
        splits,
        leaves,
        float(bias[0]),  # type: ignore[has-type]
    )
