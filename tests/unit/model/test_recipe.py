"""The mark that a model's file bears: of what the line made of the demo's pages when the model was made."""

from pathlib import Path

import numpy as np
import pytest

from tests.quality.folds import FOLDER
from workers.model.model import FILE, arbiter_file
from workers.model.training import labels, recipe
from workers.model.training.corpora import FOLDS
from workers.model.training.recipe import PAGES_MARK, made_from
from workers.model.trees import Trees

FILES = [path for model in (FILE, *(FOLDER / f"{fold}.npz" for fold in range(FOLDS))) for path in (model, arbiter_file(model))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_models_were_made_of_this_line(path: Path, mark: str) -> None:
    assert Trees.load(path).made_from == mark, "the line gives other blocks, features or labels than this model was made of: make train"


@pytest.fixture(scope="module")
def mark() -> str:
    return made_from()


def test_the_mark_is_another_when_a_feature_a_label_or_the_recipe_is(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made_from() == mark
    with monkeypatch.context() as patch:
        patch.setitem(recipe.BLOCKS, "depth", 7)
        assert made_from() != mark
    with monkeypatch.context() as patch:
        patch.setattr("workers.model.training.labels._RUN", 0.9)
        patch.setattr("workers.model.training.labels._LONG", 20)
        assert made_from() != mark
    own = labels._weights
    with monkeypatch.context() as patch:  # by the last bit
        patch.setattr(labels, "_weights", lambda lengths: np.nextafter(own(lengths), np.float32(np.inf)))
        assert made_from() != mark
    with monkeypatch.context() as patch:
        patch.setattr("workers.model.features._READABLE_WORDS", 9)
        assert made_from() != mark
    with monkeypatch.context() as patch:
        patch.setattr("workers.stages.extract._LINKED", 0.1)
        assert made_from() != mark


def test_the_mark_of_the_corpora_is_there_for_make_quality() -> None:
    assert len(bytes.fromhex((FOLDER / PAGES_MARK).read_text("utf-8"))) == 32
