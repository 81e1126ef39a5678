"""The tree, and the bounds that keep it cheap."""

import time

import pytest

from schemas.reasons import DeadLetterReason, FilterReason
from tests.unit.stages.pages import SENTENCE, draft, page, paragraphs
from workers.pipeline.draft import Filtered, Invalid, Limits
from workers.stages.complexity import check_markup
from workers.stages.extract import extract
from workers.stages.flatten import MAX_DEPTH
from workers.stages.parse import nesting, parse
from workers.stages.quality import QualityReason

MANY_ATTRIBUTES = " ".join(f'a{i}="x > y"' for i in range(50_000))
TOO_COMPLEX = {
    "nesting of 10,000": "<div>" * 10_000 + paragraphs() + "</div>" * 10_000,
    "50,000 attributes on an element": f"<div {MANY_ATTRIBUTES}>{paragraphs()}</div>",
    "50,000 bare attributes": f"<div {' '.join(f'a{i}' for i in range(50_000))}>{paragraphs()}</div>",
    "200,000 paragraphs": "<p>ab</p>" * 200_000,
    "many attributes on many elements": f"<div {' '.join(f'a{i}' for i in range(4_000))}></div>" * 30,
}


@pytest.mark.parametrize("name", TOO_COMPLEX)
def test_a_page_over_the_limits_is_too_complex(name: str) -> None:
    begun = time.process_time()
    with pytest.raises(Invalid) as raised:
        parse(draft(page(TOO_COMPLEX[name])))
    assert raised.value.reason is DeadLetterReason.TOO_COMPLEX
    assert time.process_time() - begun < 5  # libxml2 alone would take minutes for some; here it is 0.1 s


@pytest.mark.parametrize("unit", ["<a", "<a ", "<a ='", '<a b="', "<", "<a b='", "<a =", "<a b= ", "<!--", "<script", "<p 'a\"b>"])
def test_looking_for_tags_is_linear_on_any_markup(unit: str) -> None:
    def cost(length: int) -> float:
        begun = time.process_time()
        check_markup(unit.encode() * (length // len(unit)), Limits(max_nodes=10**9, max_attributes=10**9))
        return time.process_time() - begun

    assert cost(4_000_000) < 100 * cost(400_000) + 0.5  # a quadratic one would take 100 times as long, and minutes


def test_what_looks_like_tags_in_scripts_and_comments_is_not_counted() -> None:
    many = "<p>ab</p>" * 200
    limits = Limits(max_nodes=100)
    check_markup(f"<script>x='{many}'</script><style>{many}</style><!-- {many} --><p>a</p>".encode(), limits)
    with pytest.raises(Invalid):
        check_markup(f"<script>x</script>{many}".encode(), limits)


def test_a_quote_outside_a_value_hides_nothing() -> None:
    with pytest.raises(Invalid):
        check_markup(b"<a title=x'>it" + b"<p>don't</p>" * 200, Limits(max_nodes=100))


@pytest.mark.parametrize("depth", [100, 250, 256, 300, 1_000, 1_990])
def test_a_deep_page_within_the_limit_keeps_its_body(depth: int) -> None:
    parsed = parse(draft(page("<div>" * depth + paragraphs() + "</div>" * depth)))
    found = extract(parsed).parts["paragraphs"]
    assert len(found) == 6
    assert found[0].startswith(SENTENCE.strip()[:40])
    assert (QualityReason.NESTING_FLATTENED in parsed.notes) == (depth > 250)


def test_flattening_keeps_the_text_in_order_and_blocks_apart() -> None:
    deep = "<div>" * 300 + "one <b>two</b> three<p>four <i>five</i></p>six<ul><li>seven<li>eight</ul>" + "</div>" * 300 + "nine"
    tree = parse(draft(page(deep))).tree
    assert nesting(tree) <= MAX_DEPTH
    body = [" ".join(text.split()) for text in tree.find("body").itertext() if text.strip()]
    assert " ".join(body) == "one two three four five six seven eight nine"
    assert [text for text in body if "four" in text] == ["four five"]


def test_inline_elements_inside_each_other_are_flattened_too() -> None:
    parsed = parse(draft(page("<b>" * 900 + paragraphs())))
    assert len(extract(parsed).parts["paragraphs"]) == 6


def test_deep_elements_that_lxml_parses_and_does_not_make_are_flattened_too() -> None:
    odd = "<h¹>one</h¹><a<b>two</a><p class='a&#12;b'>three</p>"
    tree = parse(draft(page("<div>" * 300 + odd + "</div>" * 300))).tree
    assert nesting(tree) <= MAX_DEPTH
    assert " ".join(tree.find("body").text_content().split()) == "onetwothree"


@pytest.mark.parametrize("markup", ["", "  \n", "<!-- nothing -->", "\x00\x00"])
def test_a_page_without_element_and_text_is_empty(markup: str) -> None:
    with pytest.raises(Filtered) as raised:
        parse(draft(markup))
    assert raised.value.reason is FilterReason.EMPTY_PAGE


def test_characters_that_no_tree_can_hold_do_not_lose_the_page() -> None:
    odd = "<p>a\x00b\x0b &#0; &#1; &#x1F; \ud83d &#xD83D; &#xFFFE; \uffff</p>"
    found = extract(parse(draft(page(odd + paragraphs())))).parts["paragraphs"]
    assert len(found) >= 6


def test_entities_of_a_document_type_are_inert() -> None:
    subset = '<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">'
    prologue = f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE html [{subset}]>'
    markup = (
        f"{prologue}<html xmlns='http://www.w3.org/1999/xhtml'><head><title>T</title></head><body><p>&x;&b;</p>{paragraphs()}</body></html>"
    )
    text = parse(draft(markup)).tree.text_content()
    assert "root:" not in text
    assert "haha" not in text
    assert "ENTITY" not in text
    assert SENTENCE.strip() in text
