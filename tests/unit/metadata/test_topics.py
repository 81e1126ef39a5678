"""Sections, breadcrumbs, keywords: what a reader would call them, and no machine's paths."""

import json

import pytest

from tests.unit.stages.pages import draft, page, paragraphs
from workers.pipeline.draft import Draft
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse

TITLE = "Harbour bridge closes"


def read(head: str, title: str = TITLE, body: str = f"<h1>{TITLE}</h1>") -> Draft:
    return read_metadata(parse(draft(page(f"<article>{body}{paragraphs()}</article>", f"<title>{title}</title>{head}"))))


def json_ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def crumbs(*names: str) -> str:
    found = [{"@type": "ListItem", "position": at, "name": name} for at, name in enumerate(names, 1)]
    return f'<script type="application/ld+json">{json.dumps({"@type": "BreadcrumbList", "itemListElement": found})}</script>'


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Home", "Town", TITLE], ["Town"]),
        (["www.other.example", "Town"], ["Town"]),
        (["other-post.co.uk", "Town"], ["Town"]),
        (["Town", "Bridge closed: all you need to know"], ["Town"]),  # the page's other title
        (["Town", "St. John"], ["Town", "St. John"]),
        (["2024", "September"], None),  # the archive
    ],
)
def test_breadcrumbs_are_sections_alone(names: list[str], expected: list[str] | None) -> None:
    social = '<meta property="og:title" content="Bridge closed: all you need to know">'
    assert read(social + crumbs(*names)).parts.get("breadcrumbs") == expected


def test_a_section_is_spelled_as_readers_see_it() -> None:
    found = read(json_ld(articleSection="town-news") + crumbs("Town News", "Harbour"))
    assert found.parts["article_section"] == "Town News"
    assert found.sources["articleSection"].rule == "jsonld.articleSection"
    assert read(json_ld(articleSection="town")).parts["article_section"] == "town"
    assert (
        read('<meta property="article:section" content="Uncategorized">' + json_ld(articleSection="Town")).parts["article_section"]
        == "Town"
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("/town/harbour/, bridge", ["bridge"]),
        ("post/town, post/town/harbour, bridge", ["bridge"]),
        ("article_normal, bridge", ["bridge"]),
        ("TV/Radio, 24/7, bridge", ["TV/Radio", "24/7", "bridge"]),
    ],
)
def test_a_path_is_no_keyword(stated: str, expected: list[str]) -> None:
    assert read(f'<meta name="keywords" content="{stated}">').parts["keywords"] == expected


def test_an_alternative_that_is_the_headline_cut_short_is_none() -> None:
    assert "alternative_headline" not in read(json_ld(headline=TITLE, alternativeHeadline="Harbour bridge ...")).parts
    other = read(json_ld(headline=TITLE, alternativeHeadline="The town is cut in two")).parts
    assert other["alternative_headline"] == "The town is cut in two"


def test_a_publisher_s_url_without_its_scheme_is_still_its_own() -> None:
    found = read(json_ld(publisher={"@type": "Organization", "name": "The Harbour Post", "url": "www.news.example.com"}))
    assert found.parts["publisher"].url == "https://www.news.example.com"


def test_a_host_is_no_publisher_s_name() -> None:
    host = '<meta property="og:site_name" content="www.news.example.com">'
    found = read(host + json_ld(publisher={"@type": "Organization", "name": "The Harbour Post"}))
    assert found.parts["publisher"].name == "The Harbour Post"
