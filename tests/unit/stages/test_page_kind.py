"""Pages that are no article are told by what they are, and articles of any kind and language pass."""

import pytest

from schemas.reasons import FilterReason
from tests.unit.stages.pages import SENTENCE, URL, draft, page, paragraphs
from workers.model.blocks import cut
from workers.pipeline.draft import Draft, Filtered, replace
from workers.stages.joiners import Joiners
from workers.stages.order import STAGES
from workers.stages.page_kind import drop_not_an_article
from workers.stages.page_traits import url_kind
from workers.stages.parse import parse

SITE = "https://news.example.com"
MENU = "<nav>" + "".join(f"<a href='/s{i}'>Section {i}</a> " for i in range(12)) + "</nav>"
HEADLINES = [
    f"Council wants a {kind} bridge over the old harbour" for kind in "second third wider longer higher cheaper newer lighter".split()
]
BLURB = "The works began in autumn and are late, as the mayor told the council in a meeting on Monday"


def teasers(end: str = ".", tag: str = "div") -> str:
    return "".join(
        f"<{tag}><h2><a href='/a/{i}'>{line}</a></h2><p>{line.split()[3].capitalize()} plans. {BLURB}{end}</p></{tag}>"
        for i, line in enumerate(HEADLINES)
    )


def links() -> str:
    return "<ul>" + "".join(f"<li><a href='/a/{i}'>{line}</a></li>" for i, line in enumerate(HEADLINES * 3)) + "</ul>"


def outcome(body: str, url: str | None = URL, head: str = "<title>Harbour</title>") -> FilterReason | None:
    made: Draft = draft(page(body, head), url=url)
    try:
        for name, stage in STAGES:
            made = stage(made)
            if name == "page_kind":
                return None
    except Filtered as e:
        return e.reason
    raise AssertionError("no such stage")


LISTS = {
    "a home page": ("/", MENU + teasers(), "", FilterReason.HOME_PAGE),
    "a home page by its file": ("/index.php", MENU + paragraphs(3), "", FilterReason.HOME_PAGE),
    "a home page that says it is a site": ("/", MENU + teasers("…", "article"), "website", FilterReason.HOME_PAGE),
    "a section": ("/politics/", MENU + teasers(), "", FilterReason.SECTION_PAGE),
    "a section of headlines alone": ("/world", MENU + links(), "website", FilterReason.SECTION_PAGE),
    "a section under an id": ("/category/120345", MENU + teasers("…"), "", FilterReason.SECTION_PAGE),
    "an archive of an author": ("/author/jane", MENU + teasers("…", "article"), "", FilterReason.SECTION_PAGE),
    "whole stories under heads that are links, with an id for an address": (
        "/n633933337-01",
        MENU + "".join(f"<div><h3><a href='/a/{i}'>{line}</a></h3><p>{SENTENCE * 5}</p></div>" for i, line in enumerate(HEADLINES)),
        "",
        FilterReason.SECTION_PAGE,
    ),
    "long teasers without links": (
        "/health.php",
        "".join(f"<p>{line * (i % 2)}</p><p>{SENTENCE * 3} {line} and …</p>" for i, line in enumerate(HEADLINES)),
        "",
        FilterReason.SECTION_PAGE,
    ),
    "a tag": ("/tag/harbour", MENU + teasers(), "", FilterReason.TAG_LIST),
    "an Arabic tag": ("/%D9%88%D8%B3%D9%88%D9%85/x", MENU + teasers(), "", FilterReason.TAG_LIST),
    "a search": ("/search?page=2", MENU + teasers(), "", FilterReason.SEARCH_PAGE),
    "a blog's search": ("/?s=harbour", MENU + links(), "", FilterReason.SEARCH_PAGE),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_stories_is_filtered_as_what_it_is(name: str) -> None:
    path, body, og_type, reason = LISTS[name]
    assert outcome(body, SITE + path, f"<title>Harbour</title><meta property='og:type' content='{og_type}'>") is reason


def test_a_list_that_names_its_articles_in_json_is_a_list() -> None:
    items = ",".join('{"@type":"NewsArticle","headline":"x"}' for _ in HEADLINES)
    json = f'<script type="application/ld+json">{{"@type":"ItemList","itemListElement":[{items}]}}</script>'
    assert outcome(MENU + teasers(), f"{SITE}/sport", json) is FilterReason.SECTION_PAGE


LOGIN_FORM = "<form><input name=u><input type=password></form>"
OURS = "<p>We and our partners use cookies to measure and to show you advertisements.</p>"
NOTICES = {
    "not found": ("<h1>404</h1><p>We are sorry, this page was never here. Go back.</p>", "Page not found", FilterReason.ERROR_PAGE),
    "not found in Arabic": ("<h1>عفوا، الصفحة غير موجودة</h1><p>تحقق من العنوان أو عد إلى البداية</p>", "خطأ", FilterReason.ERROR_PAGE),
    "not found in any language": ("<h1>404</h1><p>Ukurasa haupo, rudi mwanzo wa tovuti.</p>", "Hitilafu 404", FilterReason.ERROR_PAGE),
    "denied": ("<h1>Access Denied</h1><p>You have no permission to see this.</p>", "Access Denied", FilterReason.ERROR_PAGE),
    "login": (f"<h1>Log in to go on</h1>{LOGIN_FORM}<p>With an account you can read more.</p>", "Log in", FilterReason.LOGIN_WALL),
    "login in Arabic": (f"<h1>تسجيل الدخول</h1>{LOGIN_FORM}<p>أدخل بيانات حسابك للمتابعة</p>", "تسجيل الدخول", FilterReason.LOGIN_WALL),
    "consent": (
        f"<h1>Before you continue</h1>{OURS}<p>You can give or refuse your consent to each of the purposes.</p><button>Accept</button>",
        "Before you continue",
        FilterReason.CONSENT_WALL,
    ),
    "consent in German": (
        "<p>Mit Ihrer Einwilligung nutzen wir und unsere Partner Cookies für Werbung und Messung.</p><button>Zustimmen</button>",
        "Datenschutz",
        FilterReason.CONSENT_WALL,
    ),
    "parked": ("<p>This domain is for sale. Make an offer now.</p><a href=/x>Loans</a>", "example.org", FilterReason.PARKED_DOMAIN),
    "shell": ("<div id=root></div><p>Please enable JavaScript to run this app.</p><script>x()</script>", "News", FilterReason.SCRIPT_SHELL),
}


@pytest.mark.parametrize("name", NOTICES)
def test_a_page_that_holds_a_notice_is_filtered_as_what_it_is(name: str) -> None:
    body, title, reason = NOTICES[name]
    assert outcome(body, f"{SITE}/2026/01/some-story-of-the-harbour", f"<title>{title}</title>") is reason


def test_a_player_with_a_line_under_it_is_a_video_stub() -> None:
    body = "<h1>The ferry in the storm</h1><video src=x></video><p>The ferry left the harbour on Monday in spite of the wind.</p>"
    assert outcome(body, f"{SITE}/video/ferry-in-the-storm-1") is FilterReason.VIDEO_STUB
    assert outcome(body, URL, "<meta property='og:type' content='video.other'>") is FilterReason.VIDEO_STUB


ENTRY = "The council met in the morning, and its speaker said that the works at the bridge would go on as they had been planned."
THAI = "สภาเมืองแถลงเมื่อวันจันทร์ว่าสะพานข้ามท่าเรือเก่าจะปิดซ่อมแซมจนถึงเดือนพฤษภาคมและจะมีรายงานฉบับอื่นตามมาในฤดูใบไม้ผลิ" * 4

ARTICLES = {
    "an article": paragraphs(),
    "a flash": f"<h1>Bridge closed</h1><p>{SENTENCE * 2}</p>",
    "a live blog": "<h1>Storm: all the news</h1>"
    + "".join(f"<div><h3>1{i}:05 The wind rises again</h3><p>{ENTRY}</p></div>" for i in range(9)),
    "an infinite scroll": "".join(f"<article><h1>Story {i} of the harbour</h1>{paragraphs(4)}</article>" for i in range(3)),
    "a list inside an article": "".join(f"<h2>{line}</h2><p>{SENTENCE * 4}</p>" for line in HEADLINES),
    "an article among teasers": MENU + paragraphs() + teasers() + links(),
    "an article about cookies": "<h1>Cookies</h1>"
    + "".join(f"<p>{SENTENCE}Cookies and consent were not the matter.</p>" for _ in range(8)),
    "an article with a login form": paragraphs() + "<form><h2>Log in</h2><input type=password></form>",
    "an article with a video": "<video src=x></video>" + paragraphs(),
    "a Thai article": f"<p>{THAI}</p><p>{THAI}</p><p>{THAI}</p>",
    "an interview of short lines": "".join(f"<p>Why is question {i} asked?</p><p>{SENTENCE}</p><p>{SENTENCE}</p>" for i in range(6)),
}


@pytest.mark.parametrize("path", ["/2026/harbour-bridge-to-stay-closed", "/news/1234567.html", "/story"])
@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_of_any_kind_passes(name: str, path: str) -> None:
    # Headlines with a text each under a section's address: only the page's own word can tell a live blog from a section.
    head = '<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>' if name == "a live blog" and path == "/story" else ""
    assert outcome(ARTICLES[name], SITE + path, head) is None


def test_an_article_whose_url_is_only_a_host_passes() -> None:
    assert outcome(MENU + paragraphs() + links(), f"{SITE}/") is None


def test_text_passes() -> None:
    assert drop_not_an_article(draft(form="text", text="x")).text == "x"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (None, "none"),
        ("https://a.example", "root"),
        ("https://a.example/?p=123", "query"),
        ("https://a.example/index.html", "index"),
        ("https://a.example/sport/index.html", "short"),
        ("https://a.example/sport/", "short"),
        ("https://a.example/tag/x/", "tag"),
        ("https://a.example/category/x", "list"),
        ("https://a.example/category/x/2026/03/y", "name"),
        ("https://a.example/search/x", "search"),
        ("https://a.example/x?q=y", "search"),
        ("https://a.example/2026/03/01/x", "name"),
        ("https://a.example/the-bridge-stays-closed", "name"),
        ("https://a.example/article?id=1234567", "name"),
    ],
)
def test_the_kind_of_a_url(url: str | None, kind: str) -> None:
    assert url_kind(url) == kind


def test_a_page_is_no_list_when_the_extractor_has_missed_its_article() -> None:
    """The body is the teasers beside the article; the article's text is on the page."""
    body = MENU + teasers() + f"<div>{paragraphs(12)}</div>"
    tree = parse(draft(page(body))).tree
    lines = [line for headline in HEADLINES for line in (headline, f"{BLURB}.")]
    made = draft(page(body), url=f"{SITE}/", tree=tree, blocks=cut(tree, Joiners("")), parts={"paragraphs": lines})
    assert drop_not_an_article(made) is made
    tree = parse(draft(page(MENU + teasers()))).tree
    with pytest.raises(Filtered):
        drop_not_an_article(replace(made, tree=tree, blocks=cut(tree, Joiners(""))))
