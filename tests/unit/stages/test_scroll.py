"""A page that goes on with other articles gives a record for each; a live blog stays one."""

import pytest
from lxml.html import HtmlElement, fragment_fromstring

from schemas.identity import article_id, normalise_url
from schemas.records import Article
from tests.unit.stages.pages import URL, draft, page
from workers.stages.order import STAGES
from workers.stages.scroll import _is_apart

STORIES = {
    "Harbour bridge to stay closed": "bridge",
    "The ferry sails again in spring": "ferry",
    "Council wants a second crossing": "crossing",
}
SAYING = "The council said on Monday that the {0} would be looked at again, and that report {1} on the {0} had been read by all of them."


def prose(thing: str, count: int = 5) -> list[str]:
    return [SAYING.format(thing, number) for number in range(count)]


def story(title: str, thing: str, *, heading: str = "h1", wrap: str = "<article>{}</article>", extra: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in prose(thing))
    return wrap.format(f"<{heading}>{title}</{heading}><time datetime=2026-03-01>1 March 2026</time>{text}{extra}")


def articles(body: str, head: str = "<title>Harbour bridge to stay closed</title>") -> tuple[Article, ...]:
    made = draft(page(body, head))
    for _, stage in STAGES:
        made = stage(made)
    return made.articles


FORMS = {
    "article elements": [story(title, thing) for title, thing in STORIES.items()],
    "plain elements": [story(title, thing, wrap="<div class=story>{}</div>") for title, thing in STORIES.items()],
    "wrapped twice": [story(title, thing, wrap="<section><div><header></header>{}</div></section>") for title, thing in STORIES.items()],
    "a form after each": [story(title, thing, extra="<form><h3>Newsletter</h3><input></form>") for title, thing in STORIES.items()],
}


@pytest.mark.parametrize("name", FORMS)
def test_a_page_with_three_articles_gives_three_records(name: str) -> None:
    main, second, third = articles("<main>" + "<hr>".join(FORMS[name]) + "</main>")
    for article, (title, thing) in zip((main, second, third), STORIES.items(), strict=True):
        assert article.headline == title
        assert [line for line in article.paragraphs if line in prose(thing)] == prose(thing)
        assert len(article.paragraphs) == len(prose(thing))
    assert (main.is_part_of, main.has_part) == (None, [second.id, third.id])
    assert second.is_part_of == third.is_part_of == main.id
    assert ("embedded_article", "any.infinite_scroll") in [(piece.class_, piece.rule) for piece in main.removed_segments]


def test_their_ids_come_from_addresses_of_their_own() -> None:
    (_, first), (title, thing), _ = STORIES.items()
    linked = f"<a href=/2026/ferry>{title}</a>"
    body = story("Harbour bridge to stay closed", first) + story(linked, thing, heading="h2")
    _, second = articles(body)
    assert (second.headline, second.id) == (title, article_id(f"{normalise_url(URL)}", "https://news.example.com/2026/ferry"))


def test_what_leaks_into_them_is_cut_too() -> None:
    bodies = [story(title, thing, extra="<p>READ ALSO: Storm over the sea</p>") for title, thing in STORIES.items()]
    for article in articles("".join(bodies)):
        assert [link.name for link in article.related_links] == ["Storm over the sea"]
        assert len(article.paragraphs) == 5


def test_the_first_article_is_the_main_one_even_when_it_is_the_shortest() -> None:
    long = "".join(f"<p>{SAYING.format('ferry', number)}</p>" for number in range(40))
    main, second = articles(
        story("Harbour bridge to stay closed", "bridge") + f"<article><h1>The ferry sails</h1><time></time>{long}</article>"
    )
    assert main.paragraphs == prose("bridge")
    assert len(second.paragraphs) > len(main.paragraphs)


ENTRIES = "".join(
    f"<article><h2><a href='#e{number}'>1{number}:05 The wind rises</a></h2><time></time>"
    + "".join(f"<p>{line}</p>" for line in prose(f"wind {number}", 3))
    + "</article>"
    for number in range(6)
)


LIVE = '<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>'


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"<h1>Storm: all the news</h1>{ENTRIES}", ""),
        (
            f"<h1>Storm: all the news</h1>{ENTRIES.replace('h2', 'h1')}",
            '<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>',
        ),
    ],
)
def test_a_live_blog_stays_one(body: str, head: str) -> None:
    (article,) = articles(body, f"<title>Storm: all the news</title>{head}")
    assert sum(line in article.paragraphs for number in range(6) for line in prose(f"wind {number}", 3)) == 18


def paragraphs(thing: str) -> str:
    return "".join(f"<p>{line}</p>" for line in prose(thing))


def test_sections_with_a_top_heading_each_are_one_article() -> None:
    sections = "".join(f"<section><h1>{title}</h1>{paragraphs(thing)}</section>" for title, thing in STORIES.items())
    (article,) = articles(f"<article><h1>Three things</h1>{sections}</article>")
    assert len(article.paragraphs) >= 15


def test_teasers_under_an_article_are_no_articles() -> None:
    teasers = "".join(f"<article><h2><a href=/{x}>{title}</a></h2><p>{SAYING.format(x, 9)}</p></article>" for title, x in STORIES.items())
    assert len(articles(story("Harbour bridge to stay closed", "bridge") + teasers)) == 1


def test_comments_are_no_article() -> None:
    comments = f"<div id=comments><h1>What you say</h1><time></time>{paragraphs('comment')}</div>"
    assert len(articles(story("Harbour bridge to stay closed", "bridge") + comments)) == 1


def test_boxes_beside_an_article_that_is_none_of_them_are_no_articles() -> None:
    boxes = "".join(story(title, thing) for title, thing in STORIES.items())
    text = "".join(f"<p>{SAYING.format('tunnel', number)}</p>" for number in range(30))
    (article,) = articles(
        f"<div><header><h1>A tunnel under the harbour</h1></header></div><div><h1>Why</h1>{text}<h1>How</h1></div>{boxes}"
    )
    assert len([line for line in article.paragraphs if "tunnel" in line]) > 20  # not all: the model is no friend of thirty equal sentences


class _Asked(dict[HtmlElement, bool]):
    """Counts what is written to it."""

    count = 0

    def __setitem__(self, element: HtmlElement, is_apart: bool) -> None:
        self.count += 1
        super().__setitem__(element, is_apart)


def test_what_is_around_many_leaves_is_asked_once() -> None:
    tree = fragment_fromstring(f"<div>{'<div>' * 100}{'<p>x</p>' * 100}<aside><p>y</p></aside>{'</div>' * 100}</div>")
    known = _Asked({tree: False})
    apart = [leaf.text for leaf in tree.iter("p") if _is_apart(leaf.getparent(), known)]
    assert apart == ["y"]
    assert known.count == 101  # 100 div and aside; not 10,000
