"""What a page says in several ways: one is taken by precedence, and the others stand beside its rule."""

from tests.unit.stages.pages import draft, page
from workers.pipeline.draft import Draft
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse

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
