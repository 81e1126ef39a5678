"""Filters, language, quality and the record made of it all."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.identity import article_id
from schemas.reasons import DeadLetterReason, FilterReason
from schemas.records import FieldSource, Quality, RelatedLink
from tests.unit.stages.pages import NOW, SENTENCE, URL, draft, page
from workers.pipeline.draft import Draft, Filtered, Invalid, Limits, replace
from workers.stages import RULES_VERSION
from workers.stages.assemble import assemble
from workers.stages.decode import charset
from workers.stages.filters import drop_empty_page, drop_too_short
from workers.stages.language import detect_language
from workers.stages.parse import parse
from workers.stages.quality import PENALTIES, QualityReason, judge_quality

ARABIC = "قال وزير النقل إن الجسر القديم في الميناء سيبقى مغلقا حتى نهاية أعمال الصيانة في الربيع المقبل"
PERSIAN = "وزیر راه گفت که پل قدیمی بندر تا پایان کارهای تعمیر در بهار آینده بسته می\u200cماند و گزارش\u200cهای دیگری در راه است"


def with_body(*lines: str, **changes: Any) -> Draft:
    return draft(parts={"paragraphs": list(lines), "article_body": "\n\n".join(lines), "quality": Quality(score=1.0)}, **changes)


def reason_of(markup: str) -> FilterReason | None:
    try:
        drop_empty_page(parse(draft(markup)))
    except Filtered as e:
        return e.reason
    return None


def test_a_page_that_only_scripts_would_fill_is_a_script_shell() -> None:
    assert reason_of(page("<div id=root></div><noscript>Please enable it</noscript><script>start()</script>")) is FilterReason.SCRIPT_SHELL


def test_a_page_without_text_is_empty() -> None:
    assert reason_of(page("<div></div>")) is FilterReason.EMPTY_PAGE


@pytest.mark.parametrize("body", ["<p>x</p>", "<script>x</script>tail", '<script type="application/ld+json">{}</script>'])
def test_a_page_with_anything_to_read_passes(body: str) -> None:
    assert reason_of(page(body)) is None


def test_a_text_below_the_minimum_is_too_short_and_one_at_it_is_not() -> None:
    drop_too_short(with_body("x" * 100, "y" * 40))
    with pytest.raises(Filtered) as raised:
        drop_too_short(with_body("x" * 100, "y" * 39))
    assert raised.value.reason is FilterReason.TOO_SHORT


def test_a_page_that_says_it_is_an_article_may_be_short() -> None:
    said = '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-01-05T10:00:00Z">'
    flash = replace(parse(draft(page("<p>x</p>", said))), parts={"paragraphs": ["x" * 40]})
    assert drop_too_short(flash) is flash
    with pytest.raises(Filtered):
        drop_too_short(replace(flash, parts={"paragraphs": ["x" * 39]}))


def test_a_chinese_text_needs_a_third_of_the_characters() -> None:
    drop_too_short(with_body("桥" * 50))
    with pytest.raises(Filtered):
        drop_too_short(with_body("桥" * 40))


@pytest.mark.parametrize(
    ("text", "language", "direction"),
    [
        (SENTENCE * 3, "en", "ltr"),
        (ARABIC * 2, "ar", "rtl"),
        (PERSIAN * 2, "fa", "rtl"),
        ("Der Rat der Stadt sagte am Montag nichts. " * 4, "de", "ltr"),
    ],
)
def test_language_and_direction_come_from_the_text(text: str, language: str, direction: str) -> None:
    parts = detect_language(with_body(text)).parts
    assert (parts["in_language"], parts["text_direction"]) == (language, direction)
    assert 0 < parts["language_confidence"] <= 1


def test_a_language_that_is_not_certain_is_left_out() -> None:
    made = detect_language(with_body("12345 67890 +++ " * 20))
    assert "in_language" not in made.parts
    assert "inLanguage" not in made.sources


def test_every_reason_has_a_penalty_and_decode_uses_only_these() -> None:
    assert set(PENALTIES) == set(QualityReason)
    assert {charset.CHARSET_REPAIRED, charset.CHARSET_GUESSED, charset.CHARSET_CONFLICT} <= set(QualityReason)


def test_quality_names_what_is_missing_and_what_was_noted() -> None:
    quality = judge_quality(with_body("short", notes=("charset_repaired",))).parts["quality"]
    assert quality.reasons == ["charset_repaired", "no_date", "no_headline", "no_language", "thin_text"]
    assert quality.score == pytest.approx(0.3)


def test_a_complete_article_has_full_marks() -> None:
    full = with_body(SENTENCE * 8)
    full.parts.update(headline="H", date_published="2026-01-02", in_language="en")
    assert judge_quality(full).parts["quality"] == Quality(score=1.0)


def test_many_short_paragraphs_are_noted() -> None:
    assert "short_paragraphs" in judge_quality(with_body(*["A headline of a list"] * 40)).parts["quality"].reasons


def test_the_record_has_identity_hash_and_provenance() -> None:
    (article,) = assemble(with_body("One  two")).articles
    assert article.id == article_id(URL)
    assert (article.url, article.domain, article.dedupe) == (URL, "news.example.com", "unknown")
    assert article.date_downloaded == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert article.word_count == 2
    assert article.provenance.rules_version == RULES_VERSION
    assert article.content_hash == assemble(with_body("One two", url=None)).articles[0].content_hash


def test_without_a_url_the_id_is_made_from_the_bytes() -> None:
    (article,) = assemble(with_body("text", url=None)).articles
    assert article.id == article_id("urn:sha256:" + "0" * 64)
    assert article.url is None
    assert article.domain is None


def test_a_record_without_a_time_has_no_date_of_download() -> None:
    (article,) = assemble(with_body("text", now=datetime(1970, 1, 1, tzinfo=UTC))).articles
    assert article.date_downloaded is None


def test_a_url_that_makes_no_identity_is_a_dead_letter() -> None:
    with pytest.raises(Invalid) as raised:
        assemble(with_body("text", url="https://a b.example/"))
    assert raised.value.reason is DeadLetterReason.MISSING_URL


def test_limits_are_the_drafts_own() -> None:
    drop_too_short(with_body("x" * 10, limits=Limits(min_text_chars=10)))


def test_a_headline_that_only_the_window_title_gives_is_a_guess() -> None:
    title, h1 = FieldSource(source="dom", rule="title"), FieldSource(source="dom", rule="h1")
    assert "headline_guessed" in judge_quality(with_body("short", sources={"headline": title})).parts["quality"].reasons
    assert "headline_guessed" not in judge_quality(with_body("short", sources={"headline": h1})).parts["quality"].reasons


def test_a_page_with_more_headlines_of_others_than_text_is_mostly_links() -> None:
    page = with_body("short")
    links = [RelatedLink(name="A headline of another story", kind="related")]
    assert "mostly_links" in judge_quality(replace(page, parts={**page.parts, "related_links": links})).parts["quality"].reasons
    assert "mostly_links" not in judge_quality(page).parts["quality"].reasons
