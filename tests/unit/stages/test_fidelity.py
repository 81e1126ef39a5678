"""What a page says reaches the record as it was said: in order, in the same letters, and readable."""

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.records import Article
from tests.unit.stages.pages import draft, page
from workers.rules.fold import fold
from workers.stages.order import STAGES
from workers.stages.text import clean_text

ZWNJ, ZWJ = "\u200c", "\u200d"
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
PERSIAN = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
KEPT_INVISIBLE = {ZWNJ, ZWJ}


def articles(body: str) -> tuple[Article, ...]:
    made = draft(page(f"<article><h1>Harbour bridge to stay closed</h1>{body}</article>"))
    for _, stage in STAGES:
        made = stage(made)
    return made.articles


@given(st.text(st.sampled_from(PERSIAN + ZWNJ + ZWJ + " ")))
def test_joiners_are_kept_one_by_one(text: str) -> None:
    cleaned = clean_text(text)
    assert [char for char in cleaned if char in KEPT_INVISIBLE] == [char for char in text if char in KEPT_INVISIBLE]


@given(st.text(st.one_of(st.characters(codec=None), st.sampled_from(BIDI + "ـ\x00\ufeff"))))
def test_nothing_invisible_or_reversing_is_left(text: str) -> None:
    for char in clean_text(text):
        assert char not in BIDI
        assert unicodedata.category(char) not in ("Cc", "Cs", "Co"), hex(ord(char))


@given(st.text(st.sampled_from(PERSIAN + 'َِّ ـ123"()')))
@example("\u0650ـ\u064e")
def test_tatweel_goes_from_inside_words_and_nothing_else_goes_with_it(text: str) -> None:
    cleaned = clean_text(text)
    # A tatweel that stays keeps the marks beside it in their order.
    left = unicodedata.normalize("NFC", "".join(cleaned.replace("ـ", "").split()))
    assert left == "".join(clean_text(text.replace("ـ", "")).split())
    assert re.search("[ء-غف-يپچژکگی]ـ+[ء-غف-يپچژکگی]", cleaned) is None


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("الـــســلام عليكم", "السلام عليكم"),
        ("عام 1445هـ", "عام 1445هـ"),  # the sign of the Hijri year
        ('قال لـ"النهر"', 'قال لـ"النهر"'),  # a prefix before a quotation
        ("مُحَـمَّـد", "مُحَمَّد"),
        ("أ ـ الأول", "أ ـ الأول"),
    ],
)
def test_tatweel_that_says_something_stays(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


NOUNS = "bridge harbour ferry council river stone winter spring works report storm light".split()
WORDS = st.lists(st.sampled_from(NOUNS), min_size=9, max_size=20)
TAGS = st.sampled_from(["p", "p", "p", "li", "blockquote", "h2"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(TAGS, WORDS), min_size=6, max_size=14))
def test_paragraphs_items_quotes_and_subheads_keep_their_order(parts: list[tuple[str, list[str]]]) -> None:
    lines = [(tag, f"Number {at} of {' '.join(words)}{'' if tag == 'h2' else '.'}") for at, (tag, words) in enumerate(parts)]
    # A subhead at the end, or over another one, has nothing under it: the extractor may drop it.
    lines = [(tag, text) for (tag, text), (after, _) in zip(lines, [*lines[1:], ("h2", "")], strict=True) if (tag, after) != ("h2", "h2")]
    body = "".join(f"<ul><li>{text}</li></ul>" if tag == "li" else f"<{tag}>{text}</{tag}>" for tag, text in lines)
    (article,) = articles(body)
    wanted = [text for _, text in lines]
    assert [fold(text) for text in article.paragraphs if text in wanted] == [fold(text) for text in wanted]


PROSE = "".join(f"<p>The council said on Monday that the bridge would stay closed, as report {i} had asked it to.</p>" for i in range(6))


def test_a_table_is_a_line_a_row() -> None:
    rows = "".join(f"<tr><td>Bridge {i}</td><td>{i * 100} m</td><td>stone</td></tr>" for i in range(1, 5))
    (article,) = articles(f"{PROSE}<table>{rows}</table>{PROSE.replace('Monday', 'Tuesday')}")
    assert [line for line in article.paragraphs if line.startswith("Bridge")] == [f"Bridge {i} | {i * 100} m | stone" for i in range(1, 5)]


def test_code_keeps_its_lines_and_is_not_taken_for_a_leak() -> None:
    code = "def cross(bridge):\n    return bridge.open()\n"
    (article,) = articles(f"{PROSE}<pre><code>{code}</code></pre>{PROSE.replace('Monday', 'Tuesday')}")
    assert "def cross(bridge):" in article.article_body
    assert "return bridge.open()" in article.article_body


def test_there_is_no_markup_in_a_body() -> None:
    (article,) = articles(f"{PROSE}<p>The <b>bridge</b> &amp; the <a href=/x>ferry</a> are 5 &lt; 6, said <i>the mayor</i> of it.</p>")
    assert article.paragraphs[-1] == "The bridge & the ferry are 5 < 6, said the mayor of it."
