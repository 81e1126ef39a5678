"""trafilatura's steps, taken one by one, give what trafilatura gives."""

import time
from copy import copy
from functools import partial

import pytest
from lxml.html import HtmlElement, document_fromstring
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

from schemas.reasons import OutcomeKind
from tests.unit.stages.pages import draft, page, paragraphs
from workers.samples import load_samples
from workers.stages.extract import body_lines
from workers.stages.parse import parse
from workers.stages.trafilatura_body import OPTIONS, trafilatura_body

SAMPLES = [
    sample.value.decode("utf-8", "replace")
    for sample in load_samples()
    if b"<html" in sample.value[:2_000].lower() and sample.expected.outcome is OutcomeKind.PUBLISHED
]
PARTS = {
    "comments": '<section id="comments"><p>A reader wrote this long remark about the bridge under the story.</p></section>',
    "another article after a scroll": f'<div class="infinite-scroll"><p>{"Another story altogether. " * 9}</p></div>',
    "a scroll around all": f'<div class="infinite-scroll"><h1>Harbour</h1>{paragraphs()}</div>',
    "share buttons": '<div class="elementor-share-buttons"><p>Share this with everybody that you know in this world.</p></div>',
    "what is named twice": '<div id="x" class="related"><p class="teaser">Read the other one as well, please.</p></div>',
    "hidden text": '<p style="display:none">What nobody sees, and nobody should.</p><p aria-hidden="true">Nor this, of all things.</p>',
    "links": "<div>" + "".join(f'<a href="/{n}">Some other story {n}</a> ' for n in range(9)) + "</div>",
    "a table of links": "<table>" + "".join(f'<tr><td><a href="/{n}">A linked story {n}</a></td></tr>' for n in range(30)) + "</table>",
    "a repeated paragraph": "<blockquote>The very same sentence, said once and then again.</blockquote>" * 2,
    "an odd element": '<o:p class="related">Office writes these.</o:p>',
    "elements that no tree can be given": '<h¹ class="related">High one.</h¹><a<b id="x">Odd one.</a><p class="a&#12;b">Fed.</p>',
}


def theirs(tree: HtmlElement) -> list[str]:
    for expressions in (RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH):
        tree = prune_unwanted_nodes(tree, expressions)
    return body_lines(extract_content(convert_tags(tree_cleaning(tree, OPTIONS), OPTIONS), OPTIONS)[0])


def assert_same(html: str) -> list[str]:
    tree = parse(draft(html)).tree
    found = body_lines(trafilatura_body(partial(copy, tree)))
    assert found == theirs(tree)
    return found


@pytest.mark.parametrize(
    "around", ["<blockquote>%s</blockquote>", "<ul><li>%s</li></ul>", "<pre>%s</pre>", "<dl><dd>%s</dd></dl>", "<p>%s</p>"]
)
@pytest.mark.parametrize("name", ["o:p", "fb:like", "h¹", "a<b", "svgø'x"])
def test_an_element_that_lxml_cannot_make_does_not_lose_the_page(around: str, name: str) -> None:
    odd = around % f"Said <{name}>the harbour master of Alder Bay</{name}> on Monday."
    tree = parse(draft(page(f"<article>{paragraphs()}{odd}{paragraphs()}</article>"))).tree
    lines = body_lines(trafilatura_body(partial(copy, tree)))
    assert sum("harbour master of Alder Bay" in line for line in lines) == 1


def test_every_sample_page_gives_the_same_lines() -> None:
    assert sum(bool(assert_same(html)) for html in SAMPLES) >= 10


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS.keys())
@pytest.mark.parametrize(
    "frame",
    [
        '<div class="post">%s</div>',
        "<article>%s</article>",
        '<main><div class="story">%s</div></main>',
        '<div id="content">%s</div>',
        '<div class="entry">Text before the rest. %s</div>',
        "%s",
    ],
)
def test_parts_in_and_after_each_kind_of_frame_give_the_same_lines(part: str, frame: str) -> None:
    assert assert_same(page(frame % (paragraphs() + part)))
    assert_same(page(frame % part))
    assert_same(page(frame % paragraphs() + part))


def test_a_frame_without_text_leads_to_the_next_one_and_a_short_text_to_the_page() -> None:
    assert assert_same(page(f'<div class="post"><span></span></div><article>{paragraphs()}</article>'))
    assert assert_same(page(f"<article><p>Short.</p></article><div>{paragraphs()}</div>"))
    assert_same(page("<article>One<br>two<br>three</article>"))


def test_an_elements_attributes_are_not_looked_up_one_by_one() -> None:
    many = " ".join(f"a{number}=1" for number in range(20_000))
    tree = document_fromstring(f"<body><article><div {many}>{'<p>The council met at the harbour.</p>' * 5_000}</div></article></body>")
    started = time.process_time()
    assert len(trafilatura_body(lambda: copy(tree)))
    assert time.process_time() - started < 1.5  # some 0.1 s; lxml's `attrib` looks for each value from the first on: 3.5 s
