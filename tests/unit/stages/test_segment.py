"""Segmentation: the article stays, everything else goes to its own field or is named in removedSegments."""

import json

import pytest

from schemas.identity import article_id, base_of, normalise_url
from schemas.records import Article
from tests.unit.stages.pages import SENTENCE, URL, draft, page, paragraphs
from workers.model.blocks import cut as cut_blocks
from workers.pipeline.draft import Draft, Limits, replace
from workers.rules.model import SegmentClass
from workers.stages import STAGES
from workers.stages.blocks import is_date_line, split_code
from workers.stages.parse import parse
from workers.stages.segment import segment
from workers.stages.segment_names import caption_of

PROSE = [f"{SENTENCE}This is paragraph {i} of the report, and others are to follow in the spring." for i in range(4)]
TOLD = [" ".join(text.split()) for text in PROSE]
OTHER = [f"A second story tells of the ferry and its captain, who has sailed for {i} years and more." for i in range(30, 33)]


def run(made: Draft) -> tuple[Article, ...]:
    for _, stage in STAGES:
        made = stage(made)
    return made.articles


def from_text(*lines: str, limits: Limits | None = None) -> tuple[Article, ...]:
    return run(draft(form="text", text="\n".join(lines), limits=limits or Limits()))


def from_html(body: str, head: str = "<title>Harbour bridge to stay closed</title>") -> tuple[Article, ...]:
    return run(draft(page(body, head)))


def cut(article: Article) -> list[tuple[str, str]]:
    return [(piece.class_, piece.rule) for piece in article.removed_segments]


def test_text_without_anything_to_cut_stays_as_it_is() -> None:
    (article,) = from_text(*PROSE)
    assert article.paragraphs == [" ".join(text.split()) for text in PROSE]
    assert article.removed_segments == []


def test_a_read_also_line_becomes_a_related_link() -> None:
    (article,) = from_text(PROSE[0], "READ ALSO: The ferry sails again", *PROSE[1:])
    assert len(article.paragraphs) == 4
    assert [(link.name, link.kind) for link in article.related_links] == [("The ferry sails again", "read_also")]
    assert cut(article) == [("read_also", "en.read_also")]


def test_text_under_a_read_also_head_goes_on_after_one_headline_when_the_article_is_not_over() -> None:
    (article,) = from_text(PROSE[0], "إقرأ أيضاً:", "The ferry sails again in spring", *PROSE[1:])
    assert len(article.paragraphs) == 4
    assert [link.name for link in article.related_links] == ["The ferry sails again in spring"]


def test_after_a_source_line_a_headline_and_its_paragraphs_are_a_second_article() -> None:
    main, other = from_text(*PROSE, "المصدر: وكالة النهر", "إقرأ أيضاً:", "The ferry sails again in spring", *OTHER)
    assert main.paragraphs == [" ".join(text.split()) for text in PROSE]
    assert (other.headline, other.paragraphs) == ("The ferry sails again in spring", OTHER)
    assert (other.is_part_of, main.has_part) == (main.id, [other.id])
    assert [(source.name, source.kind) for source in main.source_organization] == [("النهر", "agency")]


def test_a_subhead_after_a_read_also_head_is_the_articles_though_its_text_stands_in_two_elements() -> None:
    lines = [f"{number} of the houses at the harbour were painted anew this spring, the council said." for number in range(20, 25)]
    text = [f"<p>{line}</p>" for line in lines]
    below = f"<h3>What the council says</h3>{text[3]}{text[4]}"
    body = f"<div>{text[0]}{text[1]}</div><div>{text[2]}<strong>Read also</strong>{below}</div>"
    made = parse(draft(page(f"<article><h1>Harbour bridge to stay closed</h1>{body}</article>")))
    done = segment(replace(made, parts={"paragraphs": [*lines[:3], "Read also", "What the council says", *lines[3:]]}))
    assert done.parts["paragraphs"] == [*lines[:3], "What the council says", *lines[3:]]
    assert done.embedded == ()


def test_a_list_of_related_stories_gives_each_headline_once() -> None:
    (article,) = from_text(
        *PROSE, "Related articles", "  • One story of the river", "  • Another story of it", "  • One story of the river"
    )
    assert [(link.name, link.kind) for link in article.related_links] == [
        ("One story of the river", "related"),
        ("Another story of it", "related"),
    ]
    assert len(article.paragraphs) == 4


def test_the_date_of_a_related_story_is_no_headline() -> None:
    dated = EMBEDDED.replace("</a></li></ul>", "</a></li><li><a href='/b'>December 25, 2020 10:30</a></li></ul>")
    main, *_ = from_html(dated.format(main=paragraphs(), other="".join(f"<p>{text}</p>" for text in OTHER)))
    assert [link.name for link in main.related_links] == ["One story of the river", "Another story of it"]


def test_plain_text_begins_with_headline_date_caption_and_summary_points() -> None:
    (article,) = from_text(
        "Harbour bridge to stay closed until May",
        "13 September 2024",
        "The bridge in winter, seen from the north (Anadolu)",
        "Works began in autumn and are late",
        "The council wants a second crossing",
        *PROSE,
    )
    assert article.headline == "Harbour bridge to stay closed until May"
    assert article.abstract == ["Works began in autumn and are late", "The council wants a second crossing"]
    assert [(image.caption, image.credit_text) for image in article.images] == [("The bridge in winter, seen from the north", "Anadolu")]
    assert len(article.paragraphs) == 4


def test_an_agency_credit_at_the_end_names_its_agencies() -> None:
    (article,) = from_text(*PROSE, "(رويترز، صحيفة النهر)")
    assert [(source.id, source.kind) for source in article.source_organization] == [("reuters", "agency"), (None, "outlet")]
    assert cut(article) == [("agency_credit", "any.agency_credit")]


def test_leaked_code_is_cut_and_the_text_around_it_kept() -> None:
    (article,) = from_text(*PROSE[:3], f".ratio{{ display:block; }} .ratio img{{ width:100%; }} {PROSE[3]}")
    assert article.paragraphs[-1] == " ".join(PROSE[3].split())
    assert cut(article) == [("leaked_code", "any.code")]


def test_code_that_the_article_shows_is_text() -> None:
    shown = ".ratio { display: block; margin: 0; } .ratio img { width: 100%; }"
    (article,) = from_html(f"<article>{paragraphs(3)}<pre><code>{shown}</code></pre>{paragraphs(3)}</article>")
    assert shown in article.paragraphs
    assert "any.code" not in [piece.rule for piece in article.removed_segments]


def test_the_text_cut_is_carried_only_when_asked_for() -> None:
    lines = (*PROSE, "Comments")
    assert from_text(*lines)[0].removed_segments[0].text is None
    assert from_text(*lines, limits=Limits(removed_text=True))[0].removed_segments[0].text == "Comments"


def test_the_headline_repeated_as_first_line_is_cut_and_as_later_subhead_kept() -> None:
    (article,) = from_html(f"<article><h1>Harbour bridge to stay closed</h1>{paragraphs(3)}<h2>What next</h2>{paragraphs(2)}</article>")
    assert "Harbour bridge to stay closed" not in article.paragraphs
    assert "What next" in article.paragraphs


EMBEDDED = (
    "<article><h1>Harbour bridge to stay closed</h1>{main}<h3>Read also</h3>"
    "<div><h2><a href='/ferry?utm_source=x'>The ferry sails again</a></h2>{other}</div><h3>Related articles</h3>"
    "<ul><li><a href='/a'>One story of the river</a></li><li><a href='/b'>Another story of it</a></li></ul></article>"
)


def test_a_second_article_in_an_element_of_its_own_is_its_own_record() -> None:
    other = "".join(f"<p>{text}</p>" for text in OTHER)
    main, embedded = from_html(EMBEDDED.format(main=paragraphs(), other=other))
    assert (embedded.headline, embedded.paragraphs) == ("The ferry sails again", OTHER)
    assert not set(OTHER) & set(main.paragraphs)
    base = base_of(URL, "")
    assert embedded.id == article_id(base, normalise_url("https://news.example.com/ferry"))
    assert [(link.name, link.url) for link in main.related_links] == [
        ("One story of the river", "https://news.example.com/a"),
        ("Another story of it", "https://news.example.com/b"),
    ]
    assert embedded.dedupe == main.dedupe
    assert embedded.word_count > 0


def test_a_second_article_that_the_extractor_has_dropped_is_a_record_too() -> None:
    other = "".join(f"<p>{text}</p>" for text in OTHER)
    dropped = EMBEDDED.replace("<div>", "<div class='next-post'>").format(main=paragraphs(), other=other)
    main, embedded = from_html(dropped)
    assert (embedded.headline, embedded.paragraphs, embedded.is_part_of) == ("The ferry sails again", OTHER, main.id)


def test_a_lead_in_an_element_of_its_own_is_the_first_paragraph() -> None:
    lead = "The bridge over the old harbour, closed since the storm of last winter, will not open before the end of May."
    body = f"<main><h1>Harbour bridge to stay closed</h1><div class='teaser'>{lead}</div><article>{paragraphs()}</article></main>"
    (article,) = from_html(body)
    assert article.paragraphs[0] == lead
    assert article.paragraphs.count(lead) == 1


def test_keywords_that_are_links_are_kept_apart() -> None:
    (article,) = from_html(f"<article>{paragraphs()}<p>Tags: <a href='/t/1'>old harbour</a> <a href='/t/2'>bridges</a></p></article>")
    assert article.keywords == ["old harbour", "bridges"]


def test_captions_and_summary_points_of_the_page_are_in_their_fields() -> None:
    body = (
        "<article><h1>Harbour bridge to stay closed</h1>"
        "<figure><img src='/b.jpg'><figcaption>The bridge in winter (Reuters)</figcaption></figure>"
        f"<ul><li>Works began in autumn</li><li>The council wants a second one</li></ul>{paragraphs()}</article>"
    )
    (article,) = from_html(body)
    assert article.abstract == ["Works began in autumn", "The council wants a second one"]
    assert [(image.url, image.caption, image.credit_text) for image in article.images] == [
        ("https://news.example.com/b.jpg", "The bridge in winter", "Reuters")
    ]
    assert not set(article.abstract) & set(article.paragraphs)


def test_images_of_the_text_and_of_structured_data_are_one_list_with_its_source() -> None:
    stated = [
        {"@type": "ImageObject", "url": "/b-1200x675.jpg", "caption": "The bridge in winter", "creditText": "Anadolu"},
        {"@type": "ImageObject", "url": "/mayor.jpg", "caption": "The mayor in her office"},
    ]
    body = (
        f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "image": stated})}</script>'
        "<article><h1>Harbour bridge to stay closed</h1>"
        f"<figure><img src='/b.jpg'><figcaption>The bridge in winter</figcaption></figure>{paragraphs()}</article>"
    )
    (article,) = from_html(body)
    assert [(image.url, image.caption, image.credit_text) for image in article.images] == [
        ("https://news.example.com/b.jpg", "The bridge in winter", "Anadolu"),
        ("https://news.example.com/mayor.jpg", "The mayor in her office", None),
    ]
    assert article.provenance.fields["images"].rule == "rules"
    assert article.provenance.fields["dateDownloaded"].source == "header"


@pytest.mark.parametrize("line", ["13 سبتمبر 2024", "2 تير 1399 - 12:09:08 ب.ظ", "05.08.2024, 20:59 Uhr", "2025年1月14日 01時28分"])
def test_a_date_alone_is_a_date_line(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize("line", ["In 2024 the bridge was closed", "The 13 ships of 2024 are late again this year", "Chapter 3"])
def test_a_sentence_with_a_year_is_no_date_line(line: str) -> None:
    assert not is_date_line(line)


@pytest.mark.parametrize("text", ["He wrote {sic} in the margin.", "The set {1, 2, 3} has three members.", "f(x) = {x: 1}"[:4]])
def test_braces_in_a_sentence_are_no_code(text: str) -> None:
    assert split_code(text) == [(text, False)]


def test_every_class_that_the_walk_cuts_is_in_the_closed_list() -> None:
    (article,) = from_text(*PROSE, "Comments", "Share", "© 2024")
    assert {class_ for class_, _ in cut(article)} <= set(SegmentClass)


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("The bridge in winter (Reuters)", "The bridge in winter", "Reuters"),
        ("The bridge in winter. Foto: Jan Keller/dpa", "The bridge in winter.", "Jan Keller/dpa"),
        ("The bridge in winterCredit: Jan Keller", "The bridge in winter", "Jan Keller"),
        ("Мост зимойФото: Иван Келлер", "Мост зимой", "Иван Келлер"),
        ("The bridge in winter Credit: Photo: PA", "The bridge in winter", "PA"),
        ("The bridge in winter | Bild: Jan Keller/rbb", "The bridge in winter", "Jan Keller/rbb"),
        ("The bridge in winter. Photo by Jan Keller /AFP via Getty Images", "The bridge in winter.", "Jan Keller /AFP via Getty Images"),
        ("The bridge in winter. © Jan Keller", "The bridge in winter.", "Jan Keller"),
        ("The bridge in winter (Quelle: IMAGO/Press Service/imago)", "The bridge in winter", "IMAGO/Press Service/imago"),
        ("Photo: AP", None, "AP"),
        ("(Image: Anadolu via Getty Images)", None, "Anadolu via Getty Images"),
        ("The mayor on the bridge (Harbour, 6.12.2010)", "The mayor on the bridge (Harbour, 6.12.2010)", None),
        ("A photo by the bridge shows it", "A photo by the bridge shows it", None),
        ("The telephotos: a history", "The telephotos: a history", None),
    ],
)
def test_a_caption_ends_with_its_credit(text: str, caption: str | None, credit: str | None) -> None:
    image = caption_of(text)
    assert (image.caption, image.credit_text) == (caption, credit)


def test_a_style_sheet_or_a_button_inside_a_caption_is_no_part_of_it() -> None:
    body = (
        "<article><h1>Harbour bridge to stay closed</h1><figure><img src='/b.jpg'>"
        "<figcaption>The bridge in winter<style>.a{color:red}</style><button>Show <b>more</b></button></figcaption></figure>"
        f"{paragraphs()}</article>"
    )
    assert [image.caption for image in from_html(body)[0].images] == ["The bridge in winter"]


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Roe | Published 3 May 2025",
        "By Jane Roe and John Q. Doe · May 3, 2025, 10:30 a.m.",
        "Par Jeanne Martin — publié le 6 octobre 2025 à 6 h",
        "Von Jana Keller | Veröffentlicht am 05.08.2024 um 20 Uhr",
        "Por Juana Pérez - Publicado el 3 de mayo de 2025",
        "كتب: سامر النجار | الأحد 3 مايو 2025 10:30 ص",
        "מאת: דנה לוי | פורסם ב-3 במאי 2025",
    ],
)
def test_a_byline_with_its_date_is_no_paragraph(line: str) -> None:
    (article,) = from_text("Harbour bridge to stay closed until May", line, *PROSE)
    assert len(article.paragraphs) == len(PROSE)
    assert "byline" in [class_ for class_, _ in cut(article)]
    assert article.authors[0].name in line
    assert not any(char.isdigit() for person in article.authors for char in person.name)


@pytest.mark.parametrize(
    "line",
    [
        "Par amour du jeu — un récit de 1998",
        "By Accident: how a town lost its river in 1998",
        "By 2030",
        "Von A bis Z: das Jahr 2024 im Überblick",
    ],
)
def test_a_subhead_that_begins_as_a_byline_is_text(line: str) -> None:
    (article,) = from_text("Harbour bridge to stay closed until May", line, *PROSE)
    assert "byline" not in [class_ for class_, _ in cut(article)]


def test_the_address_of_the_page_is_no_paragraph() -> None:
    lines = (f"<p>{URL}</p>", f"<p>Link: {URL}?utm_source=copy</p>")
    for line in lines:
        (article,) = from_html(f"<article>{line}{paragraphs()}{line}</article>")
        assert len(article.paragraphs) == 6
        assert set(cut(article)) <= {("share_widget", "any.own_address")}


def test_an_address_before_the_text_is_cut_and_one_that_the_text_gives_is_kept() -> None:
    other = "https://archive.example.org/works/17"
    (article,) = from_text(other, "Harbour bridge to stay closed", *PROSE[:2], "The plans are here:", other, *PROSE[2:])
    assert cut(article)[0] == ("share_widget", "any.address_before_text")
    assert article.headline == "Harbour bridge to stay closed"
    assert article.paragraphs[2:4] == ["The plans are here:", other]


NOTE = "Jane Roe is a columnist and the author of two books on bridges."


@pytest.mark.parametrize(
    "note",
    [
        NOTE,
        NOTE.replace("Jane Roe", "Jane Roe and John Doe").replace("is a columnist and the author", "are the authors"),
        "*Dr Jane Roe is professor of history in Oslo.",
        "The writer is a professor of history in Oslo.",
        "Jane Roe est professeure d'histoire à Oslo.",
        "L'auteur est professeur d'histoire à Oslo.",
        "Jane Roe ist Professorin für Geschichte in Oslo.",
        "كاتب وباحث في الشؤون البحرية",
        "الكاتبة أستاذة التاريخ في جامعة أوسلو.",
        "הכותבת היא פרופסור להיסטוריה באוסלו.",
    ],
)
def test_a_note_on_the_author_after_the_text_is_no_paragraph(note: str) -> None:
    head = '<title>Harbour bridge</title><meta name="author" content="Jane Roe"><meta name="author" content="John Doe">'
    before = NOTE.replace("two", "three")
    (article,) = from_html(f"<article><p>{before}</p>{paragraphs()}<p>{note}</p></article>", head)
    assert article.paragraphs[0] == before, "before the text it may be anything"
    assert len(article.paragraphs) == 7
    assert [class_ for class_, _ in cut(article)] == ["contributors"]


@pytest.mark.parametrize("line", ["Jane Roe said that she would write no more.", "John Smith is a fisherman, and he will wait until May."])
def test_a_last_paragraph_on_somebody_is_text(line: str) -> None:
    head = '<title>Harbour bridge</title><meta name="author" content="Jane Roe">'
    (article,) = from_html(f"<article>{paragraphs()}<p>{line}</p></article>", head)
    assert article.paragraphs[-1] == line


@pytest.mark.parametrize(
    "picture",
    [
        "<div><img src='/b.jpg' alt=' The bridge in winter'><br><span>The bridge in winter</span></div>",
        "<p><img src='/b.jpg' title='The bridge in winter'></p><p>The bridge in winter</p>",
    ],
)
def test_a_line_that_an_image_beside_it_has_for_its_text_is_its_caption(picture: str) -> None:
    (article,) = from_html(f"<article>{paragraphs(3)}{picture}{paragraphs(3)}</article>")
    assert "The bridge in winter" not in article.paragraphs
    assert ("https://news.example.com/b.jpg", "The bridge in winter") in [(image.url, image.caption) for image in article.images]
    assert ("caption", "any.image_alt") in cut(article)


def test_a_subhead_stays_though_an_image_below_it_has_the_same_text() -> None:
    picture = "<h2>The bridge in winter</h2><p><img src='/b.jpg' alt='The bridge in winter'></p>"
    (article,) = from_html(f"<article>{paragraphs(3)}{picture}{paragraphs(3)}</article>")
    assert "The bridge in winter" in article.paragraphs


LEAD = "<p>Our timetables promise a world without friction, and perhaps we should be glad when they fail to deliver it.</p>"
SIGNED = '<title>Harbour bridge</title><meta name="author" content="Jane Roe">'


@pytest.mark.parametrize(
    "line",
    ["Jane Roe", "Von Jane Roe", "di Jane Roe", "By Jane Roe · 6 November 2025", "Jane Roe, 11 de abril de 2025", "Jane Roe, Staff Writer"],
)
def test_a_line_with_the_authors_name_alone_is_a_byline_before_and_after_the_text(line: str) -> None:
    (article,) = from_html(f"<article>{LEAD}<p>{line}</p>{paragraphs()}</article>", SIGNED)
    assert len(article.paragraphs) == 7
    assert "byline" in [class_ for class_, _ in cut(article)]
    (article,) = from_text(*PROSE[:2], "Jane Roe and her sister")
    assert article.paragraphs[-1] == "Jane Roe and her sister"


def test_an_authors_name_that_a_speaker_bears_is_text() -> None:
    (article,) = from_html(f"<article>{paragraphs()}<p>Jane Roe: what comes next?</p>{paragraphs(2)}</article>", SIGNED)
    assert "Jane Roe: what comes next?" in article.paragraphs


def test_the_title_without_the_sites_name_and_that_name_are_no_paragraphs() -> None:
    head = "<title>The Harbour Register - Old bridge to stay closed until May</title>"
    lines = "<p>The Harbour Register</p><p>Old bridge to stay closed until May</p><p>Wednesday, 17 September 2025</p>"
    (article,) = from_html(f"<article>{lines}{paragraphs()}</article>", head)
    assert len(article.paragraphs) == 6


@pytest.mark.parametrize("name", ["caption", "wp-caption-text", "legende", "bildunterschrift", "pie-de-foto", "img-cap", "photoCap"])
def test_a_line_that_is_named_a_caption_beside_an_image_is_one(name: str) -> None:
    picture = f"<img src='/b.jpg'><p class='{name}'>The bridge in winter has stood here for a hundred years.</p>"
    (article,) = from_html(f"<article>{paragraphs(3)}{picture}{paragraphs(3)}</article>")
    assert "The bridge in winter has stood here for a hundred years." not in article.paragraphs
    assert "The bridge in winter has stood here for a hundred years." in [image.caption for image in article.images]


def test_the_whole_text_once_more_as_one_paragraph_is_cut() -> None:
    told = [f"{number} of the houses at the harbour were painted anew this spring, the council said." for number in range(20, 30)]
    (article,) = from_text(*told, "".join(told))
    assert article.paragraphs == told
    assert cut(article) == [("repeated_paragraph", "any.whole_text_again")]
    (article,) = from_text(*told[:5], "".join(told[5:]))
    assert len(article.paragraphs) == 6


def test_a_paragraph_that_says_what_the_one_before_it_said_is_cut() -> None:
    (article,) = from_text(TOLD[0], TOLD[0], *TOLD[1:])
    assert article.paragraphs == TOLD
    (article,) = from_text(*TOLD, TOLD[0])
    assert article.paragraphs == [*TOLD, TOLD[0]]


def test_a_caption_is_named_by_the_element_in_the_images_own() -> None:
    caption = "The bridge in winter has stood here for a hundred years."
    picture = f"<div class='img-cont'><img src='/b.jpg' alt='Harbour bridge to stay closed'><span class='img-cap'>{caption}</span></div>"
    assert left_of([caption], picture) == TOLD
    other = f"<div><img src='/b.jpg'><span class='img-cap'>Winter</span> {caption}</div>"
    assert left_of([f"Winter {caption}"], other) == [*TOLD, f"Winter {caption}"]


FIGURE = "<figure><img src='/{0}.jpg'><figcaption>{1}</figcaption></figure>"
LONG_CAPTION = "The bridge in winter has stood here for a hundred years."


def left_of(lines: list[str], figures: str) -> list[str]:
    """What stays of a body of PROSE and these lines, on a page that has these figures after its text."""
    text = "".join(f"<p>{line}</p>" for line in TOLD)
    made = parse(draft(page(f"<article>{text}{figures}</article>")))
    blocks = cut_blocks(made.tree, made.joiners)
    return list(segment(replace(made, blocks=blocks, parts={"paragraphs": [*TOLD, *lines]})).parts["paragraphs"])


def test_each_line_of_a_figures_caption_is_none_of_the_text() -> None:
    figure = FIGURE.format("b", f"<p>{LONG_CAPTION}</p><p>Harbour Museum</p>")
    assert left_of([LONG_CAPTION, "Harbour Museum"], figure) == TOLD


def test_a_quotation_in_a_figure_keeps_the_names_below_it() -> None:
    figure = "<figure><blockquote>We will build it again.</blockquote><figcaption><p>Jane Roe</p><p>Mayor</p></figcaption></figure>"
    lines = ["We will build it again.", "Jane Roe", "Mayor"]
    assert left_of(lines, figure) == [*TOLD, *lines]


def test_of_a_slideshow_whose_captions_are_most_of_the_text_those_past_the_images_stay() -> None:
    lines = [f"{line} In picture {number} it is seen." for number, line in enumerate(TOLD * 8)]
    assert left_of(lines, "".join(map(FIGURE.format, range(32), lines))) == [*TOLD, *lines[20:]]


def test_captions_are_cut_as_often_as_they_stand_there_and_however_many() -> None:
    captions = [f"Picture {number % 15}" for number in range(30)]
    figures = "".join(FIGURE.format(number, caption) for number, caption in enumerate(captions))
    assert left_of(captions, figures) == TOLD


@pytest.mark.parametrize("line", ["Reuters - Science desk", "jr, AFP", "AP, Jane Roe", "عمان - رويترز"])
def test_an_agency_among_the_names_of_the_last_line_is_the_source(line: str) -> None:
    (article,) = from_text(*PROSE, line)
    assert article.paragraphs == TOLD
    assert cut(article) == [("agency_credit", "any.agency_at_end")]
    assert [source.kind for source in article.source_organization] == ["agency"]


@pytest.mark.parametrize(
    "line", ["What Reuters had said - and what it had not", "Reuters, the agency, was told of it on Monday.", "A desk, a chair"]
)
def test_a_last_line_that_is_no_list_of_names_with_an_agency_stays(line: str) -> None:
    (article,) = from_text(*PROSE, line)
    assert article.paragraphs == [*TOLD, line]


@pytest.mark.parametrize(
    "line", ["Reuters could not verify it.", "AFP has asked both for a comment.", "Copyright law was changed in spring"]
)
def test_a_line_that_begins_with_an_agencys_name_or_tells_of_copyright_is_text(line: str) -> None:
    (article,) = from_text(*PROSE[:2], line, *PROSE[2:])
    assert line in article.paragraphs


@pytest.mark.parametrize(
    "line", ["© dpa-infocom, dpa:240516-99/3", "© صحيفة الميناء", "(c) 2026 Harbour News", "Copyright © 2026 | Harbour News"]
)
def test_a_line_that_begins_with_the_copyright_sign_is_no_text(line: str) -> None:
    (article,) = from_text(*PROSE, line)
    assert article.paragraphs == TOLD
    assert cut(article) == [("copyright", "any.copyright_sign")]


def test_a_number_alone_after_the_last_sentence_is_no_paragraph() -> None:
    (article,) = from_text(*PROSE, "17302")
    assert cut(article) == [("end_marker", "any.number_after_text")]
    (article,) = from_text(*PROSE, "The final count", "17302")
    assert article.paragraphs[-1] == "17302"
