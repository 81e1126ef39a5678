"""What holds for any page that hypothesis makes up: it ends with a reason or as plain text, and never in a crash."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import HEADERS, codec, walk

TAGS = "p div article section h1 h2 li ul table tr td a b i span blockquote figure figcaption time script style br img main aside".split()
letters = st.text(st.characters(), max_size=40)
attributes = st.sampled_from(
    [
        "",
        ' class="byline"',
        ' class="related more-news"',
        ' href="javascript:x"',
        ' href="/b"',
        ' href="//[x"',
        ' datetime="2026-99-99T00:00"',
        ' itemprop="author"',
        ' src="http://"',
        " hidden",
        ' style="display:none"',
    ]
)
sentences = st.sampled_from(
    [
        "The harbour reported quiet water all week, and every ferry left its berth at the usual hour, said the port. " * 3,
        "أعلنت هيئة الموانئ أن حركة العبارات كانت هادئة طوال الأسبوع وأن جميع الرحلات غادرت في مواعيدها. " * 3,
        "اقرأ أيضاً: ",
        "Read also: ",
        "Source: Agencies (ABC)",
        "(ABC) - ",
        "2 January 2026",
        "٩ أكتوبر ٢٠٢٣",
        "{ color: red; } .a, #b { x: y }",
        "function(){ var a = 1; }",
    ]
)
pieces = st.one_of(
    sentences,
    letters,
    st.builds(lambda tag, attribute: f"<{tag}{attribute}>", st.sampled_from(TAGS), attributes),
    st.builds(lambda tag: f"</{tag}>", st.sampled_from(TAGS)),
    st.builds(lambda text: f'<meta property="og:title" content="{text}"><title>{text}</title>', letters),
    st.builds(lambda text: f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{text}"}}</script>', letters),
)
pages = st.lists(pieces, max_size=40).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(pages)
def test_any_page_ends_with_a_reason_or_as_plain_text(page: bytes) -> None:
    walk(page, HEADERS[1])


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.binary(max_size=200), pages), st.sampled_from(HEADERS))
def test_any_bytes_in_any_wrapping_end_with_a_reason_or_as_plain_text(value: bytes, headers: list[tuple[str, bytes]]) -> None:
    walk(value, headers)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | letters,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "url", "schemaVersion", "quality", "x"]), inner),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=100), json_values.map(lambda value: json.dumps(value).encode())))
def test_any_bytes_are_a_record_or_an_invalid_one(value: bytes) -> None:
    codec(value)
