"""The walk in C gives the answers of py3langid, to the last bit."""

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from tests.unit.stages.pages import SENTENCE
from workers.stages import language
from workers.stages.automaton import Automaton, singles

LIBRARY = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
WORDS = "the of and Brücke geschlossen أعمال الإصلاح 漢字 かな мост закрыт ก็ एक \u0301 \x00 \U0001f600 RAIN IS OVER 12".split(" ")


@given(st.lists(st.sampled_from([*WORDS, SENTENCE]), max_size=60).map(" ".join) | st.text(st.characters(codec=None), max_size=300))
def test_labels_and_confidences_are_the_librarys(text: str) -> None:
    assert language._identifier.classify(text) == LIBRARY.classify(text)


@pytest.mark.parametrize("text", ["", " ", "\ud800", "x", "A" * 100_000, "ab " * 50_000])
def test_odd_texts_give_the_librarys_answers_too(text: str) -> None:
    assert language._identifier.classify(text) == LIBRARY.classify(text)


def test_features_stand_in_the_order_in_which_they_are_met_and_each_walk_counts_anew() -> None:
    moves = array("I", [1 if byte == ord("a") else 2 if byte == ord("b") else 0 for byte in range(256)])
    automaton = Automaton(moves, array("I", [0, 0, 0]), array("i", [-1, 7, 3]), 8)
    for _ in range(2):
        features, counts = automaton.visits(b"b-aab")
        assert (features.tolist(), counts.tolist()) == ([3, 7], [2, 2])
    assert automaton.visits(b"")[0].tolist() == automaton.visits(b"--")[0].tolist() == []


@pytest.mark.parametrize(
    ("moves", "rows", "features", "count"),
    [([1] * 256, [0], [0], 1), ([0] * 256, [1], [0], 1), ([0] * 256, [0], [1], 1), ([0] * 256, [0], [0, 0], 1), ([0] * 256, [], [], 1)],
)
def test_tables_that_lead_out_of_themselves_are_refused(moves: list[int], rows: list[int], features: list[int], count: int) -> None:
    with pytest.raises(ValueError, match="belong together"):
        Automaton(array("I", moves), array("I", rows), array("i", features), count)


def test_every_half_float_is_the_same_single_one() -> None:
    halves = np.array([n for n in range(65_536) if n & 0x7C00 != 0x7C00], dtype=np.uint16).reshape(-1, 2)
    rows = np.arange(len(halves))[::-1].copy()
    assert singles(halves, rows).tobytes() == halves.view(np.float16)[rows].astype(np.float32).tobytes()
    assert np.isfinite(LIBRARY.nb_ptc).all()


@pytest.mark.parametrize("row", [-1, 2])
def test_a_row_outside_the_table_is_refused(row: int) -> None:
    with pytest.raises(IndexError):
        singles(np.zeros((2, 3), dtype=np.uint16), np.array([row]))
