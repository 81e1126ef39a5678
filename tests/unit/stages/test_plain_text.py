"""Text that comes as text."""

import textwrap

from tests.unit.stages.pages import SENTENCE, draft
from workers.stages.plain_text import paragraphs_of, split_plain_text


def test_each_line_is_a_paragraph() -> None:
    assert paragraphs_of(f"{SENTENCE * 2}\n{SENTENCE}\r\n\n\n  short \n") == [SENTENCE * 2, SENTENCE, "  short "]


def test_wrapped_lines_are_joined_between_empty_lines() -> None:
    long = (SENTENCE * 3).strip()
    assert paragraphs_of(f"{textwrap.fill(long, 72)}\n\n{textwrap.fill(long, 72)}\n") == [long, long]


def test_short_lines_are_not_taken_for_wrapped_ones() -> None:
    lines = ["Ingredients", "two eggs", "a spoon of salt"]
    assert paragraphs_of("\n".join(lines)) == lines


def test_markup_in_a_text_is_left_as_it_is() -> None:
    made = split_plain_text(draft(text="1 < 2 and <b>this</b> & that"))
    assert made.parts["paragraphs"] == ["1 < 2 and <b>this</b> & that"]
    assert made.sources["articleBody"].source == "text"


def test_an_empty_text_has_no_paragraph() -> None:
    assert paragraphs_of("\n \n") == []
