"""Labels and the measure; the training itself needs the corpora."""

import numpy as np
import pytest
from lxml.html import document_fromstring

from workers.model.blocks import cut
from workers.model.page import Beside
from workers.model.training.corpora import MEASURED, TRAINED, Page
from workers.model.training.labels import label
from workers.model.training.score import counts, f1, runs, without
from workers.stages.joiners import Joiners

COPYLEFT = {"daniel", "omnivore"}


def page(body: str, gold: str, optional: list[str] | None = None) -> Page:
    blocks = cut(document_fromstring(body), Joiners(""))
    return Page("own", "1", "example", "en", blocks, Beside([], [], [], [], []), gold, optional or [])


def test_blocks_of_the_gold_are_labelled_by_runs_of_words() -> None:
    body = "<h2>The works</h2><p>The bridge will stay closed until May.</p><p>More</p><p>Read about the works</p>"
    found = label(page(body, "The works\nIt said the bridge will stay closed until May, at least."))
    assert found.kept.tolist() == [True, True, False, False]
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights[1] == found.weights.max()


def test_optional_paragraphs_weigh_nothing() -> None:
    found = label(page("<p>One two three four five</p><p>Six seven eight nine</p>", "One two three four five", ["Six seven eight nine"]))
    assert found.weights[1] == 0


def test_the_measure_averages_precision_and_recall_over_pages() -> None:
    perfect, half = counts(runs("a b c d e"), runs("a b c d e")), counts(runs("a b c d e f g h"), runs("a b c d e"))
    assert perfect == (1, 0, 0)
    assert half == pytest.approx((0.4, 0, 0.6))
    assert f1([perfect, half]) == pytest.approx(2 * 0.7 / 1.7)
    assert f1([counts(runs(""), runs(""))]) == 0
    assert without("a\n b  c\nd", ["b c"]) == "a\nd"


def test_nothing_is_trained_on_a_collection_whose_licence_does_not_allow_it() -> None:
    assert not COPYLEFT & set(TRAINED)
    assert not set(MEASURED) & set(TRAINED)
    assert not np.any(["GPL" in licence for licence in TRAINED.values()])
