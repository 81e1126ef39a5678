"""Walks in C over a page's tree against what they mean in Python, on any markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from workers.stages.segment_places import KEY_SCAN_CHARS, LEAD_MIN_CHARS, find_places, key_of, leads_before, may_have_key
from workers.stages.segment_tree import box_of, has_long_leaves, holds_image, link_around, links_in, short_heads, text_of

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LEAVES = (*HEADINGS, "p", "li", "blockquote", "figcaption", "td", "dd", "pre")
BLOCKS = {*LEAVES, "div", "section", "ul", "ol", "table", "article", "figure", "form", "dl"}
TAGS = ("p", "div", "span", "li", "ul", "h1", "h2", "a", "b", "em", "section", "article", "o:p", "figcaption", "td", "header", "main")
PIECES = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    *("<img>", "<amp-img>", "<br>", "<script>var a</script>", "<svg><a>x</a></svg>"),
    *(
        "one",
        " two three ",
        "\n",
        "مرحبا بكم",
        "\u2003",
        "😀é",
        "&nbsp;",
        "&lt;x",
        "long words of a text " * 3,
        "x" * 39,
        "y" * 41,
        " " * 390,
    ),
]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def tree_of(markup: str) -> HtmlElement:
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return document_fromstring(f"<body>{markup}</body>", parser=parser)


def string(element: HtmlElement) -> str:
    return str(element.xpath("string()"))


def holds_block(element: HtmlElement) -> bool:
    return any(child.tag in BLOCKS for child in element)


@given(MARKUP)
def test_an_elements_text_is_that_of_its_string_in_xpath(markup: str) -> None:
    for element in tree_of(markup).iter():
        assert text_of(element) == string(element)


@given(MARKUP)
def test_each_key_is_found_at_the_first_element_that_has_it(markup: str) -> None:
    tree = tree_of(markup)
    containers = [element for element in tree.iter("div", "section", "span") if not holds_block(element)]
    for in_containers, elements in ((False, list(tree.iter(*LEAVES))), (True, containers)):
        stated: dict[str, HtmlElement] = {}
        for element in elements:
            stated.setdefault(key_of(string(element)), element)
        assert find_places(tree, {*stated, "not on the page", "no"}, in_containers) == stated
        assert find_places(tree, set(), in_containers) == {}
        some = set(list(stated)[::2])
        assert find_places(tree, some, in_containers) == {key: stated[key] for key in some}


def test_a_key_is_of_the_first_letters_that_are_read() -> None:
    assert key_of(" a b\n\u2003c ") == "abc"
    assert key_of("x" * 100) == "x" * 80
    assert key_of(" " * KEY_SCAN_CHARS + "x") == ""
    assert key_of(" " * (KEY_SCAN_CHARS - 1) + "xy") == "x"


@given(st.lists(st.text("abc &\u200c\n", max_size=9)), st.lists(st.text("abc", max_size=6)))
def test_lines_that_may_have_a_key_are_all_that_have_it(lines: list[str], keys: list[str]) -> None:
    wanted = set(map(key_of, [*keys, *lines[:2]]))
    found = may_have_key(lines, wanted)
    assert found == [line for line in lines if line in found]
    for spelled in ("\ua870", "a"):
        assert {line for line in lines if key_of(line.replace("\u200c", spelled)) in wanted} <= {*found}


@given(MARKUP)
def test_short_heads_are_those_with_a_short_text_of_their_own(markup: str) -> None:
    tree = tree_of(markup)
    stated = []
    for head in tree.iter(*HEADINGS, "p", "div", "span", "strong", "b", "section", "dt", "header"):
        text = (head.text or "").strip()
        if not text and len(head) and head[0].tag in ("strong", "b", "span", "em", "u", "i", "font"):
            text = string(head[0]).strip()
        if 0 < len(text) <= 40:
            stated.append((head, text))
    assert short_heads(tree) == stated


@given(MARKUP, st.integers(0, 30))
def test_leads_stand_between_the_last_h1_and_the_text(markup: str, at: int) -> None:
    tree = tree_of(f"{markup}<p>text</p>")
    places = list(tree.iter(*LEAVES, "div", "section", "span"))
    first = places[at % len(places)]
    above = set(first.iterancestors())
    stated: list[HtmlElement] | None = None
    for element in tree.iter():
        if element is first:
            break
        if element in above:
            continue
        if element.tag == "h1":
            stated = []
        elif stated is not None and element.tag in ("p", "div", "h2", "h3", "span") and not holds_block(element):
            stated += [element] if len(string(element)) >= LEAD_MIN_CHARS else []
    assert leads_before(tree, first) == stated


@given(MARKUP)
def test_boxes_images_and_links_are_those_of_the_tree(markup: str) -> None:
    for element in tree_of(markup).iter():
        box, above = element, element.getparent()
        while above is not None and len(above) == 1 and not (above.text or "").strip() and above.tag not in ("body", "article", "main"):
            box, above = above, above.getparent()
        assert box_of(element) is box
        near = [one for one in (element, element.getprevious()) if one is not None]
        assert holds_image(element) == any(next(one.iter("img", "amp-img"), None) is not None for one in near)
        assert links_in(element, 2) == list(element.iter("a"))[:2]
        around = element.getparent()
        assert link_around(element) is (around if around is not None and around.tag == "a" else None)
        leaves = [leaf for leaf in element.iter(*LEAVES[1:]) if len(string(leaf)) >= 6]
        assert [has_long_leaves(element, 6, wanted) for wanted in (1, 2, 3)] == [len(leaves) >= wanted for wanted in (1, 2, 3)]


HOSTILE = ["<div>" * 2_000 + "deep", "<p></p>" * 100_000, "<b " + "a " * 5_000 + ">", "<p>" + "\u2003" * 1_000_000]


@pytest.mark.parametrize("markup", HOSTILE, ids=["deep", "wide", "attributes", "spaces"])
def test_pages_made_to_hurt_are_walked(markup: str) -> None:
    tree = tree_of(f"<h1>x</h1>{markup}<p>last one")
    last = next(element for element in tree.iter("p") if string(element) == "last one")
    assert find_places(tree, {"lastone"}, in_containers=False) == {"lastone": last}
    assert all(not string(lead).strip() for lead in leads_before(tree, last) or [])
    assert short_heads(tree)[-1] == (last, "last one")
    for element in (tree, last):
        assert box_of(element) is not None
        assert links_in(element, 1) == []
        assert not holds_image(element)


def test_comments_count_as_elements_and_say_nothing() -> None:
    tree = document_fromstring("<body><div><!-- a comment --><p>a text</p></div></body>")
    paragraph = tree.find(".//p")
    assert box_of(paragraph) is paragraph
    assert text_of(tree.find(".//div")) == "a text"
    assert find_places(tree, {"atext"}, in_containers=False) == {"atext": paragraph}
