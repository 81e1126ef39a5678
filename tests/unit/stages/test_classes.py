"""Each class of what is no article's text, on a page and on plain text: cut, named, and not lost."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.records import Article
from tests.unit.stages.pages import draft, page
from workers.pipeline.draft import Limits
from workers.rules.model import SegmentClass
from workers.stages.order import STAGES

TITLE = "Harbour bridge to stay closed"
PROSE = [
    f"The council said on Monday that the old bridge would stay closed for repairs until May, as report {i} had asked." for i in range(5)
]
OTHER = [f"A second story tells of the ferry and its captain, who has sailed the sea for {i} years and more." for i in range(30, 34)]


def run(**changes: Any) -> tuple[Article, ...]:
    made = draft(limits=Limits(removed_text=True), **changes)
    for _, stage in STAGES:
        made = stage(made)
    return made.articles


def of_text(*lines: str) -> tuple[Article, ...]:
    return run(form="text", text="\n".join(lines))


def of_html(*lines: str) -> tuple[Article, ...]:
    body = "".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)
    return run(html=page(f"<article><h1>{TITLE}</h1>{body}</article>", f"<title>{TITLE}</title>"))


# By class: a line as pages have it after a paragraph (or, where it says so, before the first), in some of the languages.
AFTER: dict[SegmentClass, list[str]] = {
    SegmentClass.READ_ALSO: [
        "READ ALSO: The ferry sails again",
        "إقرأ أيضًا: العبارة تبحر من جديد",
        "Lesen Sie auch: Die Fähre fährt wieder",
    ],
    SegmentClass.TAGS: ["Tags: rivers, bridges", "كلمات مفتاحية: جسر، نهر", "Mots-clés : pont, fleuve"],
    SegmentClass.SOURCE_LINE: ["Source: Reuters", "المصدر: وكالة النهر", "Quelle: dpa"],
    SegmentClass.AGENCY_CREDIT: ["(AFP, Reuters)", "(الأناضول)", "(فرانس برس)"],
    SegmentClass.SHARE_WIDGET: ["Share this article", "شارك الخبر", "Artikel teilen"],
    SegmentClass.FONT_WIDGET: ["حجم الخط"],
    SegmentClass.APP_PROMO: ["Download our app for the latest", "تابع أحدث الأخبار عبر تطبيق"],
    SegmentClass.NEWSLETTER_PROMO: ["Sign up for our newsletter", "اشترك في النشرة البريدية"],
    SegmentClass.SUBSCRIPTION_PROMO: ["Already a subscriber? Log in"],
    SegmentClass.SOCIAL_PROMO: ["Follow us on Facebook and Instagram"],
    SegmentClass.COOKIE_TEXT: ["We use cookies to improve your visit."],
    SegmentClass.ADVERTISEMENT: ["Advertisement", "إعلان", "Anzeige"],
    SegmentClass.COMMENTS: ["Leave a Reply", "التعليقات", "Kommentare"],
    SegmentClass.DISCLAIMER: ["The views expressed in this article are the author's own."],
    SegmentClass.COPYRIGHT: ["© 1997-2024, The Network. All rights reserved.", "جميع الحقوق محفوظة"],
    SegmentClass.CONTRIBUTORS: ["المساهمون"],
    SegmentClass.END_MARKER: ["* * *"],
    SegmentClass.PHOTO_CREDIT: ["Photo: AFP", "Foto: dpa"],
    SegmentClass.AUDIO_WIDGET: ["Your browser does not support the audio element."],
    SegmentClass.LEAKED_CODE: [
        ".widget { color: red; width: 10px } .widget a { color: blue; }",
        'window.dataLayer = window.dataLayer || []; var x = {"a": 1, "b": 2};',
        '{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "x"}',
    ],
}
BEFORE: dict[SegmentClass, list[str]] = {
    SegmentClass.DATE_LINE: ["13 September 2024", "Published: 12 May 2024", "12 سبتمبر 2024"],
    SegmentClass.BYLINE: ["By Jane Roe", "بقلم: ليلى الحداد", "Von Max Muster", "Автор: Анна Иванова", "作者：李明"],
    SegmentClass.REPEATED_HEADLINE: [TITLE],
}
FORMS: dict[str, Callable[..., tuple[Article, ...]]] = {"text": of_text, "html": of_html}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("class_", "line"), [(class_, line) for class_, lines in AFTER.items() for line in lines])
def test_a_line_after_a_paragraph_is_cut_by_its_class(form: str, class_: SegmentClass, line: str) -> None:
    (article,) = FORMS[form](*PROSE[:4], line, PROSE[4])
    assert [text for text in article.paragraphs if text != TITLE] == PROSE
    found = [piece.class_ for piece in article.removed_segments if piece.text and piece.text in line]
    assert found == [class_] or (form == "html" and found == [] and line not in article.article_body)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("class_", "line"), [(class_, line) for class_, lines in BEFORE.items() for line in lines])
def test_a_line_before_the_text_is_cut_by_its_class(form: str, class_: SegmentClass, line: str) -> None:
    lines = (TITLE, line, *PROSE) if form == "text" and class_ is not SegmentClass.REPEATED_HEADLINE else (line, *PROSE)
    (article,) = FORMS[form](*lines)
    assert article.paragraphs == PROSE
    assert article.headline == TITLE


@pytest.mark.parametrize("form", FORMS)
def test_a_list_of_related_stories_and_keywords_and_sources_are_in_their_fields(form: str) -> None:
    items = ["The ferry sails again in spring", "Council wants a second crossing", "Storm over the northern sea"]
    listed = ["<ul>" + "".join(f"<li><a href=/{i}>{item}</a></li>" for i, item in enumerate(items)) + "</ul>"]
    (article,) = FORMS[form](*PROSE, "Source: Reuters", "Tags: rivers, bridges", "Related articles", *(listed if form == "html" else items))
    assert article.paragraphs == PROSE
    assert [(link.name, link.kind) for link in article.related_links] == [(item, "related") for item in items]
    assert {"rivers", "bridges"} <= set(article.keywords)
    assert [source.id for source in article.source_organization] == ["reuters"]


@pytest.mark.parametrize("form", FORMS)
def test_captions_and_summary_points_are_in_their_fields(form: str) -> None:
    points = ["Works began in autumn and are late", "The council wants a second crossing"]
    if form == "text":
        (article,) = of_text(TITLE, "The bridge in winter, seen from the north (Anadolu)", *points, *PROSE)
    else:
        figure = "<figure><img src=/a.jpg><figcaption>The bridge in winter, seen from the north (Anadolu)</figcaption></figure>"
        (article,) = of_html("<ul>" + "".join(f"<li>{point}</li>" for point in points) + "</ul>", PROSE[0], figure, *PROSE[1:])
    assert article.paragraphs == PROSE
    assert article.abstract == points
    assert [(image.caption, image.credit_text) for image in article.images] == [("The bridge in winter, seen from the north", "Anadolu")]


@pytest.mark.parametrize("form", FORMS)
def test_a_second_article_is_its_own_record(form: str) -> None:
    head = "The ferry sails again in spring"
    if form == "text":
        main, other = of_text(*PROSE, "Source: Reuters", "Read also:", head, *OTHER)
    else:
        box = f"<div><h3><a href=/ferry>{head}</a></h3>" + "".join(f"<p>{line}</p>" for line in OTHER) + "</div>"
        main, other = of_html(*PROSE, "<h2>Read also:</h2>", box)
    assert main.paragraphs == PROSE
    assert (other.headline, other.paragraphs) == (head, OTHER)
    assert other.is_part_of == main.id


def test_a_part_of_the_text_that_stands_there_twice_is_cut_and_a_refrain_is_not() -> None:
    """In plain text; on a page the block model may have left out what is there twice."""
    (article,) = of_text(*PROSE, *PROSE[1:3])
    assert article.paragraphs == PROSE
    assert [piece.rule for piece in article.removed_segments][-2:] == ["any.repeated_paragraph"] * 2
    (article,) = of_text(*PROSE, PROSE[1])
    assert article.paragraphs == [*PROSE, PROSE[1]]


def test_a_byline_gives_the_author_where_nothing_else_does() -> None:
    (article,) = of_text(TITLE, "By Jane Roe and John Doe", *PROSE)
    assert [author.name for author in article.authors] == ["Jane Roe", "John Doe"]


@pytest.mark.parametrize(
    "line", ["By the numbers", "Von der Brücke zum Meer", "Por qué se cierra el puente", "كتب قديمة في المكتبة العامة للمدينة اليوم"]
)
def test_a_subhead_that_begins_as_a_byline_does_is_kept(line: str) -> None:
    (article,) = of_html(f"<h2>{line}</h2>", *PROSE)
    assert article.paragraphs == [line, *PROSE]


def test_every_class_is_here_or_has_a_test_of_its_own() -> None:
    elsewhere = {
        SegmentClass.RELATED,  # above, as a list
        SegmentClass.CAPTION,
        SegmentClass.SUMMARY_POINTS,
        SegmentClass.EMBEDDED_ARTICLE,
        SegmentClass.REPEATED_PARAGRAPH,
        SegmentClass.SITE_FURNITURE,  # test_furniture.py
    }
    assert set(SegmentClass) - set(AFTER) - set(BEFORE) - elsewhere == set()
