"""What changes by itself is left out of a page before it is compared; what a reader would call a change is not."""

import time

import pytest

from workers.sameness.page import steady_sha256

PAGE = """<!DOCTYPE html><html><head><title>Rain at last</title>
<meta name="csrf-token" content="{token}"><meta property="article:modified_time" content="{modified}">
<link rel="stylesheet" href="/site.css?v={number}"><style>.x{{top:{number}px}}</style>
<script nonce="{token}" src="/app.js?t={number}"></script><SCRIPT>var now = {number}; var request = "{token}";</SCRIPT>
<script type="application/ld+json">{{"headline": "{headline}"}}</script></head>
<body data-time="17{number}"><!-- made at {number} by web{token} -->
<form><input type="hidden" name="_token" value="{token}"></form>
<div id="div-gpt-ad-{number}-0" class="x"><script>ads({number})</script><div><a href="/buy">{ad}</a></div></div>
<aside class="ad-slot wide"><p>{ad}</p></aside><ins class="adsbygoogle" data-ad-slot="{number}">{ad}</ins>
<iframe src="https://ads.test/{token}">{ad}</iframe>
<time datetime="2026-05-04T10:00">{ago}</time>
<div class="has-ads article"><h1>{headline}</h1><p>{text}</p><ins>{inserted}</ins></div>
<img src="/photo.jpg?cb={number}" alt="{alt}"></body></html>"""
FIRST = {
    "token": "a1b2c3d4",
    "number": "17000000000",
    "ad": "Buy shoes",
    "ago": "5 minutes ago",
    "modified": "2026-05-04T10:00",
    "headline": "Rain at last",
    "text": "It rained for two days.",
    "inserted": "And a third.",
    "alt": "Rain",
}


def sha256(**changes: str) -> str:
    return steady_sha256(PAGE.format(**FIRST | changes).encode(), is_html=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "ffff0000"},
        {"number": "17999999999"},
        {"ad": "Buy a <b>car</b>"},
        {"ago": "2 hours ago"},
        {"token": "0f0f0f0f", "number": "17123456789012", "ad": "", "ago": "yesterday"},
    ],
    ids=lambda changes: ",".join(changes),
)
def test_tokens_times_and_advertisements_change_nothing(changes: dict[str, str]) -> None:
    assert sha256(**changes) == sha256()


@pytest.mark.parametrize("part", ["modified", "headline", "text", "inserted", "alt"])
def test_a_change_that_a_reader_would_see_is_one(part: str) -> None:
    assert sha256(**{part: FIRST[part] + "."}) != sha256()


def test_an_article_inside_an_element_for_advertisements_is_kept() -> None:
    page = "<div class='ads'>{ad}<h1>{headline}</h1></div>"
    assert steady_sha256(page.format(ad="x", headline="One").encode(), is_html=True) != steady_sha256(
        page.format(ad="x", headline="Two").encode(), is_html=True
    )
    large = "<div class='ad'>" + "<p>a paragraph of the story</p>" * 500 + "{}</div>"
    assert steady_sha256(large.format("a").encode(), is_html=True) != steady_sha256(large.format("b").encode(), is_html=True)


def test_of_a_page_that_is_not_html_every_byte_counts() -> None:
    assert steady_sha256(b"story?a", is_html=False) != steady_sha256(b"story?b", is_html=False)


@pytest.mark.parametrize("page", [b"", b"<script>", b"<!--", b"<div class='ad", b"\xff<\x00script", b"<time datetime='x'"])
def test_a_broken_page_has_a_hash_too(page: bytes) -> None:
    assert len(steady_sha256(page, is_html=True)) == 64


@pytest.mark.parametrize("unit", [b"<script>", b"<!--", b"<div class='ad'>", b"<time datetime=", b"<meta ", b"ad ' ", b"?", b"<input "])
def test_a_page_made_to_be_slow_is_not(unit: bytes) -> None:
    def cost_s(size: int) -> float:
        started = time.process_time()
        steady_sha256(unit * (size // len(unit)), is_html=True)
        return time.process_time() - started

    assert cost_s(320_000) < 40 * max(cost_s(40_000), 0.001)  # eight times the page: 64 times would be quadratic
