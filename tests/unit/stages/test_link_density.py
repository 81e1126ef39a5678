"""What is said of links in one walk is what trafilatura says of each element."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.htmlprocessing import delete_by_link_density, link_density_test_tables

from workers.stages.link_density import Density
from workers.stages.trafilatura_body import _drop_linked

words = st.sampled_from(
    ["", " ", "a", "one two ", "\u00a0x", " \n", "\u3000", "naïve", "word " * 9, "a longer sentence of some words " * 4]
)
texts = st.lists(words, max_size=3).map("".join)
tags = st.sampled_from(["div", "list", "p", "table", "ref", "ref", "ref", "item", "td", "graphic", "hi"])


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> etree._Element:
    element = etree.Element(draw(tags))
    element.text = draw(texts)
    for _ in range(draw(st.integers(0, 3 if depth else 0))):
        child = etree.Comment("no text") if draw(st.integers(0, 19)) == 0 else draw(trees(depth - 1))
        child.tail = draw(texts)
        element.append(child)
    return element


@settings(max_examples=150, deadline=None)
@given(trees())
def test_the_elements_that_trafilatura_takes_out_are_taken_out(tree: etree._Element) -> None:
    frame = etree.Element("div")
    frame.append(tree)
    frame = etree.fromstring(etree.tostring(frame), parser())  # trafilatura asks lxml's HTML elements for their text
    theirs, ours = deepcopy(frame), deepcopy(frame)
    tables = [number for number, table in enumerate(frame.iter("table")) if link_density_test_tables(table)]
    every = list(frame.iter("table"))
    assert [every.index(table) for table in Density(frame).linked("table")] == tables
    for tag in ("div", "list", "p"):
        delete_by_link_density(theirs, tag, backtracking=tag == "div")
    _drop_linked(ours)
    assert etree.tostring(ours) == etree.tostring(theirs)


def parser() -> etree.XMLParser:
    made = etree.XMLParser()
    made.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return made


def test_elements_inside_each_other_are_read_once() -> None:
    page = "<div>" * 1_500 + "<ref>a link</ref>" * 1_500 + "</div>" * 1_500
    frame = etree.fromstring(page, etree.XMLParser(huge_tree=True))
    assert len(Density(frame).linked("div")) == 1_500


def test_another_tag_is_refused() -> None:
    with pytest.raises(KeyError):
        Density(etree.Element("div")).linked("span")
