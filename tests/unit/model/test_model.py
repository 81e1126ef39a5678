"""Features, trees, the choice between two bodies, and the stage that makes it."""

from pathlib import Path

import numpy as np
import pytest

from tests.unit.stages.pages import SENTENCE, draft, page, paragraphs
from workers.model.blocks import cut
from workers.model.choose import choose
from workers.model.features import Described, describe
from workers.model.model import FILE, MAX_BLOCKS, arbiter_file, load
from workers.model.page import beside
from workers.model.trees import Trees
from workers.pipeline.draft import Draft, Limits, replace
from workers.stages.block_model import FROM_MODEL, judge_blocks, paragraphs_of, with_embedded, with_fields
from workers.stages.extract import extract
from workers.stages.joiners import Joiners
from workers.stages.parse import parse
from workers.structured.walk import look

ARTICLE = f"<article><h1>Harbour bridge to stay closed</h1>{paragraphs(8)}</article>"
TEASERS = "".join(f'<div class="teaser"><a href="/{n}"><h3>Another story, number {n}</h3></a></div>' for n in range(12))
PAGE = page(f"<nav><ul><li><a href=/>Home</a></li></ul></nav>{ARTICLE}<aside>{TEASERS}</aside><footer>All rights reserved</footer>")
TREES = Trees(
    feature_names=["words", "links"],
    split_feature=np.array([0, 1], dtype=np.int16),
    split_border=np.array([10, 0.5], dtype=np.float32),
    tree_splits=np.array([[0, 1]], dtype=np.intp),
    leaves=np.array([[-2, 2, -4, 0]], dtype=np.float32),
    bias=0.0,
)


def described(made: Draft) -> Described:
    return describe(cut(made.tree, Joiners("")), beside(look(made.tree).read, made.parts.get("paragraphs", []), made.parts.get("headline")))


def test_features_are_finite_numbers_with_names_of_their_own() -> None:
    for html in (PAGE, page("<p>x</p>"), page("—"), page("<div>" * 100 + "深い。" + "</div>" * 100)):
        found = described(parse(draft(html)))
        assert np.isfinite(found.values).all()
        assert len(set(found.names)) == len(found.names) == found.values.shape[1]


def test_features_do_not_depend_on_the_pages_seen_before() -> None:
    first = described(parse(draft(PAGE))).values
    described(parse(draft(page(TEASERS))))
    assert np.array_equal(first, described(parse(draft(PAGE))).values)


def test_the_extractors_share_of_each_block_is_known() -> None:
    found = described(extract(parse(draft(PAGE))))
    assert (found.extracted > 0.9).sum() >= 8
    assert found.extracted[-1] == 0


def test_trees_answer_by_their_questions() -> None:
    columns = TREES.columns(["links", "words"])
    values = np.array([[0.0, 5.0], [0.0, 50.0], [1.0, 5.0], [1.0, 50.0]], dtype=np.float32)
    expected = 1 / (1 + np.exp(-np.array([-2.0, 2.0, -4.0, 0.0])))
    assert np.allclose(TREES.probabilities(values, columns), expected)
    many = np.tile(values, (1_000, 1))
    assert np.array_equal(TREES.probabilities(many, columns), np.tile(TREES.probabilities(values, columns), 1_000))


def test_trees_are_the_same_after_a_file_and_the_file_is_the_same_each_time(tmp_path: Path) -> None:
    TREES.save(tmp_path / "a.npz")
    TREES.save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = Trees.load(tmp_path / "a.npz")
    assert again.feature_names == TREES.feature_names
    assert np.array_equal(again.leaves, TREES.leaves)


def test_trees_that_ask_for_an_unknown_feature_are_refused() -> None:
    with pytest.raises(KeyError):
        TREES.columns(["words"])


def judged_page(
    words: list[int], *, extracted: list[float], stated: list[float], hashes: list[int] | None = None, groups: list[int] | None = None
) -> Described:
    count = len(words)
    return Described(
        np.zeros((count, 1), dtype=np.float32),
        ["words"],
        np.array(words),
        np.array(extracted, dtype=np.float32),
        np.array(stated, dtype=np.float32),
        np.array(hashes or range(count), dtype=np.uint64),
        np.array(groups or range(count)),
    )


def test_blocks_are_kept_by_their_probability() -> None:
    probabilities = np.array([0.9, 0.9, 0.1], dtype=np.float32)
    made = judged_page([50, 50, 50], extracted=[1, 1, 0], stated=[0, 0, 0])
    assert choose(probabilities, made).tolist() == [True, True, False]
    assert choose(probabilities, made, threshold=0.05).tolist() == [True, True, True]


def test_where_the_stated_body_goes_on_past_the_models_the_model_follows_it() -> None:
    probabilities = np.array([0.9, 0.9, 0.3, 0.3, 0.1], dtype=np.float32)
    goes_on = judged_page([50] * 5, extracted=[0] * 5, stated=[1, 1, 1, 1, 0])
    assert choose(probabilities, goes_on).tolist() == [True, True, True, True, False]
    assert choose(probabilities, goes_on, use_stated=False).tolist() == [True, True, False, False, False]
    another_text = judged_page([50] * 5, extracted=[0] * 5, stated=[0, 0, 1, 1, 1])
    assert choose(probabilities, another_text).tolist() == [True, True, False, False, False]


def test_a_headline_said_twice_is_kept_once_and_a_paragraph_or_a_word_is_not() -> None:
    twice = judged_page([9, 9, 60, 60, 3, 3], extracted=[0] * 6, stated=[0] * 6, hashes=[1, 1, 2, 2, 3, 3])
    assert choose(np.full(6, 0.9, dtype=np.float32), twice).tolist() == [True, False, True, True, True, True]


def test_items_of_a_list_are_kept_together() -> None:
    items = judged_page([10, 10, 10, 10], extracted=[0] * 4, stated=[0] * 4, groups=[7, 7, 7, 3])
    assert choose(np.array([0.4, 0.9, 0.6, 0.4], dtype=np.float32), items).tolist() == [True, True, True, False]
    assert choose(np.array([0.1, 0.9, 0.1, 0.9], dtype=np.float32), items).tolist() == [False, False, False, True]
    lists = "<ul><li>a b</li><li>c d</li><li>e<p>f</p></li></ul><table><tr><td>g</td><td>h</td></tr><tr><td>i</td></tr></table><p>j</p>"
    groups = described(extract(parse(draft(page(lists))))).groups.tolist()
    assert [groups.index(group) for group in groups] == [0, 0, 0, 3, 4, 4, 4, 7]


def test_the_files_fit_the_features_and_are_small() -> None:
    for file, part in ((FILE, load()), (arbiter_file(FILE), load().arbiter)):
        assert file.stat().st_size < 3_000_000
        assert part is not None
        assert len(part.columns) == len(part.trees.split_border)


def test_a_page_without_a_body_by_the_extractor_gets_the_models() -> None:
    made = replace(extract(parse(draft(PAGE))), parts={"paragraphs": [], "headline": "Harbour bridge to stay closed"})
    result = judge_blocks(made)
    assert sum(SENTENCE.strip() in paragraph for paragraph in result.parts["paragraphs"]) == 8
    assert not any("Another story" in paragraph for paragraph in result.parts["paragraphs"])
    assert result.sources["paragraphs"] == result.sources["articleBody"] == FROM_MODEL
    assert made.parts["paragraphs"] == []


def test_a_body_too_short_for_an_article_is_not_the_models() -> None:
    made = replace(extract(parse(draft(PAGE))), limits=Limits(min_text_chars=100_000))
    assert judge_blocks(made).parts is made.parts


def test_a_page_of_plain_text_passes() -> None:
    made = draft(None, text="A text.")
    assert judge_blocks(made).parts is made.parts


def test_a_page_of_too_many_blocks_is_left_to_the_extractor() -> None:
    made = parse(draft(page("<p>ab</p>" * (MAX_BLOCKS + 1))))
    made = replace(made, blocks=cut(made.tree, Joiners("")), parts={"paragraphs": []})
    assert judge_blocks(made).parts is made.parts


def stated(body: str) -> list[str]:
    return beside(look(parse(draft(page(body))).tree).read, [], None).stated


def test_the_publishers_own_body_is_read_from_json_that_need_not_be_valid() -> None:
    script = '<script type="application/ld+json">{"articleBody": "One &amp; <b>two</b>\\nthree", "x": }</script>'
    assert stated(f"<p>x</p>{script}") == ["One & ", "two", "three"]
    assert stated("<p>x</p><script type='application/json'>{\"articleBody\": 3}</script>") == []


def test_a_row_of_plain_cells_is_one_paragraph_and_a_layout_table_is_its_blocks() -> None:
    table = "<table><tr><th>Goals</th><td>3</td></tr><tr><td>One<br>two</td><td>side</td></tr></table><p>End</p>"
    blocks = cut(parse(draft(page(table))).tree, Joiners(""))
    assert paragraphs_of(blocks, [True] * 6) == ["Goals | 3", "One", "two", "side", "End"]
    assert paragraphs_of(blocks, [True, False, False, True, False, True]) == ["Goals | 3", "two", "End"]
    assert paragraphs_of(blocks, [False, True, False, False, True, False]) == ["side"]


def test_what_may_follow_a_read_also_head_is_left_to_the_rules_up_to_the_next_list() -> None:
    texts = [
        "Read also",
        "The ferry sails again",
        "A second story tells of the ferry.",
        "Related articles",
        "One story of the river",
        "End",
    ]
    kept = [True, False, False, False, False, False]
    assert with_embedded(texts, kept, [0.9, 0.1, 0.4, 0.4, 0.4, 0.4]) == [True, True, True, False, False, False]
    assert with_embedded(texts, kept, [0.9, 0.1, 0.1, 0.4, 0.4, 0.4]) == kept
    assert with_embedded(texts, [False] * 6, [0.4] * 6) == [False] * 6


def test_the_models_own_body_stays_known_beside_the_arbiters() -> None:
    judged = judge_blocks(extract(parse(draft(PAGE))))
    assert judged.own_lines
    assert set(judged.own_lines) <= set(judged.blocks.texts)


def test_a_possible_source_line_is_left_to_the_rules_and_other_lines_for_fields_only_when_the_model_keeps_them() -> None:
    texts = ["A sentence of the text.", "Source: Reuters", "Tags: rivers, bridges", "Tags: rivers", "Source: AFP", "A menu"]
    kept = [True, False, False, False, False, False]
    own = [True, False, True, False, False, True]
    assert with_fields(texts, kept, own, [0.9, 0.5, 0.7, 0.5, 0.1, 0.7]) == [True, True, True, False, False, False]
