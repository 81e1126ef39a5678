"""Why a block is kept."""

import numpy as np

from tests.unit.model.test_model import ARTICLE, PAGE, TREES
from tests.unit.stages.pages import draft, page
from workers.model.explain import explain
from workers.model.model import load
from workers.model.trees import Trees
from workers.stages.block_model import blocks_beside
from workers.stages.extract import extract
from workers.stages.parse import parse


def test_each_block_is_explained_as_the_model_judges_it() -> None:
    made = extract(parse(draft(PAGE)))
    found = blocks_beside(made)
    judged = found and load().judge(*found)
    assert judged
    explained = explain(made, most=3)
    assert [block.probability for block in explained] == judged.probabilities.tolist()
    assert [block.kept for block in explained] == judged.kept.tolist()
    assert ARTICLE.count("<p>") == sum(block.kept for block in explained if block.text.endswith("."))
    for block in explained:
        weights = [abs(weighed.moved) for weighed in block.weighed]
        assert 0 < len(weights) <= 3
        assert weights == sorted(weights, reverse=True)


def test_what_the_features_moved_sums_to_the_log_odds() -> None:
    values = np.array([[5.0, 0.0], [50.0, 0.0], [5.0, 1.0], [50.0, 1.0]], dtype=np.float32)
    columns = TREES.columns(["words", "links"])
    probabilities = TREES.probabilities(values, columns)
    moved = TREES.moved(values, columns)
    assert np.allclose(moved.sum(axis=1) + TREES.leaves.mean(), np.log(probabilities / (1 - probabilities)), atol=1e-5)
    # words alone: the mean of the leaves for many words less that of all; then links
    assert np.allclose(moved[1], [1 - -1, 2 - 1])


def test_a_question_that_a_tree_asks_twice_counts_once() -> None:
    shallow = Trees(
        ["words"], TREES.split_feature[:1], TREES.split_border[:1], TREES.tree_splits * 0, np.array([[-1, 0, 0, 1]], np.float32), 0.0
    )
    values, columns = np.array([[5.0], [50.0]], dtype=np.float32), shallow.columns(["words"])
    assert np.allclose(shallow.moved(values, columns)[:, 0], [-1, 1])


def test_a_page_without_blocks_has_nothing_to_explain() -> None:
    assert explain(extract(parse(draft(page("<script>x</script>"))))) == []
