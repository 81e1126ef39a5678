"""Authors: names as bylines write them, and what is not one."""

import pytest
from lxml.html import document_fromstring

from workers.metadata.authors import choose_authors, find_authors
from workers.metadata.names import names_of
from workers.metadata.site_names import SiteNames
from workers.structured.page import Page

SITE = SiteNames(["The Harbour Post", "جريدة المرفأ"], "harbourpost.example")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Mary Ashdown", ["Mary Ashdown"]),
        ("Mary Ashdown and John Cole", ["Mary Ashdown", "John Cole"]),
        ("Von Jörg Müller und Anna Groß, dpa", ["Jörg Müller", "Anna Groß", "dpa"]),
        ("par Jean Martin et Claire Petit", ["Jean Martin", "Claire Petit"]),
        ("Por Ana López y Juan Pérez", ["Ana López", "Juan Pérez"]),
        ("Trine Holm og Ole Dahl", ["Trine Holm", "Ole Dahl"]),
        ("كتب: محمد علي", ["محمد علي"]),
        ("كتبت - سارة حسن", ["سارة حسن"]),
        ("بقلم / أحمد سعيد", ["أحمد سعيد"]),
        ("حوار: ليلى منصور", ["ليلى منصور"]),
        ("محمد علي - القاهرة", ["محمد علي"]),
        ("نویسنده: علی رضایی", ["علی رضایی"]),
        ("記者 陳大文", ["陳大文"]),
        ("Mary Ashdown (mas)", ["Mary Ashdown"]),
        ("Mary Ashdown, Political Editor", ["Mary Ashdown"]),
        ("Mary Ashdown / Journalist", ["Mary Ashdown"]),
        ("Mary Ashdown mary@harbourpost.example", ["Mary Ashdown"]),
        ("Mary Ashdown @mashdown", ["Mary Ashdown"]),
        ("Mary Ashdown, Nairobi", ["Mary Ashdown"]),
        ("Mary Ashdown | The Harbour Post", ["Mary Ashdown"]),
        ("The Harbour Post", []),
        ("harbourpost.example", []),
        ("جريدة المرفأ", []),
        ("https://www.facebook.com/harbourpost", []),
        ("desk@harbourpost.example", []),
        ("admin", []),
        ("mary.ashdown.17", []),
        ("12 May 2024", []),
        ("Where were you? He asked nobody at all.", []),
        ("", []),
    ],
)
def test_names_are_split_and_cleaned_and_none_is_invented(text: str, names: list[str]) -> None:
    assert names_of(text, SITE) == names


def test_surname_first_fields_are_turned() -> None:
    assert names_of("Brazil, Rachel", SITE, inverted=True) == ["Rachel Brazil"]


def authors_of(head: str, body: str) -> list[str]:
    name = '<meta property="og:site_name" content="The Harbour Post">'
    markup = f"<html><head>{name}{head}</head><body><h1>Bridge to stay closed</h1>{body}</body></html>"
    page = Page.of(document_fromstring(markup), "https://harbourpost.example/a", markup)
    chosen = choose_authors(find_authors(page, SiteNames.of(page)))
    return [person.name for person in chosen.value] if chosen else []


def json_ld(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Bridge", "author": {author}}}</script>'


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        (json_ld('{"@type": "Person", "name": "Mary Ashdown"}'), '<p class="byline">By John Cole</p>', ["Mary Ashdown"]),
        (json_ld('["Mary Ashdown", "John Cole"]'), "", ["Mary Ashdown", "John Cole"]),
        (json_ld('{"@type": "Person", "name": "The Harbour Post"}'), '<p class="byline">By John Cole</p>', ["John Cole"]),
        (json_ld('{"@type": "Person", "name": "The Harbour Post"}'), "", []),
        ('<meta name="author" content="The Harbour Post">', "", []),
        ("", '<p class="byline">By <a href="/staff/john-cole">John Cole</a></p>', ["John Cole"]),
        ("", '<p>By <a href="/staff/john-cole">John Cole</a></p>', ["John Cole"]),
        ("", "<p>كتب: محمد علي</p>", ["محمد علي"]),
        ("", '<div class="comments"><p class="author">Angry Reader</p></div>', []),
        ("", '<aside><p class="author">John Cole</p></aside>', []),
        ("", "<figure><figcaption>By John Cole</figcaption></figure>", []),
        ("", '<p class="author">About the Author</p>', []),
        ("", '<div><span class="author-label">Autor:</span> Fritz Keller<br>12.3.2024</div>', ["Fritz Keller"]),
        ("", "<h5>Autor: </h5>Peter Keller/SP", ["Peter Keller"]),
        (
            "",
            '<div class="autor"><a href="/themen">Zur Artikelübersicht</a></div><p>VON <a href="/autoren/k">JAN KELLER</a></p>',
            ["JAN KELLER"],
        ),
        ("", '<div class="author"><button>x</button> Move Comment</div>', []),
        ("", '<span class="autor">© Jan Keller</span>', []),
        ("", '<div class="author">Debatte Von Jan Keller</div>', ["Jan Keller"]),
        ("", "<div>Ein Artikel von <strong>Anna Keller</strong> | 27.01.2022</div>", ["Anna Keller"]),
        ("", '<div class="name">AFP, MANILA</div>', ["AFP"]),  # whose story it is, as Asian papers write it
        ("", "<p>AFP, Reuters and others say so.</p>", []),
        (json_ld('{"@type": "Person", "name": "News Staff"}'), "", ["News Staff"]),
        (json_ld('{"@type": "Person", "name": "Guest Author"}'), "", []),
        (json_ld('{"@type": "Person", "name": "Staff"}'), "", []),
        ("", "<p>By next spring the bridge will be open, they say.</p>", []),
    ],
)
def test_authors_come_from_where_publishers_put_them(head: str, body: str, names: list[str]) -> None:
    assert authors_of(head, body) == names


def test_a_newsroom_that_json_ld_states_as_the_author_is_a_desk() -> None:
    assert authors_of(json_ld('{"@type": "NewsMediaOrganization", "name": "Harbour Desk"}'), "") == ["Harbour Desk"]
