"""The walks in C find what a plain look at each element of the tree finds, whatever the page holds."""

import re
import time
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from workers.metadata.topics import _TAG_PATH, TAG_STEMS
from workers.structured import labels
from workers.structured.depth import nests_deeper
from workers.structured.elements import elements_at, links_to, numbered_at, text_of, told_at
from workers.structured.hints import find_labelled, has_hint
from workers.structured.labels import MAX_LABELLED, kinds_of
from workers.structured.walk import MAX_HEADINGS, look

_APART = ("script", "style", "noscript", "template", "svg", "button")
_TAGS = "a a base button div h1 h2 iframe link meta script span svg template time title tımé".split()
_VALUES = ["", " ", "Date", "tarih", "post-meta byline", "no-date x", "crumb", "كاتب", "AUTHOR", "author", "Tag nofollow", "canonical"]
_VALUES += ["license", "application/LD+json", "https://a.example/Tag/x", "og:title", "\u0661", "col-md-6", "a\nstamp\n b"]
_NAMES = ["class", "id", "rel", "href", "type", "itemprop", "itemscope", "property", "name", "http-equiv", "content", "xml:lang"]
_texts = st.sampled_from(["", " \n", "By", "9 May", "\u0665", "\u00a0", "\u200b\U0001f600", "x < y"])


@st.composite
def trees(draw: st.DrawFn) -> HtmlElement:
    """A page of some 30 elements in any order, with comments and instructions that no parsed page has any more."""
    root = document_fromstring("<html><head></head><body><o:p>9</o:p></body></html>")
    places = [root, *root, *root[1]]
    for _ in range(draw(st.integers(0, 30))):
        place = draw(st.sampled_from(places))
        kind = draw(st.integers(0, 20))
        made = etree.Comment("9 May") if kind == 0 else etree.ProcessingInstruction("p", "9") if kind == 1 else None
        if made is None:
            made = place.makeelement(draw(st.sampled_from(_TAGS)))
            for name in draw(st.lists(st.sampled_from(_NAMES), max_size=4, unique=True)):
                made.set(name, draw(st.sampled_from(_VALUES)))
            made.text = draw(_texts)
            places.append(made)
        place.append(made)
        made.tail = draw(_texts)
    return root


def elements(tree: HtmlElement) -> list[HtmlElement]:
    return list(tree.iter("*"))


@given(trees())
def test_one_walk_finds_what_a_page_says_of_itself(tree: HtmlElement) -> None:
    seen, all_ = look(tree), elements(tree)
    is_json = {element: "json" in (element.get("type") or "").lower() for element in all_}
    assert seen.read == [e for e in all_ if e.tag in ("meta", "title", "h1") or (e.tag == "script" and is_json[e])]
    assert seen.scripts == [e for e in all_ if e.tag == "script" and is_json[e]]
    assert seen.headings == [e for e in all_ if e.tag == "h1"][:MAX_HEADINGS]
    assert seen.titles == [e for e in all_ if e.tag == "title" and e.getparent().tag != "svg"]
    assert seen.bases == [e.get("href") for e in all_ if e.tag == "base"]
    assert seen.frames == [e for e in all_ if e.tag == "iframe"]
    stating = [e for e in all_ if e.get("itemprop") is not None or (e.get("property") is not None and e.tag != "meta")]
    assert seen.stating == stating
    links = [(e.get("rel").lower(), e.get("href")) for e in all_ if e.tag == "link" and e.get("rel") and e.get("href")]
    assert seen.links == [link for link in links if "canonical" in link[0] or "license" in link[0]]
    for kind in ("tag", "license"):
        typed = [e for e in all_ if e.tag == "a" and kind in (e.get("rel") or "").lower().split()]
        assert [e for e in seen.typed if kind in e.get("rel").lower().split()] == typed


@given(trees())
def test_a_meta_element_is_read_once_for_each_attribute_that_names_it(tree: HtmlElement) -> None:
    expected = []
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "http-equiv", "itemprop"):
            is_of_item = attribute == "itemprop" and any(above.get("itemscope") is not None for above in element.iterancestors())
            if content and element.get(attribute) and not is_of_item:
                expected.append((element.get(attribute).strip().lower(), content))
    assert look(tree).metas == expected


def test_attributes_around_properties_are_not_looked_through_for_each_of_them() -> None:
    many = " ".join(f"a{number}" for number in range(4_000))
    tree = document_fromstring(f"<body>{f'<div {many}>' * 10}{'<meta itemprop=a content=b>' * 20_000}</body>")
    started = time.process_time()
    assert len(look(tree).metas) == 20_000
    assert time.process_time() - started < 2  # some 0.05 s; 800 million comparisons took 5


@given(trees(), st.integers(-3, 20), st.integers(-3, 20))
def test_elements_are_found_by_their_place(tree: HtmlElement, start: int, stop: int) -> None:
    wanted = [element for at, element in enumerate(elements(tree)) if start <= at < stop]
    assert elements_at(tree, start, stop) == wanted
    own = {element: [element.text or "", *(child.tail or "" for child in element)] for element in wanted}
    numbered = [element for _, element in numbered_at(tree, start, stop)]
    assert [e for e in wanted if any(c.isdigit() for text in own[e] for c in text) and e not in numbered] == []
    assert [e for e in numbered if not any(c.isdigit() or not c.isascii() for text in own[e] for c in text)] == []
    assert all(elements(tree)[at] is element for at, element in numbered_at(tree, start, stop))
    told = told_at(tree, start, stop)
    firsts = {element: element[:1] if len(element) and isinstance(element[0].tag, str) else [] for element in wanted}
    assert [e for e in wanted if any((one.text or "").strip() for one in (e, *firsts[e])) and e not in told] == []
    assert [e for e in told if e not in wanted] == []


@given(trees())
def test_the_text_of_an_element_leaves_out_what_is_not_read(tree: HtmlElement) -> None:
    def words(element: HtmlElement) -> str:
        inside = (words(child) if isinstance(child.tag, str) and child.tag not in _APART else "" for child in element)
        return (element.text or "") + "".join(text + (child.tail or "") for text, child in zip(inside, element, strict=True))

    for element in elements(tree):
        assert text_of(element, 1_000_000) == words(element)


@given(trees())
def test_labels_are_asked_about_where_one_may_tell(tree: HtmlElement) -> None:
    dates, times, authors, crumbs, order = find_labelled(tree, kinds_of, MAX_LABELLED)
    expected: dict[str, list[object]] = {"dates": [], "authors": [], "crumbs": []}
    for at, element in enumerate(elements(tree)):
        label = " ".join(part for part in (element.get("class"), element.get("id")) if part)
        if kinds_of(label)[0]:
            expected["dates"].append((at, element))
        if kinds_of(label)[1]:
            expected["authors"].append((at, element))
        if element.tag == "a" and element.get("rel") == "author":
            expected["authors"].append((at, element))
        if "crumb" in label:
            expected["crumbs"].append(element)
    assert (dates, authors, crumbs) == (expected["dates"], expected["authors"], expected["crumbs"])
    assert times == [(at, element) for at, element in enumerate(elements(tree)) if element.tag == "time"]
    assert order == {element: at for at, element in enumerate(elements(tree)) if element.tag in ("h1", "h2", "h3", "h4")}


def test_of_links_to_authors_no_more_are_taken_than_of_labels() -> None:
    tree = document_fromstring(f"<body>{'<a rel=author href=/x>Jo Do</a>' * (MAX_LABELLED + 7)}</body>")
    _, _, authors, _, _ = find_labelled(tree, kinds_of, MAX_LABELLED)
    assert len(authors) == MAX_LABELLED


_WORDS = "date datum pub lish posted no- -dt dt_ ago info x author by line Redakt katib تاريخ \n \t . -".split(" ")


@given(st.lists(st.sampled_from([*_WORDS, " "])).map("".join) | st.text())
def test_a_label_says_word_by_word_what_it_says_as_a_whole(label: str) -> None:
    whole = labels._STATE.sub("", label)
    assert kinds_of(label) == (bool(labels._DATE.search(whole)), bool(labels._AUTHOR.search(whole)))
    assert labels.is_beside(label) == bool(labels._FOREIGN.search(whole))
    assert has_hint(label.encode(errors="ignore")) or not any(kinds_of(label)) or not label.isascii()


@given(st.from_regex(labels._DATE) | st.from_regex(labels._AUTHOR))
def test_what_speaks_of_a_date_or_an_author_has_a_hint(label: str) -> None:
    assert has_hint(label.encode(errors="replace"))


@given(st.lists(st.sampled_from([*"/tTaAgG?#%é", "/topics/", "/hashtag", "/Mots-Cles/", "ſ", "/etiketler/"])).map("".join))
def test_no_link_to_a_page_of_tags_is_passed_over(href: str) -> None:
    tree = document_fromstring("<p><a>x</a><a name='b'>y</a></p>")
    link = next(tree.iter("a"))
    link.set("href", href)
    assert links_to(tree, TAG_STEMS) == [link] or not _TAG_PATH.search(href)
    assert links_to(tree, TAG_STEMS) == [] or not href.isascii() or any(stem.decode() in href.lower() for stem in TAG_STEMS)


@given(st.text(alphabet='[]{}"\\a\n\u0661', max_size=30), st.integers(0, 4))
def test_brackets_are_counted_outside_strings(text: str, most: int) -> None:
    depth, deepest = 0, 0
    for token in re.finditer(r'"(?:[^"\\]++|\\.)*+"?+|[\[{]|[\]}]', text, re.DOTALL):
        depth = depth + 1 if token[0] in "[{" else max(0, depth - 1) if token[0] in "]}" else depth
        deepest = max(deepest, depth)
    assert nests_deeper(text, most) == (deepest > most)


def test_walks_end_on_hostile_pages() -> None:
    deep = document_fromstring("<p>x</p>")
    place = deep
    for _ in range(5_000):
        place = etree.SubElement(place, "b")
    place.text = "9 May"
    assert text_of(deep, 1_000_000) == "x9 May"
    assert len(elements_at(deep, 0, 10**9)) == len(elements(deep))
    assert look(deep).read == []
    assert find_labelled(deep, kinds_of, 1)[0] == []
    wide = document_fromstring("<p itemprop='a' " + " ".join(f"a{n}='date'" for n in range(5_000)) + " class='date'>9</p>" * 2)
    assert [element.tag for element in islice(look(wide).stating, 1)] == ["p"]
    assert len(find_labelled(wide, kinds_of, 1)[0]) <= 1


def test_what_is_no_element_is_refused() -> None:
    for walk in (look, lambda element: text_of(element, 9)):
        with pytest.raises(TypeError):
            walk(None)
