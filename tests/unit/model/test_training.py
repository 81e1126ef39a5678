"""Labels and the measure; the training itself needs the corpora."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lxml.html import document_fromstring

from tests.unit.stages.pages import draft
from tests.unit.stages.pages import page as html
from workers.model.blocks import cut
from workers.model.page import Beside
from workers.model.train import Lesson, learn, thinned
from workers.model.training.compose import compose
from workers.model.training.corpora import MEASURED, TRAINED, Page
from workers.model.training.labels import label, label_stated
from workers.model.training.score import counts, f1, runs, without
from workers.stages.joiners import Joiners
from workers.stages.parse import parse

COPYLEFT = {"daniel", "omnivore"}


def page(body: str, gold: str, optional: list[str] | None = None) -> Page:
    blocks = cut(document_fromstring(body), Joiners(""))
    return Page("own", "1", "example", "en", blocks, Beside([], [], [], [], []), gold, optional or [])


def test_blocks_of_the_gold_are_labelled_by_runs_of_words() -> None:
    body = "<h2>The works</h2><p>The bridge will stay closed until May.</p><p>More</p><p>Read about the works</p>"
    found = label(page(body, "The works\nIt said the bridge will stay closed until May, at least."))
    assert found is not None
    assert found.kept.tolist() == [True, True, False, False]
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights[1] == found.weights.max()


def test_a_block_weighs_as_its_words_and_two_to_the_power_of_three_quarters() -> None:
    counts = [1, 2, 7, 40, 333]
    found = label(page(paragraphs([" ".join(["word"] * count) for count in counts]), "none of it"))
    assert found is not None
    weights = np.array([(count + 2) ** 0.75 for count in counts], dtype=np.float32)
    assert np.array_equal(found.weights, (weights / float(weights.sum())).astype(np.float32))


def test_optional_paragraphs_weigh_nothing() -> None:
    found = label(page("<p>One two three four five</p><p>Six seven eight nine</p>", "One two three four five", ["Six seven eight nine"]))
    assert found is not None
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


LONG = [f"Sentence number {n} of the article says enough words to be told from a caption, a date or a menu." for n in range(4)]
OTHER = [f"Another story has paragraph {n}, which tells at some length of things that are not the first one's." for n in range(4)]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def test_a_teaser_that_repeats_the_article_is_not_labelled_as_the_article() -> None:
    menu = "<ul>" + "<li>x</li>" * 12 + "</ul>"
    found = label(page(f"<aside><p>{LONG[0]}</p></aside>{menu}<article>{paragraphs(LONG)}</article>", "\n".join(LONG)))
    assert found is not None
    assert found.kept.tolist() == [False] * 13 + [True] * 4


def test_a_short_text_far_from_the_article_is_not_labelled_as_its_subhead() -> None:
    menu = "<ul>" + "".join(f"<li>{word}</li>" for word in ("Works", "b", "c", "d", "e", "f", "g", "h")) + "</ul>"
    found = label(page(f"{menu}<h2>Works</h2>{paragraphs(LONG)}", "\n".join(["Works", *LONG])))
    assert found is not None
    assert found.kept.tolist() == [False] * 8 + [True] * 5


def test_of_a_page_known_by_snippets_only_their_blocks_weigh() -> None:
    known = replace(page(paragraphs([*LONG, *OTHER]), ""), wanted=["Sentence number 1"], unwanted=["has paragraph 2"])
    found = label(known)
    assert found is not None
    assert np.flatnonzero(found.weights).tolist() == [1, 6]
    assert found.kept[[1, 6]].tolist() == [True, False]
    assert label(page(paragraphs(LONG), "")) is None


def test_what_the_publisher_states_labels_a_page_only_if_it_is_the_pages_text() -> None:
    long = [f"{line} {line.replace('Sentence', 'Clause')} {line.replace('Sentence', 'Part')}" for line in LONG]
    known = page(paragraphs([*long, *OTHER]), "")
    stated = label_stated(replace(known, beside=replace(known.beside, stated=long)))
    assert stated is not None
    assert stated.kept.tolist() == [True] * 4 + [False] * 4
    assert label_stated(replace(known, beside=replace(known.beside, stated=[line[::-1] for line in long]))) is None
    assert label_stated(known) is None


def test_two_pages_make_one_with_a_second_article_of_the_same_kind() -> None:
    first = parse(draft(html(f'<main><article class="story"><h1>One</h1><div>{paragraphs(LONG)}</div></article>Tail</main>')))
    second = parse(draft(html(f'<section id="text"><h1>Two</h1>{paragraphs(OTHER)}</section>')))
    assert compose(first, "\n".join(LONG), second, "\n".join(OTHER))
    articles = first.tree.findall(".//article")
    assert [article.get("class") for article in articles] == ["story", "story"]
    assert [article.findtext("h1") for article in articles] == ["One", "Two"]
    assert articles[1].tail == "Tail"
    assert second.tree.find(".//section") is not None
    assert not compose(first, "nothing of it", second, "\n".join(OTHER))


def test_the_same_lessons_give_the_same_file(tmp_path: Path) -> None:
    pytest.importorskip("catboost", reason="of the dependency group train")
    values = np.random.default_rng(7).random((400, 6), dtype=np.float32)
    kept, weights = values[:, 0] + values[:, 3] > 1, np.full(400, 0.01, dtype=np.float32)
    lessons = [Lesson(fold, list("abcdef"), values[fold::4], kept[fold::4], weights[fold::4]) for fold in range(4)]
    first, again = learn(lessons), learn(lessons)
    for name, trees in (("first", first), ("again", again)):
        trees.save(tmp_path / name)
    assert (tmp_path / "first").with_suffix(".npz").read_bytes() == (tmp_path / "again").with_suffix(".npz").read_bytes()
    sure = first.probabilities(values, first.columns(list("abcdef")))
    assert ((sure > 0.5) == kept).mean() > 0.9


def test_easy_blocks_are_thinned_and_what_is_left_weighs_the_same() -> None:
    kept = np.zeros(100, dtype=bool)
    kept[50] = True
    words, weights = np.full(100, 2), np.full(100, 0.01, dtype=np.float32)
    whole = Lesson(0, ["words"], words[:, None].astype(np.float32), kept, weights)
    left = thinned(whole, words)
    assert left.kept.sum() == 1
    assert len(left.kept) == 21 + sum(n % 3 == 0 for n in range(100) if not 40 <= n <= 60)
    assert left.weights.sum() == pytest.approx(1, abs=0.05)
