"""Structured data as sites write it: JSON-LD in all its states, microdata, RDFa."""

from typing import Any

import pytest
from lxml.html import document_fromstring

from workers.structured.items import items_of
from workers.structured.jsonld import nodes_of, read_json, text_at, types_of
from workers.structured.page import Page

ARTICLE = '{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Bridge closed"}'


def page_of(head: str, body: str = "<p>x</p>", url: str | None = "https://a.example/bridge") -> Page:
    markup = f"<html><head>{head}</head><body>{body}</body></html>"
    return Page.of(document_fromstring(markup), url, markup)


def json_ld(*texts: str) -> str:
    return "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE,
        f"<!-- {ARTICLE} -->",
        f"//<![CDATA[\n{ARTICLE}\n//]]>",
        f"{ARTICLE};",
        ARTICLE.replace('closed"}', 'closed",}'),
        ARTICLE.replace('", "headline"', '" "headline"'),
        ARTICLE.replace('"headline"', '// the title\n"headline"'),
        ARTICLE.replace('"Bridge closed"', "'Bridge closed'"),
        ARTICLE.replace('"', "&quot;"),
        ARTICLE.removesuffix("}"),
    ],
)
def test_broken_json_ld_is_read(text: str) -> None:
    value = read_json(text)
    node = value[0] if isinstance(value, list) else value
    assert text_at(node, "headline") == "Bridge closed"


@pytest.mark.parametrize("text", ["", "   ", "not json at all <p>", "[" * 300, '"' * 50, "{" * 5_000, '{"a": ' * 3_000])
def test_noise_is_no_error(text: str) -> None:
    nodes_of([read_json(text)])


@pytest.mark.parametrize(
    "texts",
    [
        (ARTICLE,),
        (f"[{ARTICLE}]",),
        (f'{{"@graph": [{{"@type": "WebSite", "name": "S"}}, {ARTICLE}]}}',),
        (f'{{"@type": "WebPage", "mainEntity": {ARTICLE}}}',),
        ('{"@type": "Organization", "name": "S"}', ARTICLE),
        (f'{{"@type": "ItemList", "itemListElement": [{ARTICLE.replace("Bridge closed", "Another story")}]}}', ARTICLE),
        ('{"@type": ["Thing", "http://schema.org/NewsArticle"], "headline": "Bridge closed"}',),
    ],
)
def test_the_article_is_found_in_every_shape(texts: tuple[str, ...]) -> None:
    article = page_of(json_ld(*texts)).article
    assert article is not None
    assert text_at(article, "headline") == "Bridge closed"


def test_of_several_articles_the_one_with_the_pages_url_is_its_own() -> None:
    other = ARTICLE.replace("Bridge closed", "Other").replace("}", ', "url": "https://a.example/other"}')
    own = ARTICLE.replace("}", ', "url": "https://a.example/bridge"}')
    article = page_of(json_ld(other, own)).article
    assert article is not None
    assert text_at(article, "headline") == "Bridge closed"


def test_references_by_id_are_followed() -> None:
    graph = '{"@graph": [{"@type": "NewsArticle", "author": {"@id": "#a"}}, {"@type": "Person", "@id": "#a", "name": "Mary Ashdown"}]}'
    article = page_of(json_ld(graph)).article
    assert article is not None
    assert text_at(article, "author") == "Mary Ashdown"


def items(body: str) -> list[dict[str, Any]]:
    return [one.node for one in items_of(list(document_fromstring(f"<html><body>{body}</body></html>").iter("*")))]


def test_microdata_and_rdfa_make_the_same_nodes() -> None:
    microdata = items(
        '<div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">Bridge closed</h1>'
        '<time itemprop="datePublished" datetime="2023-10-09">today</time>'
        '<span itemprop="author" itemscope itemtype="http://schema.org/Person"><b itemprop="name">Mary Ashdown</b></span></div>'
    )
    rdfa = items(
        '<div vocab="http://schema.org/" typeof="NewsArticle"><h1 property="headline">Bridge closed</h1>'
        '<time property="datePublished" datetime="2023-10-09">today</time>'
        '<span property="author" typeof="Person"><b property="name">Mary Ashdown</b></span></div>'
    )
    for found in (microdata, rdfa):
        article = next(node for node in found if "NewsArticle" in types_of(node))
        assert [text_at(article, key) for key in ("headline", "datePublished", "author")] == ["Bridge closed", "2023-10-09", "Mary Ashdown"]


def test_microdata_is_read_however_its_attributes_are_written() -> None:
    page = page_of(
        "", '<div itemScope itemType="https://schema.org/NewsArticle"><h1 itemProp="headline">Bridge closed</h1></div>'
    )  # as React does
    assert page.article_item is not None
    assert text_at(page.article_item, "headline") == "Bridge closed"


def test_items_of_comments_and_lists_are_not_the_articles() -> None:
    page = page_of(
        "",
        '<div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">Bridge closed</h1>'
        '<div itemprop="comment" itemscope itemtype="http://schema.org/CreativeWork"><i itemprop="headline">Me too</i></div></div>',
    )
    assert page.article_item is not None
    assert text_at(page.article_item, "headline") == "Bridge closed"
