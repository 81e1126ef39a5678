"""What a record's headers alone decide."""

import gzip
import hashlib

import pytest

from schemas.identity import normalise_url
from schemas.reasons import DeadLetterReason as Dead
from schemas.reasons import FilterReason as Out
from tests.unit.decode.drafts import URL, decode, page
from workers.pipeline.draft import Limits
from workers.stages.parse import parse

PAGE = page("a story")


@pytest.mark.parametrize("content_type", [None, "text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml", "html"])
def test_html_or_no_readable_content_type_is_a_page(content_type: str | None) -> None:
    walked = decode(PAGE, content_type)
    assert (walked.reason, walked.draft.form) == (None, "html")
    assert walked.draft.html == PAGE.decode()


def test_plain_text_is_text_and_no_html() -> None:
    walked = decode("خبر قصير".encode(), "text/plain")
    assert (walked.draft.text, walked.draft.html, walked.draft.form) == ("خبر قصير", None, "text")


@pytest.mark.parametrize("content_type", ["image/png", "application/pdf", "text/xml", "application/http;msgtype=request"])
def test_a_content_type_outside_the_table_is_not_html(content_type: str) -> None:
    assert decode(PAGE, content_type).reason is Out.NOT_HTML


@pytest.mark.parametrize("value", [None, b"", b" \r\n\t", b"\0\0\0\0", "\ufeff  ".encode(), "\u00a0".encode()])
def test_a_value_without_anything_in_it_is_an_empty_page(value: bytes | None) -> None:
    assert decode(value).reason is Out.EMPTY_PAGE


def test_a_null_value_is_an_empty_page_even_without_a_url() -> None:
    assert decode(None, url=None).reason is Out.EMPTY_PAGE


@pytest.mark.parametrize(
    "url", [None, "", "/a/b", "news.example/a", "ftp://news.example/a", "https://", "https://[bad/", "mailto:a@b.example"]
)
@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/http"])
def test_a_page_without_an_absolute_url_is_dead_lettered(url: str | None, content_type: str) -> None:
    assert decode(PAGE, content_type, url=url).reason is Dead.MISSING_URL


def test_a_page_without_a_url_passes_when_none_is_required() -> None:
    walked = decode(PAGE, url=None, url_required=False)
    assert (walked.reason, walked.draft.url) == (None, None)


def test_a_missing_url_comes_before_a_value_too_large_and_a_broken_coding() -> None:
    assert decode(PAGE * 100, url=None, limits=Limits(max_page_bytes=100)).reason is Dead.MISSING_URL
    assert decode(b"no gzip", url=None, content_encoding="gzip").reason is Dead.MISSING_URL


def test_a_stored_value_over_the_limit_is_too_large_and_one_at_the_limit_is_not() -> None:
    assert decode(PAGE, limits=Limits(max_page_bytes=len(PAGE))).reason is None
    walked = decode(PAGE, limits=Limits(max_page_bytes=len(PAGE) - 1))
    assert (walked.reason, walked.draft.url) == (Dead.TOO_LARGE, URL)


def test_headers_of_a_megabyte_are_too_complex_and_the_url_is_still_known() -> None:
    walked = decode(PAGE, x_trace="a" * 1_000_000)
    assert (walked.reason, walked.draft.url) == (Dead.TOO_COMPLEX, URL)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("404", Out.GONE),
        ("410", Out.GONE),
        ("403", Out.ERROR_PAGE),
        ("500", Out.ERROR_PAGE),
        ("301", Out.ERROR_PAGE),
        ("999", Out.ERROR_PAGE),
    ],
)
def test_a_status_that_is_no_success_ends_the_page_and_the_url_is_known(status: str, reason: Out) -> None:
    walked = decode(PAGE, http_status=status)
    assert (walked.reason, walked.draft.url) == (reason, URL)


@pytest.mark.parametrize("status", ["200", "203", "", "ok", "0"])
def test_success_and_what_is_no_status_pass(status: str) -> None:
    assert decode(PAGE, http_status=status).reason is None


@pytest.mark.parametrize("value", [None, b"", b"broken"])
def test_a_404_is_gone_whatever_its_body(value: bytes | None) -> None:
    assert decode(value, http_status="404", content_encoding="gzip").reason is Out.GONE


def test_an_empty_envelope_with_a_404_in_the_headers_is_gone() -> None:
    assert decode(None, "application/json", http_status="404").reason is Out.GONE


def test_the_sha256_is_of_the_pages_decompressed_bytes() -> None:
    sha256 = hashlib.sha256(PAGE).hexdigest()
    for walked in (decode(PAGE), decode(gzip.compress(PAGE), content_encoding="gzip")):
        assert parse(walked.draft).page_sha256 == sha256


def test_control_characters_of_a_url_reach_no_record_and_change_no_id() -> None:
    walked = decode(page("a"), url="https://a.test/\x1b[31m\r\nX:\u2028y")
    assert walked.draft.url == "https://a.test/%1B[31mX:%E2%80%A8y"
    assert normalise_url(walked.draft.url) == normalise_url("https://a.test/\x1b[31m\r\nX:\u2028y")
