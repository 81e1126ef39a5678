"""What expressions say of an element's names, told in Python, is what lxml says."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement, document_fromstring
from trafilatura.xpaths import BODY_XPATH, DISCARD_IMAGE_ELEMENTS, OVERALL_DISCARD_XPATH, RAW_TREE_PRUNE_XPATH, TEASER_DISCARD_XPATH

from workers.samples import load_samples
from workers.stages.named import Names
from workers.stages.trafilatura_body import _FIRST, _PRUNED_FIRST

EXPRESSIONS = [*BODY_XPATH, *RAW_TREE_PRUNE_XPATH[1:], *OVERALL_DISCARD_XPATH, *DISCARD_IMAGE_ELEMENTS, *TEASER_DISCARD_XPATH]
NAMES = Names(*(expression.path for expression in EXPRESSIONS))
PATHS = " ".join(expression.path for expression in (*EXPRESSIONS, *_PRUNED_FIRST))
ATTRIBUTES = sorted({*re.findall(r"@([\w-]+)", PATHS), "title"})
TAGS = sorted({*re.findall(r"self::(\w+)|//(\w+)", PATHS)})
# What the expressions look for, letter case and neighbours apart: `entry`, `art`, `-content`.
PARTS = sorted({part for literal in re.findall(r"'([^']*)'", PATHS) for part in re.findall(r"[ -]?[\w:]+[ -]?", literal)})

parts = st.sampled_from(PARTS)
between = st.text(" -_aé\n", max_size=2)
values = st.lists(st.one_of(parts, parts.map(str.swapcase), parts.map(str.capitalize), between), max_size=4).map("".join)
elements = st.builds(
    lambda tag, names: etree.Element(tag, dict(names)),
    st.sampled_from([*sorted({tag for pair in TAGS for tag in pair if tag}), "b"]),
    st.lists(st.tuples(st.sampled_from(ATTRIBUTES), values), unique_by=lambda pair: pair[0]),
)


def by_xpath(element: HtmlElement, expressions: Sequence[etree.XPath] = EXPRESSIONS) -> int:
    above = etree.Element("x")
    etree.SubElement(above, element.tag, dict(element.items()))
    return sum(1 << bit for bit, expression in enumerate(expressions) if expression(above))


@settings(max_examples=500)
@given(elements)
def test_names_made_of_what_is_looked_for_are_answered_as_by_lxml(element: HtmlElement) -> None:
    assert NAMES.of(element) == by_xpath(element)
    assert by_xpath(element, _PRUNED_FIRST) & ~_FIRST.of(element) == 0


def test_the_elements_of_all_samples_are_answered_as_by_lxml() -> None:
    seen = 0
    for sample in load_samples():
        if b"<html" in sample.value[:2_000].lower():
            for element in document_fromstring(sample.value).iter("*"):
                if element.attrib:
                    asked = by_xpath(element)
                    assert NAMES.of(element) == asked
                    seen |= asked
    assert seen.bit_count() >= len(EXPRESSIONS) / 2


def test_a_literal_is_found_in_each_of_its_cases_and_places() -> None:
    names = Names(".//*[contains(translate(@id, 'CM','cm'), 'cam') or starts-with(@class, 'a.b') or @role='C']")
    found = {
        value: [names.of(etree.Element("p", {name: value})) for name in ("id", "class", "role")]
        for value in ("-CaM-", "CAM", "a.bc", "aXbc", "xa.b", "C", "C\n")
    }
    assert found == {
        "-CaM-": [1, 0, 0],
        "CAM": [0, 0, 0],
        "a.bc": [0, 1, 0],
        "aXbc": [0, 0, 0],
        "xa.b": [0, 0, 0],
        "C": [0, 0, 1],
        "C\n": [0, 0, 0],
    }


def test_of_two_attributes_the_one_that_is_written_first_is_asked() -> None:
    names = Names(".//*[starts-with(@id|@class, 'reply-')]")
    assert names.of(etree.XML('<p class="x" id="reply-1"/>')) == 0
    assert names.of(etree.XML('<p id="x" class="reply-1"/>')) == 0
    assert names.of(etree.XML('<p class="reply-1" id="x"/>')) == 1
    assert names.of(etree.XML('<p title="x" class="reply-1"/>')) == 1


def test_a_long_value_is_answered_without_being_kept() -> None:
    names = Names(".//*[contains(@style, 'display:none')]")
    assert names.of(etree.Element("p", style=f"{' ' * 3_000}display:none")) == 1
    assert names.remembered_chars == 0


def test_what_is_remembered_is_bounded_in_characters() -> None:
    names = Names(".//*[contains(@style, 'display:none')]")
    assert all(names.of(etree.Element("p", style=f"{number:1900}display:none")) == 1 for number in range(1_200))
    assert 1_000 < names.remembered_chars < 2_010_000


@pytest.mark.parametrize(
    "path",
    [
        ".//div[not(.//h1)]",
        ".//div[@class='a']/p[@id='b']",
        ".//div[@class='a' and @id='b']",
        ".//div[@class='a']|.//p[@class='b']",
        ".//div[@id|@class='a']",
        ".//div[@class='a'][@id='b']",
        ".//div[2]",
        ".//*",
        "//div",
    ],
)
def test_an_expression_that_asks_for_more_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Names(path)
