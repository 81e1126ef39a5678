"""What a page says in several ways: one is taken by precedence, and the others stand beside its rule."""

import json

import pytest

from schemas.records import FieldSource, Person, RemovedSegment
from tests.unit.stages.pages import SENTENCE, draft, page, paragraphs
from workers.metadata.conflicts import languages_differ
from workers.pipeline.draft import Draft, replace
from workers.rules.model import SegmentClass
from workers.stages.language import detect_language
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse
from workers.stages.structured import prepare_structured_data
from workers.stages.text_metadata import read_text

HEAD = """
<title>Harbour bridge closes | The Harbour Post</title>
<meta property="og:title" content="Why the harbour bridge will stay closed for months">
<meta property="og:site_name" content="The Harbour Post">
<meta property="article:published_time" content="2025-03-02T08:00:00Z">
<meta property="article:modified_time" content="2025-03-05T08:00:00Z">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Harbour bridge closes", "datePublished": "2025-03-01T09:00:00Z",
"dateModified": "2025-03-04T09:00:00Z", "author": {"@type": "Person", "name": "Mary Ashdown"}, "publisher": {"@type": "Organization",
"name": "Harbour Media"}}</script>
<meta name="author" content="John Cole">
"""


def read() -> Draft:
    return read_metadata(parse(draft(page("<article><h1>Harbour bridge closes</h1><p>By then it was late.</p></article>", HEAD))))


def test_what_contradicts_a_field_is_recorded_with_its_place() -> None:
    sources = read().sources
    found = {
        name: [(conflict.rule, conflict.value) for conflict in sources[name].conflicts]
        for name in ("headline", "datePublished", "dateModified", "authors", "publisher")
    }
    assert found["headline"] == [("meta.og:title", "Why the harbour bridge will stay closed for months")]
    assert ("meta.article:published_time", "2025-03-02T08:00:00Z") in found["datePublished"]
    assert ("meta.article:modified_time", "2025-03-05T08:00:00Z") in found["dateModified"]
    assert [value for _, value in found["authors"]] == ["John Cole"]
    assert [value for _, value in found["publisher"]] == ["Harbour Media"]


def test_what_says_the_same_in_other_words_is_no_conflict() -> None:
    assert all("Harbour bridge closes" not in conflict.value for conflict in read().sources["headline"].conflicts)


def test_one_moment_in_two_time_zones_is_no_conflict() -> None:
    head = (
        '<meta property="article:published_time" content="2025-03-01T23:59:50Z">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-03-02T01:59:50+02:00"}</script>'
    )
    made = read_metadata(parse(draft(page("<article><h1>Harbour bridge closes</h1><p>By then it was late.</p></article>", head))))
    assert made.parts["date_published"] == "2025-03-02T01:59:50+02:00"
    assert made.sources["datePublished"].conflicts == []
    assert "dates_conflict" not in made.notes


def conflicts_of(field: str, head: str, body: str = "", **changes: object) -> tuple[object, list[tuple[str, str]]]:
    """The source's rule of a field and what is recorded beside it."""
    markup = page(f"<article><h1>Harbour bridge closes</h1>{body}{paragraphs()}</article>", f"<title>Harbour bridge closes</title>{head}")
    made = read_metadata(prepare_structured_data(parse(draft(markup, **changes))))
    source = made.sources[field]
    return source.rule, [(conflict.rule, conflict.value) for conflict in source.conflicts]


def json_ld(**fields: object) -> str:
    node = {"@type": "NewsArticle", "headline": "Harbour bridge closes", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def crumbs(name: str) -> str:
    found = {"@type": "BreadcrumbList", "itemListElement": [{"position": 1, "name": name}]}
    return f'<script type="application/ld+json">{json.dumps(found)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("field", "head", "rule", "conflicts"),
    [
        (
            "description",
            meta("og:description", "Repairs take until May.") + meta("description", "News from the harbour"),
            "meta.og:description",
            [("meta.description", "News from the harbour")],
        ),
        (
            "articleSection",
            meta("article:section", "Town") + json_ld(articleSection="Traffic"),
            "meta.article:section",
            [("jsonld.articleSection", "Traffic")],
        ),
        (
            "keywords",
            json_ld(keywords=["bridge", "harbour"]) + meta("keywords", "sea, today"),
            "jsonld.keywords",
            [("meta.keywords", "sea, today")],
        ),
        (
            "mainImage",
            meta("og:image", "/img/bridge.jpg") + json_ld(image="https://news.example.com/img/mayor.jpg"),
            "meta.og:image",
            [("jsonld.image", "https://news.example.com/img/mayor.jpg")],
        ),
        (
            "videos",
            json_ld(video={"@type": "VideoObject", "contentUrl": "/v/bridge.mp4"}) + meta("og:video", "/v/mayor.mp4"),
            "jsonld.video",
            [("meta.og:video", "https://news.example.com/v/mayor.mp4")],
        ),
        (
            "license",
            json_ld(license="https://a.example/cc-by") + '<link rel="license" href="https://a.example/all-rights">',
            "jsonld.license",
            [("link.license", "https://a.example/all-rights")],
        ),
        (
            "canonicalUrl",
            '<link rel="canonical" href="/2026/bridge">' + meta("og:url", "https://news.example.com/town/bridge-closes"),
            "link.canonical",
            [("meta.og:url", "https://news.example.com/town/bridge-closes")],
        ),
        (
            "isAccessibleForFree",
            json_ld(isAccessibleForFree="False") + meta("article:content_tier", "free"),
            "jsonld.isAccessibleForFree",
            [("meta.article:content_tier", "true")],
        ),
        (
            "breadcrumbs",
            json_ld() + crumbs("Town") + crumbs("Sea"),
            "jsonld.breadcrumb",
            [("jsonld.breadcrumb", "Sea")],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_every_field_with_several_places_records_what_contradicts_it(
    field: str, head: str, rule: str, conflicts: list[tuple[str, str]]
) -> None:
    assert conflicts_of(field, head) == (rule, conflicts)


@pytest.mark.parametrize(
    ("field", "head"),
    [
        (
            "description",
            meta("og:description", "Repairs take until May, it said.") + meta("description", "Repairs take until May…"),
        ),
        ("articleSection", meta("article:section", "Town") + json_ld(articleSection="TOWN")),
        ("keywords", json_ld(keywords=["bridge", "harbour"]) + meta("keywords", "Harbour, council")),
        ("mainImage", meta("og:image", "/img/bridge-1200x675.jpg") + json_ld(image="https://cdn.example/640/bridge.webp?w=640")),
        ("mainImage", meta("og:image", "/img/bridge~1280x720") + json_ld(image="/img/bridge~2400x1350")),
        (
            "publisher",
            meta("og:site_name", "Harbour Post") + json_ld(publisher={"@type": "Organization", "name": "Harbour Post Media Ltd"}),
        ),
        ("authors", json_ld(author={"@type": "Person", "name": "Ann Lee"}) + meta("parsely-author", "ann-lee")),
        ("datePublished", json_ld(datePublished="2024-02-13T00:10:00Z") + meta("date", "2024-02-12T19:10")),
        ("license", json_ld(license="https://a.example/cc-by") + '<link rel="license" href="http://a.example/cc-by/">'),
        (
            "canonicalUrl",
            '<link rel="canonical" href="https://www.news.example.com/2026/bridge/">'
            + meta("og:url", "http://news.example.com/2026/bridge?utm_source=x"),
        ),
        ("isAccessibleForFree", json_ld(isAccessibleForFree=True) + meta("article:content_tier", "free")),
    ],
)
def test_what_is_the_same_after_normalisation_is_no_conflict(field: str, head: str) -> None:
    assert conflicts_of(field, head)[1] == []


def test_a_language_that_the_markup_states_otherwise_is_recorded() -> None:
    body = f"<article><h1>Harbour bridge closes</h1>{paragraphs()}</article>"
    stated = page(body).replace("<html>", '<html lang="fr-FR">')
    made = prepare_structured_data(parse(draft(stated)))
    language = detect_language(replace(made, parts={"paragraphs": [SENTENCE] * 6})).sources["inLanguage"]
    assert [(conflict.rule, conflict.value) for conflict in language.conflicts] == [("html.lang", "fr-FR")]
    same = prepare_structured_data(parse(draft(page(body).replace("<html>", '<html lang="en_GB">'))))
    assert detect_language(replace(same, parts={"paragraphs": [SENTENCE] * 6})).sources["inLanguage"].conflicts == []


def test_a_date_line_of_the_text_that_names_another_day_is_recorded() -> None:
    cut = (RemovedSegment(class_=SegmentClass.DATE_LINE, rule="en.date", text="9 October 2023"),)
    parts = {"paragraphs": [SENTENCE], "date_published": "2023-10-12T08:00:00Z"}
    sources = {"datePublished": FieldSource(source="jsonld", rule="jsonld.datePublished")}
    found = read_text(replace(draft(), parts=parts, sources=sources, cut_lines=cut))
    assert found.parts["date_published"] == "2023-10-12T08:00:00Z"
    assert [(one.rule, one.value) for one in found.sources["datePublished"].conflicts] == [("text.date_line", "2023-10-09")]
    same = (RemovedSegment(class_=SegmentClass.DATE_LINE, rule="en.date", text="12 October 2023, 10:00"),)
    assert read_text(replace(draft(), parts=parts, sources=sources, cut_lines=same)).sources["datePublished"].conflicts == []


def test_a_byline_of_the_text_that_names_somebody_else_is_recorded() -> None:
    parts = {"paragraphs": ["By John Cole", SENTENCE], "authors": [Person(name="Mary Ashdown")]}
    sources = {"authors": FieldSource(source="jsonld", rule="jsonld.author")}
    found = read_text(replace(draft(), parts=parts, sources=sources))
    assert [(one.rule, one.value) for one in found.sources["authors"].conflicts] == [("text.byline", "John Cole")]
    same = replace(draft(), parts={**parts, "paragraphs": ["By MARY ASHDOWN", SENTENCE]}, sources=sources)
    assert read_text(same).sources["authors"].conflicts == []


@pytest.mark.parametrize(
    ("detected", "stated"), [("no", "nb-NO"), ("nb", "no"), ("gu", "guj"), ("ckb", "ku"), ("zh", "zh-Hans-CN"), ("fa", "prs")]
)
def test_codes_of_one_language_do_not_differ(detected: str, stated: str) -> None:
    assert not languages_differ(detected, stated)


def test_codes_of_two_languages_differ() -> None:
    assert languages_differ("es", "en-US")
    assert languages_differ("ar", "fa")
