"""Pages under the limits of elements and bytes cost what their size is, not its square."""

import time
from collections.abc import Callable

import pytest

from tests.unit.stages.pages import SENTENCE, draft, page, paragraphs
from workers.pipeline.draft import Draft, Filtered
from workers.stages import STAGES

MANY, FEW = 32_000, 4_000

SHAPES: dict[str, Callable[[int], str]] = {
    "bold words in a paragraph": lambda count: f"<p>{'<b>x</b> ' * count}{SENTENCE}</p>",
    "spans in a paragraph": lambda count: f"<p>{'<span>x</span> ' * count}{SENTENCE}</p>",
    "links in a paragraph": lambda count: f"<p>{f'{SENTENCE} <a href=/>link</a> ' * count}</p>",
    "lines of one element": lambda count: f"<div>{f'{SENTENCE}<br>' * count}</div>",
    "short paragraphs": lambda count: "<p>ab</p>" * count,
    "items of a list": lambda count: f"<ul>{''.join(f'<li>{SENTENCE}{number}</li>' for number in range(count))}</ul>",
    "words in elements that are too deep": lambda count: f"{'<div>' * 300}{'<i>x</i>' * 4 * count}{'</div>' * 300}",
    "emptied scripts": lambda count: "<script>var a = 1; // and so on, and on, and on</script>" * count,
}


def cost_s(html: str) -> float:
    begun = time.process_time()
    made: Draft = draft(html)
    try:
        for _, stage in STAGES:
            made = stage(made)
    except Filtered:
        pass
    return time.process_time() - begun


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_eight_times_the_page_takes_nowhere_near_its_square(shape: Callable[[int], str]) -> None:
    others = paragraphs().replace("The council", "Another council")  # lines are looked for by how they begin
    few, many = (page(f"<a href=/>Home</a><article>{shape(count)}</article><footer>{others}</footer>") for count in (FEW, MANY))
    assert cost_s(many) < 14 * cost_s(few) + 1  # a quadratic one would take 64 times as long: 10 s and more


NESTED: dict[str, Callable[[int, str], str]] = {
    "headings": lambda depth, text: f"{'<h1><div>' * depth}{text}{'</div></h1>' * depth}{paragraphs()}",
    "lesser headings": lambda depth, text: f"{'<h2><div>' * depth}{text}{'</div></h2>' * depth}{paragraphs()}",
    "properties": lambda depth, text: f"{paragraphs()}{'<div itemprop=name>' * depth}{text}{'</div>' * depth}",
}


@pytest.mark.parametrize("shape", NESTED.values(), ids=NESTED.keys())
def test_a_text_is_not_read_again_for_each_element_around_it(shape: Callable[[int, str], str]) -> None:
    text = SENTENCE * 10_000
    few, many = (page(f"<article>{shape(depth, text)}</article>") for depth in (1, 800))
    assert cost_s(many) < 2 * cost_s(few) + 1.5
