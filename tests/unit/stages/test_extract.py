"""The body, as trafilatura finds it, without what it breaks."""

from copy import copy
from functools import partial

import pytest
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.core import bare_extraction

from tests.unit.stages.pages import draft, page, paragraphs
from workers.model.blocks import cut
from workers.model.copying import copy_without
from workers.stages.extract import body_lines, extract
from workers.stages.joiners import Joiners
from workers.stages.menus import menus_of
from workers.stages.parse import parse
from workers.stages.trafilatura_body import trafilatura_body

PERSIAN = "او می\u200cگوید که کتاب\u200cها و خانه\u200cها را دوست دارد و هر روز آن\u200cها را می\u200cبیند"
FAMILY = "👩\u200d👩\u200d👧"
HINDI = "क्\u200dष और र्\u200dय"


def numbered(text: str) -> list[str]:
    return [f"{text} {i}" for i in range(5)]  # trafilatura drops a paragraph that is there already


def article(lines: list[str]) -> str:
    return page("<article>" + "".join(f"<p>{line}</p>" for line in lines) + "</article>")


def body_of(html: str) -> list[str]:
    return list(extract(parse(draft(html))).parts["paragraphs"])


def lean_copy(tree: HtmlElement) -> HtmlElement:
    return copy_without(tree, tree.find("body"), menus_of(cut(tree, Joiners("")), 0.8))


def test_a_tree_is_whole_again_when_its_copy_fails() -> None:
    class Lookup(etree.PythonElementClassLookup):  # type: ignore[misc]
        fails = False

        def lookup(self, document: object, element: object) -> None:
            if self.fails:
                raise ZeroDivisionError

    lookup, parser = Lookup(), etree.HTMLParser()
    parser.set_element_class_lookup(lookup)
    menu = "<ul>" + "<li><a href=/>a link</a></li>" * 5 + "</ul>"
    tree = etree.fromstring(f"<head></head><body><!-- --><p>{PERSIAN}</p>{menu}<script>x</script>{menu}</body>", parser)
    body, before = tree[1], etree.tostring(tree)
    gone = menus_of(cut(tree, Joiners("")), 0.8)
    lookup.fails = True
    with pytest.raises(ZeroDivisionError):
        copy_without(tree, body, gone)
    lookup.fails = False
    assert etree.tostring(tree) == before
    assert b"<ul>" not in etree.tostring(copy_without(tree, body, gone))


@pytest.mark.parametrize("zwnj", ["\u200c", "&zwnj;", "&#8204;", "&#x200C;", "&#x200c;"])
def test_persian_words_keep_their_zero_width_non_joiners(zwnj: str) -> None:
    assert body_of(article(numbered(PERSIAN)).replace("\u200c", zwnj)) == numbered(PERSIAN)


def test_emoji_and_hindi_keep_their_joiners() -> None:
    lines = numbered(f"{FAMILY} {HINDI} and the rest of a sentence that is long enough to be taken for one")
    assert body_of(article(lines)) == lines
    assert body_of(article(lines).replace("\u200d", "&zwj;")) == lines


def test_a_page_that_uses_a_stand_in_keeps_it() -> None:
    lines = numbered("ꡰ is a letter of an old script, and می\u200cگوید is a word of a living one, in the same sentence")
    assert body_of(article(lines)) == lines


def test_what_only_begins_like_a_reference_is_left_alone() -> None:
    assert Joiners("").protect("&zwnjx; &#82041; &#x200c1;") == "&zwnjx; &#82041; &#x200c1;"


def test_the_same_page_gives_the_same_body_again_and_again() -> None:
    html = page("<article>" + paragraphs() + "</article>")
    first = body_of(html)
    assert len(first) == 6
    assert all(body_of(html) == first for _ in range(3))


def test_blocks_are_lines_and_inline_elements_are_not() -> None:
    body = etree.XML(
        "<body><head>Title</head><p>One <hi>two</hi> <ref>three</ref>.<lb/>Four</p>"
        "<list><item>five</item><item>six <list><item>seven</item></list></item></list><quote>eight</quote>tail</body>"
    )
    assert body_lines(body) == ["Title", "One two three.", "Four", "five", "six ", "seven", "eight", "tail"]


def test_a_row_of_plain_cells_is_one_line_and_a_layout_table_is_its_blocks() -> None:
    body = etree.XML(
        "<body><table><row><cell>Goals</cell><cell/><cell>3</cell></row>"
        "<row><cell><p>First paragraph</p><p>Second</p></cell><cell>side</cell></row></table></body>"
    )
    assert body_lines(body) == ["Goals | 3", "First paragraph", "Second", "side"]


def test_comments_are_out_and_tables_in() -> None:
    table = "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>2024</td><td>311</td></tr></table>"
    comments = '<section id="comments"><p>A reader wrote this long remark about the bridge under the story.</p></section>'
    found = body_of(page(f"<article><h1>Harbour</h1>{paragraphs()}{table}</article>{comments}"))
    assert "2024 | 311" in found
    assert not any("A reader wrote" in line for line in found)


def test_a_page_that_forgot_to_close_a_button_or_a_menu_keeps_its_text() -> None:
    for tag in ("button", "nav", "aside", "footer", "label", "source"):
        found = extract(parse(draft(page(f"<p>Top</p><{tag} class=x><div><article>{paragraphs()}</article></div>"))))
        assert sum("report number" in line for line in found.parts["paragraphs"]) == 6, tag
        assert sum("report number" in text for text in found.blocks.texts) == 6, tag


def test_menus_are_gone_before_trafilatura_looks_and_the_tree_of_the_page_keeps_them() -> None:
    menu = "<ul id=m>" + "".join(f"<li><a href=/{n}>Section number {n}</a></li>" for n in range(9)) + "</ul>"
    made = parse(draft(page(f"{menu}<article>{paragraphs()}</article><script>var x</script>")))
    before = etree.tostring(made.tree)
    found = extract(made)
    assert etree.tostring(found.tree) == before
    assert found.blocks.texts[0] == "Section number 0"
    lean = lean_copy(made.tree)
    assert etree.tostring(made.tree) == before
    assert lean.find(".//ul") is None
    assert lean.find(".//script") is None
    assert len(lean.findall(".//p")) == 6


def test_a_list_of_links_around_a_short_text_is_no_menu_but_the_lists_in_it_are() -> None:
    links = "".join(f"<li><a href=/{n}>A reader of that name has sent flowers, {n}</a></li>" for n in range(40))
    text = "A short poem has few words, and those who like it are many: their names are most of the page, as they were before."
    tree = parse(draft(page(f"<div id=poem><p>{text}</p><ul>{links}</ul></div>"))).tree
    lean = lean_copy(tree)
    assert [p.text for p in lean.iter("p")] == [text]
    assert lean.find(".//ul") is None


def test_trafilaturas_own_steps_give_what_its_fast_mode_gives() -> None:
    html = page(f"<article><h1>Harbour</h1>{paragraphs()}<ul><li>One of the works</li></ul><blockquote>So they said</blockquote></article>")
    whole = bare_extraction(html, fast=True, include_comments=False, include_tables=True)
    assert whole is not None
    assert not isinstance(whole, dict)
    assert body_lines(trafilatura_body(partial(copy, parse(draft(html)).tree))) == body_lines(whole.body) != []
