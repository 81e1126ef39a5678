"""What the modules in C make of arrays is what a plain statement of it makes, and arrays that do not fit are refused."""

from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.unit.model.test_model import PAGE, described
from tests.unit.stages.pages import draft, page
from workers.model.blocks import Blocks, cut
from workers.model.bodies import fill_bodies
from workers.model.columns import Columns
from workers.model.features import describe
from workers.model.leaves import chances, sums
from workers.model.measures import Measures
from workers.model.model import load
from workers.model.rivals import FEATURES
from workers.model.structure import Place, plain_cells
from workers.model.telling import tell
from workers.model.words import Floats
from workers.stages.block_model import blocks_beside
from workers.stages.extract import extract
from workers.stages.joiners import Joiners
from workers.stages.parse import parse


def blocks_of(body: str) -> Blocks:
    return cut(parse(draft(page(body))).tree, Joiners(""))


def plain_sums(values: Floats, columns: list[int]) -> Floats:
    """As numpy adds them: tree after tree, and of one row pairs of pairs."""
    trees = load().trees
    answers = values[:, columns] > trees.split_border
    leaf = (answers[:, trees.tree_splits].astype(np.int64) << np.arange(trees.tree_splits.shape[1])).sum(axis=2)
    return np.asarray(trees.leaves[np.arange(len(trees.leaves))[:, None], leaf.T].sum(axis=0) + np.float32(trees.bias))


@pytest.mark.parametrize("rows", [1, 2, 15, 16, 63, 64, 65, 130])
def test_trees_add_their_leaves_as_numpy_does(rows: int) -> None:
    model, random = load(), np.random.default_rng(rows)
    values = np.zeros((rows, int(model.columns.max()) + 1), dtype=np.float32)
    for column, border in zip(model.columns, model.trees.split_border, strict=True):
        values[:, column] = border + random.normal(size=rows)
    assert np.array_equal(model.trees.scores(values, model.columns), plain_sums(values, model.columns.tolist()))


@given(st.lists(st.floats(width=32, allow_nan=False), max_size=70))
def test_chances_are_the_logistic_function_of_scores(scores: list[float]) -> None:
    made = chances(np.array(scores, dtype=np.float32))
    plain = 1 / (1 + np.exp(-np.clip(scores, -700, 700)))
    assert made.dtype == np.float32
    assert np.allclose(made, plain, rtol=1e-7, atol=1e-44)
    assert (np.diff(made[np.argsort(scores)]) >= 0).all()


FEW = st.integers(1, 5)
KINDS = (0, 1, 2, 3, 4)  # links, sentences, paragraphs, inside the core, hidden
SHARES = st.floats(0, 1, width=32)


@given(st.data(), FEW, st.integers(1, 40))
def test_what_is_told_of_a_bodys_blocks_are_sums_in_their_order_in_double(data: st.DataObject, bodies: int, count: int) -> None:
    kept = data.draw(arrays(np.uint8, (bodies, count), elements=st.integers(0, 1)))
    words = data.draw(arrays(np.int64, count, elements=st.integers(0, 300)))
    chance, extracted = (data.draw(arrays(np.float32, count, elements=SHARES)) for _ in range(2))
    values = np.asfortranarray(data.draw(arrays(np.float32, (count, len(KINDS)), elements=SHARES)))
    told = tell(kept, chance, words, extracted, values, KINDS, (0,) * 7, 0, (0, 0, 0), 0, 0, len(FEATURES))
    lengths = words.astype(np.float32)
    by_kind = {"probability": chance * lengths, "links": values[:, 0] * lengths, "short": np.where(words < 8, lengths, 0)}
    by_kind |= {"extracted": extracted * lengths, "hidden": values[:, 4] * lengths}
    for body, mine in enumerate(kept):
        for part, of_part in (("in", mine), ("added", mine & ~kept[0]), ("cut", kept[0] & ~mine)):
            size = max(float(words[of_part == 1].sum()), float(np.float32(1e-6)))
            for kind, weighed in by_kind.items():
                total = reduce(add, weighed[of_part == 1].astype(np.float64).tolist(), 0.0)
                assert told[body, FEATURES.index(f"{part}.{kind}")] == np.float32(total / size)


def test_a_logarithm_of_a_count_is_the_same_float32_whatever_makes_the_double() -> None:
    logs = np.log1p(np.arange(1, 300_000, dtype=np.float64))
    near = logs.astype(np.float32)
    for towards in (-np.inf, np.inf):
        edge = (near.astype(np.float64) + np.nextafter(near, np.float32(towards))) / 2
        assert (np.abs(logs - edge) > 4 * np.spacing(logs)).all()  # no library is as far from the truth


def test_of_the_asked_features_the_same_numbers_are_made() -> None:
    model, found = load(), blocks_beside(extract(parse(draft(PAGE))))
    assert found
    whole, asked = describe(*found), describe(*found, model.asked)
    number = {name: column for column, name in enumerate(whole.names)}
    assert set(asked.names) == model.asked <= set(number)
    assert np.array_equal(asked.values, whole.values[:, [number[name] for name in asked.names]])


def test_trees_that_ask_what_is_not_there_are_refused() -> None:
    values, leaves = np.zeros((3, 2), dtype=np.float32, order="F"), np.zeros((1, 2), dtype=np.float32)
    borders, one = np.zeros(1, dtype=np.float32), np.zeros(1, dtype=np.int64)
    for columns, splits, leaf in (([2], [[0]], leaves), ([-1], [[0]], leaves), ([0], [[1]], leaves), ([0], [[0]], leaves[:, :1].copy())):
        with pytest.raises(ValueError, match=r"tree|question"):
            sums(values, np.array(columns, dtype=np.int64), borders, np.array(splits, dtype=np.intp), leaf, 0.0)
    assert sums(values[:0], one, borders, np.zeros((1, 1), dtype=np.intp), leaves, 0.5).shape == (0,)


def test_nodes_in_another_order_and_blocks_without_a_node_are_refused() -> None:
    for field, value in (("parent", 5), ("parent", -7), ("signature", -1), ("signature", 99)):
        blocks = blocks_of("<p>one</p>")
        setattr(blocks.nodes[1], field, value)
        with pytest.raises(ValueError, match="parent"):
            Place(blocks)
    blocks = blocks_of("<p>one</p>")
    blocks.node = [9]
    with pytest.raises(ValueError, match="without a node"):
        Place(blocks)
    blocks.node = []
    with pytest.raises(ValueError, match="numbers for"):
        Place(blocks)


def test_tables_and_arrays_of_several_pages_are_refused() -> None:
    one, two = blocks_of("<p>one</p>"), blocks_of("<p>one</p><p>two</p>")
    measures = Measures(one, one.texts, [1] * 6, 8)
    with pytest.raises(ValueError, match="another page"):
        measures.add_text(Columns(2), one)
    with pytest.raises(ValueError, match="another page"):
        Place(two).add_to(Columns(1))
    with pytest.raises(ValueError, match="without blocks"):
        Columns(0)
    with pytest.raises(ValueError, match="several pages"):
        fill_bodies(
            np.zeros((1, 2), dtype=np.uint8),
            np.zeros(1, dtype=np.float32),
            np.zeros(2, dtype=np.int64),
            np.zeros(2, dtype=np.int64),
            np.zeros(2, dtype=np.float32),
            np.zeros(2, dtype=np.uint64),
            (0.5,),
            use_stated=True,
        )


def test_cells_are_plain_that_hold_no_other_block() -> None:
    blocks = blocks_of("<table><tr><td>one</td><td>two<br>three</td></tr><tr><th>four</th></tr></table><p>five</p>")
    cells = plain_cells(blocks)
    assert cells is not None
    assert [cell is not None for cell in cells] == [True, False, False, True, False]
    assert cells[0] is not None
    assert cells[3] is not None
    assert cells[0][0] != cells[3][0]
    assert plain_cells(blocks_of("<p>one</p>")) is None


def test_a_deep_page_and_one_of_many_names_are_described() -> None:
    for body in ("<div>" * 1_900 + "x" + "</div>" * 1_900, '<p class="' + "comment-" * 20_000 + '">x</p>', "<article>" * 300 + "深い。"):
        assert np.isfinite(described(parse(draft(page(body)))).values).all()
