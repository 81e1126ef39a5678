"""Metadata: what trafilatura finds, and the limits of believing it."""

from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from schemas.records import Person, Publisher
from tests.unit.stages.pages import URL, draft, page, paragraphs
from workers.pipeline.draft import Draft
from workers.stages import dates, links
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse

HEAD = """
<title>Harbour bridge to stay closed - The Harbour Post</title>
<meta property="og:title" content="Harbour bridge to stay closed"><meta property="og:site_name" content="The Harbour Post">
<meta property="og:image" content="/img/bridge.jpg"><meta name="description" content="Repairs go on.">
<meta name="author" content="Mary Ashdown"><meta name="keywords" content="harbour, bridge،traffic, harbour">
<meta property="article:section" content="Town"><meta property="article:published_time" content="2026-02-27T08:30:00+01:00">
<link rel="canonical" href="/2026/bridge">
"""


def metadata_of(head: str, **changes: object) -> Draft:
    return read_metadata(parse(draft(page(f"<article>{paragraphs()}</article>", head), **changes)))


def test_fields_are_filled_with_a_source_each() -> None:
    made = metadata_of(HEAD)
    assert made.parts == {
        "headline": "Harbour bridge to stay closed",
        "description": "Repairs go on.",
        "date_published": "2026-02-27",
        "date_published_precision": "day",
        "authors": [Person(name="Mary Ashdown")],
        "publisher": Publisher(name="The Harbour Post"),
        "article_section": "Town",
        "keywords": ["harbour", "bridge", "traffic"],
        "main_image": "https://news.example.com/img/bridge.jpg",
        "canonical_url": "https://news.example.com/2026/bridge",
    }
    assert {name: source.rule for name, source in made.sources.items()} == {
        "canonicalUrl": "link.canonical",
        **dict.fromkeys(
            ("headline", "description", "datePublished", "authors", "publisher", "articleSection", "keywords", "mainImage"),
            "trafilatura.metadata",
        ),
    }


def test_the_host_is_not_taken_for_the_publishers_name() -> None:
    assert "publisher" not in metadata_of("<title>Bridge</title>").parts


def test_a_date_after_the_page_was_fetched_is_not_believed() -> None:
    later = '<title>T</title><meta property="article:published_time" content="2026-09-01T08:30:00Z">'
    assert "date_published" not in metadata_of(later).parts
    assert metadata_of(later, now=datetime(2026, 9, 2, tzinfo=UTC)).parts["date_published"] == "2026-09-01"


def test_without_a_known_time_the_clock_has_no_say() -> None:
    assert dates.search_params(dates.EPOCH) == {"original_date": True, "extensive_search": False, "max_date": "2099-12-31"}


@pytest.mark.parametrize(
    ("markup", "url", "believed"),
    [
        ("<p>9th, October 2023 GMT</p>", None, False),
        ('<meta name="date" content="2023-01-01T10:00:00Z">', None, True),
        ('<time datetime="20230101">x</time>', None, True),
        ('<script type="application/ld+json">{"datePublished": "2023-01-01"}</script>', None, True),
        ("<p>x</p>", "https://a.example/2023/01/01/x", True),
        ("<p>2023-01-01</p>", None, False),
    ],
)
def test_a_first_of_january_must_be_written_out(markup: str, url: str | None, *, believed: bool) -> None:
    assert dates.is_credible(document_fromstring(f"<html><body>{markup}</body></html>"), url, "2023-01-01") is believed


def test_any_other_day_is_believed() -> None:
    assert dates.is_credible(document_fromstring("<p>x</p>"), None, "2023-10-09")


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="https://other.example/a">', "https://other.example/a"),
        ('<link rel="Canonical" href="../a?x=1">', "https://news.example.com/a?x=1"),
        ('<base href="https://m.example/x/"><link rel="canonical" href="a">', "https://m.example/x/a"),
        ('<link rel="canonical" href="https://news.example.com/">', None),
        ('<link rel="canonical" href="https://news.example.com">', None),
        ('<link rel="canonical" href="/a"><link rel="canonical" href="/b">', None),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="http://[bad">', None),
        ('<link rel="canonical" href="">', None),
        ("", None),
    ],
)
def test_the_canonical_url_is_absolute_and_never_a_home_page(head: str, canonical: str | None) -> None:
    tree = document_fromstring(f"<html><head>{head}</head><body><p>x</p></body></html>")
    assert links.canonical_url(tree, URL) == canonical


@pytest.mark.parametrize("href", ["mailto:a@b.example", "data:text/html,x", "//", "ftp://a.example/b", "http://" + "a" * 9_000, None, " "])
def test_only_http_links_are_links(href: str | None) -> None:
    assert links.absolute_url(href, None) is None
