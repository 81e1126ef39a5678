"""The headline: which of a page's titles it is, and what is taken off."""

import pytest
from lxml.html import document_fromstring

from workers.metadata.headline import Headlines, find_headline
from workers.metadata.site_names import SiteNames
from workers.structured.page import Page

SITE = '<meta property="og:site_name" content="The Harbour Post">'


def found(head: str, body: str = "", learned: tuple[str, ...] = ()) -> Headlines:
    markup = f"<html><head>{head}</head><body>{body}<p>x</p></body></html>"
    page = Page.of(document_fromstring(markup), "https://www.harbourpost.example/a", markup)
    return find_headline(page, SiteNames.of(page, learned))


def headline(head: str, body: str = "", learned: tuple[str, ...] = ()) -> str | None:
    one = found(head, body, learned).headline
    return one.value if one else None


@pytest.mark.parametrize(
    "title",
    [
        "Bridge to stay closed - The Harbour Post",
        "Bridge to stay closed | The Harbour Post",
        "Bridge to stay closed – The Harbour Post",
        "The Harbour Post: Bridge to stay closed".replace(": ", " : "),
        "Bridge to stay closed | News | The Harbour Post".replace(" | News", ""),
        "Bridge to stay closed - harbourpost.example",
        "Bridge to stay closed :: Harbour Post",
    ],
)
def test_the_sites_name_is_taken_off(title: str) -> None:
    assert headline(f"{SITE}<title>{title}</title>") == "Bridge to stay closed"


def test_a_name_that_only_earlier_pages_have_taught_is_taken_off() -> None:
    title = "<title>جسر الميناء يبقى مغلقا - جريدة المرفأ</title>"
    assert headline(title) == "جسر الميناء يبقى مغلقا - جريدة المرفأ"
    assert headline(title, learned=("جريدة المرفأ",)) == "جسر الميناء يبقى مغلقا"


def test_a_dash_inside_a_headline_stays() -> None:
    assert headline(f"{SITE}<title>Harbour bridge - what now?</title>") == "Harbour bridge - what now?"


def test_the_h1_goes_before_a_title_for_search_engines_which_is_the_alternative() -> None:
    both = found(
        f"{SITE}<title>Bridge closed 2024: all you need to know</title>"
        '<meta property="og:title" content="Bridge closed: all you need to know">',
        "<h1>Bridge to stay closed until spring</h1>",
    )
    assert both.headline is not None
    assert both.alternative is not None
    assert (both.headline.value, both.headline.source.rule) == ("Bridge to stay closed until spring", "h1")
    assert both.alternative.value == "Bridge closed: all you need to know"


def test_an_h1_that_is_a_logo_or_a_form_is_not_the_headline() -> None:
    body = "<header><h1>The Harbour Post</h1></header><form><h1>Log in</h1></form><h1>Bridge to stay closed</h1>"
    assert headline(f"{SITE}<title>Bridge to stay closed - The Harbour Post</title>", body) == "Bridge to stay closed"


def test_a_kicker_inside_the_h1_that_no_title_has_is_left_out() -> None:
    body = "<h1><span>Traffic:</span> Bridge to stay closed</h1>"
    assert headline('<meta property="og:title" content="Bridge to stay closed">', body) == "Bridge to stay closed"


def test_what_stands_beside_the_headline_in_the_title_is_told_to_the_store() -> None:
    assert found("<title>Bridge to stay closed | Harbour Post</title>", "<h1>Bridge to stay closed</h1>").site_names == ("Harbour Post",)


def test_entities_and_tags_of_machine_readable_titles_are_resolved() -> None:
    assert (
        headline('<meta property="og:title" content="Bridge &amp;quot;closed&amp;quot; &lt;b&gt;again&lt;/b&gt;">')
        == 'Bridge "closed" again'
    )


SEO = "Harbour bridge: all about the closure and detours"
SHOWN = "Bridge to stay closed until spring"
SOCIAL = f'<title>{SEO} | Post</title><meta property="og:site_name" content="Post"><meta property="og:title" content="{SHOWN}">'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<nav class=breadcrumb><a href=/t>Town</a><h1>{SEO}</h1></nav><h2>{SHOWN}</h2>", SHOWN),
        (f"<ol><li><h1>{SEO}</h1></li></ol><header><h2><span>Traffic</span> <span>{SHOWN}</span></h2></header>", SHOWN),
        (f"<h1>{SEO}</h1>", SEO),  # og:title is not shown
        (f"<h1>{SEO}</h1><h2><a href=/other>{SHOWN}</a></h2>", SEO),  # a link to a story
        (f"<h1>{SEO}</h1><aside><h2>{SHOWN}</h2></aside>", SEO),
        (f"<h1>{SHOWN}</h1><h2>{SHOWN}</h2>", SHOWN),
    ],
)
def test_the_heading_that_readers_see_goes_before_an_h1_written_for_search_engines(body: str, expected: str) -> None:
    assert headline(SOCIAL, body) == expected


def test_an_h1_that_a_shown_heading_replaces_is_the_alternative() -> None:
    both = found(SOCIAL, f"<nav><h1>{SEO}</h1></nav><h2>{SHOWN}</h2>")
    assert both.headline is not None
    assert both.alternative is not None
    assert (both.headline.source.rule, both.alternative.value) == ("h2", SEO)
