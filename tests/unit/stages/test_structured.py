"""Structured data: what nests too deeply costs itself, not the page."""

import pytest

from tests.unit.stages.pages import draft, page, paragraphs
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse
from workers.stages.quality import QualityReason
from workers.stages.structured import prepare_structured_data
from workers.structured.depth import nests_deeper


def with_json(json: str) -> str:
    return page(paragraphs(), f'<title>T</title><script type="application/ld+json">{json}</script>')


@pytest.mark.parametrize("depth", [201, 100_000])
def test_json_ld_over_the_depth_is_dropped_and_said(depth: int) -> None:
    made = prepare_structured_data(parse(draft(with_json('{"a":[' * (depth // 2 + 1) + "1" + "]}" * (depth // 2 + 1)))))
    assert made.tree.xpath("//script") == []
    assert QualityReason.STRUCTURED_DATA_DROPPED in made.notes


def test_json_ld_within_the_depth_stays() -> None:
    made = prepare_structured_data(parse(draft(with_json("[" * 200 + "]" * 200))))
    assert len(made.tree.xpath("//script")) == 1
    assert made.notes == ()


def test_brackets_in_strings_have_no_depth() -> None:
    assert not nests_deeper('{"a": "' + "[" * 500 + '\\"' + "[" * 500 + '"}', 200)
    assert nests_deeper('{"a": "x"}' + "[" * 201, 200)


@pytest.mark.parametrize("text", ['"\\"' * 300_000, "[" * 150 + '\\"' * 500_000, "[]" * 500_000])
def test_measuring_the_depth_ends_on_any_text(text: str) -> None:
    assert not nests_deeper(text, 200)


def test_a_joiner_written_as_a_json_escape_survives() -> None:
    json = '{"@context":"https://schema.org","@type":"NewsArticle","headline":"می\\u200cخواهم بروم"}'
    made = read_metadata(prepare_structured_data(parse(draft(with_json(json)))))
    assert made.parts["headline"] == "می\u200cخواهم بروم"
