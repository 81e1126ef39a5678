"""Metadata: where each field comes from, and what is not believed."""

from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from schemas.records import Person, Publisher
from tests.unit.stages.pages import URL, draft, page, paragraphs
from workers.metadata.canonical import find_canonicals
from workers.pipeline.draft import Draft
from workers.stages import links
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse
from workers.structured.page import Page

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
        "date_published": "2026-02-27T08:30:00+01:00",
        "date_published_precision": "second",
        "date_published_raw": "2026-02-27T08:30:00+01:00",
        "authors": [Person(name="Mary Ashdown")],
        "publisher": Publisher(name="The Harbour Post"),
        "article_section": "Town",
        "keywords": ["harbour", "bridge", "traffic"],
        "main_image": "https://news.example.com/img/bridge.jpg",
        "canonical_url": "https://news.example.com/2026/bridge",
    }
    assert {name: f"{source.source} {source.rule}" for name, source in made.sources.items()} == {
        "canonicalUrl": "meta link.canonical",
        "headline": "meta meta.og:title",
        "description": "meta meta.description",
        "datePublished": "meta meta.article:published_time",
        "authors": "meta meta.author",
        "publisher": "meta meta.og:site_name",
        "articleSection": "meta meta.article:section",
        "keywords": "meta meta.keywords",
        "mainImage": "meta meta.og:image",
    }


def test_the_host_is_not_taken_for_the_publishers_name() -> None:
    assert "publisher" not in metadata_of("<title>Bridge</title>").parts


def test_a_date_after_the_page_was_fetched_is_not_believed() -> None:
    later = '<title>T</title><meta property="article:published_time" content="2026-09-01T08:30:00Z">'
    assert "date_published" not in metadata_of(later).parts
    assert metadata_of(later, now=datetime(2026, 9, 2, tzinfo=UTC)).parts["date_published"] == "2026-09-01T08:30:00Z"


@pytest.mark.parametrize(
    ("head", "body", "url", "published"),
    [
        ('<meta name="date" content="2023-01-01">', "", "https://a.example/x", None),
        ('<meta name="date" content="2023-01-01T00:00:00Z">', "", "https://a.example/x", None),
        ('<meta name="date" content="2023-01-01T10:00:00Z">', "", "https://a.example/x", "2023-01-01T10:00:00Z"),
        ('<meta name="date" content="2023-01-01">', "", "https://a.example/2023/01/01/x", "2023-01-01"),
        ('<meta name="date" content="2023-01-01">', '<p class="date">1 January 2023</p>', "https://a.example/x", "2023-01-01"),
        ("", '<p class="date">1 January 2023</p>', "https://a.example/x", "2023-01-01"),
        ("", '<p class="date">9th, October 2023 GMT</p>', "https://a.example/x", "2023-10-09"),
        ("", "<figcaption>9 October 2023</figcaption>", "https://a.example/x", None),
        ("", '<aside><p class="date">9 October 2023</p></aside>', "https://a.example/x", None),
        ("", '<footer><p class="date">9 October 2023</p></footer>', "https://a.example/x", None),
        ("", '<span class="posted-on">Yesterday</span>', "https://a.example/x", "2026-02-28"),
        ("", '<span class="meta">Posted yesterday</span>', "https://a.example/x", "2026-02-28"),
        ("", '<span class="meta">USA TODAY</span>', "https://a.example/x", None),
        ("", '<span class="date">أمس</span>', "https://a.example/x", "2026-02-28"),
        ("", '<span class="date">قبل 3 ساعات</span>', "https://a.example/x", "2026-03-01T09:00Z"),
        ("", '<span class="post-time">an hour ago</span>', "https://a.example/x", "2026-03-01T11:00Z"),
        ("", "<p>Yesterday</p>", "https://a.example/x", None),
        ("", '<p class="meta">Yesterday the council has met again</p>', "https://a.example/x", None),
        ("", f"<p>It began on 9 October 2023. {'The council met again and said more. ' * 5}</p>", "https://a.example/x", None),
    ],
)
def test_dates_come_from_where_publishers_put_them(head: str, body: str, url: str, published: str | None) -> None:
    markup = page(f"<article><h1>Harbour bridge to stay closed</h1>{body}{paragraphs()}</article>", head)
    assert read_metadata(parse(draft(markup, url=url))).parts.get("date_published") == published


@pytest.mark.parametrize(
    ("head", "expected"),
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
def test_the_canonical_url_is_absolute_and_never_a_home_page(head: str, expected: str | None) -> None:
    tree = document_fromstring(f"<html><head>{head}</head><body><p>x</p></body></html>")
    found = next(find_canonicals(Page.of(tree, URL, "")), None)
    assert (found.value if found else None) == expected


@pytest.mark.parametrize("href", ["mailto:a@b.example", "data:text/html,x", "//", "ftp://a.example/b", "http://" + "a" * 9_000, None, " "])
def test_only_http_links_are_links(href: str | None) -> None:
    assert links.absolute_url(href, None) is None
