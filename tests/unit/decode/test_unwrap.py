"""Envelopes, HTTP responses and WARC records."""

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import brotli
import pytest

from schemas.reasons import DeadLetterReason as Dead
from schemas.reasons import FilterReason as Out
from tests.unit.decode.drafts import ARABIC, RECORD_TIME, URL, decode, page

PAGE = page("a story")
INNER = "https://inner.example/b"
JSON, HTTP, WARC = "application/json", "application/http;msgtype=response", "application/warc"


def envelope(**fields: Any) -> bytes:
    return json.dumps({"url": INNER, "html": PAGE.decode()} | fields).encode()


def http(body: bytes = PAGE, *headers: str, status: str = "200 OK", version: str = "HTTP/1.1") -> bytes:
    return "\r\n".join([f"{version} {status}", *(headers or ["Content-Type: text/html"]), "", ""]).encode() + body


def warc(block: bytes, *more: str, kind: str = "response", uri: str | None = INNER) -> bytes:
    head = ["WARC/1.0", f"WARC-Type: {kind}", "WARC-Date: 2023-01-02T03:04:05Z", f"Content-Length: {len(block)}", *more]
    if uri is not None:
        head.append(f"WARC-Target-URI: {uri}")
    return "\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n"


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


# envelope


def test_an_envelope_gives_url_html_and_date() -> None:
    walked = decode(envelope(fetched_at="2024-01-01T12:00:00+02:00", status=200), JSON, url=None)
    assert (walked.reason, walked.draft.url, walked.draft.html) == (None, INNER, PAGE.decode())
    assert walked.draft.now == datetime(2024, 1, 1, 10, tzinfo=UTC)


def test_an_envelopes_own_date_comes_first_so_that_a_replay_changes_nothing_and_an_unreadable_one_counts_as_absent() -> None:
    assert decode(envelope(fetched_at="2024-01-01T12:00:00Z"), JSON, fetched_at="2022-02-02T00:00:00Z").draft.now.year == 2024
    assert decode(envelope(fetched_at="yesterday"), JSON).draft.now == RECORD_TIME


def test_base64_in_an_envelope_is_bytes_in_the_charset_of_its_headers() -> None:
    encoded = base64.b64encode(page(ARABIC, codec="cp1256")).decode()
    walked = decode(envelope(html=None, html_base64=encoded, headers={"Content-Type": "text/html; charset=windows-1256"}), JSON)
    assert ARABIC in (walked.draft.html or "")
    assert walked.draft.charset == "cp1256"


def test_text_in_an_envelope_is_text_already_whatever_its_meta_says() -> None:
    walked = decode(envelope(html=page(ARABIC, charset="windows-1256").decode()), JSON)
    assert ARABIC in (walked.draft.html or "")


def test_a_lone_surrogate_in_an_envelope_is_taken_out_with_a_note() -> None:
    walked = decode(b'{"url": "https://inner.example/b", "html": "<p>a\\ud800b \\ud83d\\ude00</p>"}', JSON)
    assert (walked.draft.html, walked.draft.notes) == ("<p>ab \U0001f600</p>", ("charset_repaired",))


def test_a_bad_byte_in_an_envelope_is_repaired() -> None:
    raw = json.dumps({"url": INNER, "html": ARABIC}, ensure_ascii=False).encode().replace("ثلاثة".encode(), b"\xd8", 1)
    assert "charset_repaired" in decode(raw, JSON).draft.notes


@pytest.mark.parametrize(
    "value",
    [
        *(b"{}x", b"[]", b'"text"', b"null", b"12", b"<html>", b"{", b'{"url": "https://a.example/", "html": "a'),
        envelope(html=5),
        envelope(html=None),
        envelope(html=["a"]),
        envelope(url=7),
        envelope(status="200"),
        envelope(headers=[]),
        envelope(html=None, html_base64="***"),
        envelope(html=None, html_base64="YQ"),
        json.dumps({"url": INNER}).encode(),
        page(ARABIC, codec="cp1256"),
        b"\xff" * 50,
    ],
)
def test_json_that_is_no_envelope_is_a_bad_envelope(value: bytes) -> None:
    assert decode(value, JSON).reason is Dead.BAD_ENVELOPE


@pytest.mark.parametrize("value", [b"[" * 100_000, b'{"a":' * 100_000, b'{"url":"u","html":"<p>","x":' + b"[" * 201 + b"]" * 201 + b"}"])
def test_json_nested_too_deeply_is_too_complex(value: bytes) -> None:
    assert decode(value, JSON).reason is Dead.TOO_COMPLEX


def test_brackets_in_a_string_are_no_nesting() -> None:
    assert decode(envelope(html='<p>\\"' + "[{" * 5_000 + "</p>"), JSON).reason is None


def test_an_envelope_without_a_url_takes_the_headers_url_and_has_none_without() -> None:
    without = json.dumps({"html": PAGE.decode()}).encode()
    assert decode(without, JSON).draft.url == URL
    assert decode(without, JSON, url=None).reason is Dead.MISSING_URL
    assert decode(envelope(url="/relative"), JSON, url=None).reason is Dead.MISSING_URL


def test_the_envelopes_url_comes_before_the_source_of_a_cloud_event() -> None:
    assert decode(envelope(), JSON, url=None, ce_source="https://crawler.example/7").draft.url == INNER


def test_the_envelopes_status_decides_and_the_url_is_known() -> None:
    walked = decode(envelope(status=410, html=""), JSON, url=None)
    assert (walked.reason, walked.draft.url) == (Out.GONE, INNER)
    assert decode(envelope(status=503), JSON).reason is Out.ERROR_PAGE


def test_an_empty_page_in_an_envelope_is_empty() -> None:
    assert decode(envelope(html=" "), JSON).reason is Out.EMPTY_PAGE
    assert decode(envelope(html=None, html_base64=""), JSON).reason is Out.EMPTY_PAGE


def test_a_compressed_envelope_is_read() -> None:
    assert decode(brotli.compress(envelope()), JSON, content_encoding="br").draft.html == PAGE.decode()


# HTTP


def test_a_response_gives_status_charset_and_body() -> None:
    walked = decode(http(page(ARABIC, codec="iso8859-6"), "content-type: text/html; charset=ISO-8859-6"), HTTP)
    assert ARABIC in (walked.draft.html or "")
    assert (walked.draft.status, walked.draft.media_type, walked.draft.url) == (200, "text/html", URL)


def test_chunks_and_content_encoding_are_undone() -> None:
    packed = gzip.compress(PAGE)
    body = chunked(packed[:10], packed[10:]) + b"0\r\nTrailer: x\r\n\r\n"
    walked = decode(http(body, "Transfer-Encoding: chunked", "Content-Encoding: gzip"), HTTP)
    assert walked.draft.html == PAGE.decode()


def test_a_chunked_header_over_a_body_without_chunks_is_forgiven() -> None:
    assert decode(http(PAGE, "Transfer-Encoding: chunked"), HTTP).draft.html == PAGE.decode()


@pytest.mark.parametrize(
    "value",
    [
        b"HTTP/1.1 200 OK\r\nContent-Ty",
        b"<html><body>no response</body></html>\r\n\r\n",
        b"HTTP/1.1 huh\r\n\r\nbody",
        b"\x00\x01\x02\x03",
        http(PAGE, f"Content-Length: {len(PAGE) + 1}"),
        http(chunked(PAGE)[:-20], "Transfer-Encoding: chunked"),
        http(chunked(PAGE), "Transfer-Encoding: chunked"),
        http(chunked(PAGE) + b"zz\r\n", "Transfer-Encoding: chunked"),
    ],
)
def test_a_response_that_is_cut_or_garbled_is_bad_http(value: bytes) -> None:
    assert decode(value, HTTP).reason is Dead.BAD_HTTP


def test_a_response_with_more_headers_than_allowed_is_too_complex() -> None:
    assert decode(http(PAGE, *["a: b"] * 200_000), HTTP).reason is Dead.TOO_COMPLEX


@pytest.mark.parametrize(("status", "reason"), [("404 Not Found", Out.GONE), ("302 Found", Out.ERROR_PAGE), ("500", Out.ERROR_PAGE)])
def test_the_responses_own_status_decides(status: str, reason: Out) -> None:
    assert decode(http(b"", status=status), HTTP).reason is reason


def test_later_versions_of_http_are_read() -> None:
    assert decode(http(version="HTTP/2"), HTTP).reason is None


def test_broken_content_encodings_inside_a_response_are_undecodable_and_the_url_is_known() -> None:
    walked = decode(warc(http(PAGE, "Content-Encoding: br")), WARC, url=None)
    assert (walked.reason, walked.draft.url) == (Dead.UNDECODABLE, INNER)
    assert decode(http(gzip.compress(bytes(11 << 20)), "Content-Encoding: gzip"), HTTP).reason is Dead.DECOMPRESSION_BOMB


@pytest.mark.parametrize("media_type", ["image/png", "application/json", "text/plain", "application/octet-stream"])
def test_a_response_of_another_type_is_a_page_only_when_it_begins_like_one(media_type: str) -> None:
    assert decode(http(b"just <b>some</b> words", f"Content-Type: {media_type}"), HTTP).reason is Out.NOT_HTML
    assert decode(http(PAGE, f"Content-Type: {media_type}"), HTTP).reason is None


# WARC


def test_a_response_record_gives_url_and_date() -> None:
    walked = decode(warc(http()), WARC, url=None)
    assert (walked.reason, walked.draft.url, walked.draft.html) == (None, INNER, PAGE.decode())
    assert walked.draft.now == datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_resource_record_is_the_page_itself() -> None:
    walked = decode(warc(page(ARABIC, codec="cp1256"), "Content-Type: text/html; charset=cp1256", kind="resource"), WARC)
    assert ARABIC in (walked.draft.html or "")


def test_a_gzipped_record_is_read_without_a_note() -> None:
    walked = decode(gzip.compress(warc(b"software: x", kind="warcinfo")) + gzip.compress(warc(http())), WARC)
    assert (walked.draft.html, walked.draft.notes) == (PAGE.decode(), ())


def test_the_brackets_of_wget_are_taken_off_the_url() -> None:
    assert decode(warc(http(), uri=f"<{INNER}>"), WARC).draft.url == INNER


def test_a_record_that_names_no_url_takes_the_headers() -> None:
    assert decode(warc(http(), uri=None), WARC).draft.url == URL
    assert decode(warc(http(), uri="dns:news.example"), WARC, url=None).reason is Dead.MISSING_URL


def test_a_record_that_its_crawler_cut_on_purpose_is_read_with_a_note() -> None:
    cut = warc(http(PAGE, "Content-Length: 99999"), "WARC-Truncated: length")
    assert decode(cut, WARC).draft.notes == ("page_truncated",)


@pytest.mark.parametrize(
    "value",
    [
        warc(http())[:-40],
        warc(http())[:60],
        gzip.compress(warc(http()))[:-30],
        PAGE,
        b"WARC/1.0\r\nWARC-Type: response\r\n\r\n" + http(),
        warc(b"", kind="revisit"),
        warc(b"a: b", kind="metadata"),
        warc(http()).replace(b"Content-Length: ", b"Content-Length: -"),
    ],
)
def test_a_record_that_is_cut_or_holds_no_page_is_a_bad_warc(value: bytes) -> None:
    assert decode(value, WARC).reason is Dead.BAD_WARC


def test_a_whole_record_around_a_broken_response_is_bad_http() -> None:
    assert decode(warc(b"garbage"), WARC).reason is Dead.BAD_HTTP
