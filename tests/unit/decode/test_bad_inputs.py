"""The bad inputs of issue 3 that decode answers for, and the promise that nothing else ever comes out of it."""

import gzip
import json
from datetime import UTC, datetime

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.headers import read_page_headers
from tests.unit.decode.drafts import ARABIC, decode, page, walk
from tests.unit.decode.test_unwrap import http, warc
from workers.pipeline.draft import Draft, Limits

PUBLISHED = None
CASES = [
    ("empty value", b"", None, {}, "empty_page"),
    ("null value", None, None, {}, "empty_page"),
    ("20 MB page", page("a" * 20_000_000), None, {}, "too_large"),
    ("gzip bomb", gzip.compress(bytes(64 << 20)), None, {"content_encoding": "gzip"}, "decompression_bomb"),
    ("brotli bomb", brotli.compress(bytes(64 << 20), quality=5), None, {"content_encoding": "br"}, "decompression_bomb"),
    ("PDF", b"%PDF-1.7 \0\1\2", None, {}, "not_html"),
    ("PNG", b"\x89PNG\r\n\x1a\n\0\0", None, {}, "not_html"),
    ("random bytes", bytes(range(256)) * 20, None, {}, "not_html"),
    ("UTF-16", page(ARABIC, codec="utf-16"), None, {}, PUBLISHED),
    ("cp1256 without a declaration", page(ARABIC, codec="cp1256"), None, {}, PUBLISHED),
    ("EBCDIC", page("a story told at length " * 9, codec="cp500"), None, {}, "not_html"),
    ("EBCDIC, declared", page("a story", codec="cp500"), "text/html; charset=cp500", {}, PUBLISHED),
    ("truncated UTF-8", page(ARABIC)[: page(ARABIC).rindex("م".encode()) + 1], None, {}, PUBLISHED),
    ("NULs", page("a\0b\0"), None, {}, PUBLISHED),
    ("lone surrogate", page("a b").replace(b"a b", b"a\xed\xa0\x80b"), None, {}, PUBLISHED),
    ("lone surrogate in an envelope", b'{"url":"https://a.example/b","html":"<p>\\udc00a"}', "application/json", {}, PUBLISHED),
    ("XXE", b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>&x; a', None, {}, PUBLISHED),
    ("a header of 1 MB", page("a"), None, {"x_noise": "n" * 1_048_576}, "too_complex"),
    ("a URL of 1 MB", page("a"), None, {"url": "https://a.example/" + "n" * 1_048_576}, "too_complex"),
    ("an envelope with a wrong type", json.dumps({"url": 1, "html": "a"}).encode(), "application/json", {}, "bad_envelope"),
    ("a WARC record cut in the middle", warc(http())[:150], "application/warc", {}, "bad_warc"),
    ("JSON as HTML", b'{"a": 1}', "text/html", {}, "not_html"),
]


@pytest.mark.parametrize(("value", "content_type", "headers", "reason"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_bad_input_ends_as_the_design_says(
    value: bytes | None, content_type: str | None, headers: dict[str, str], reason: str | None
) -> None:
    walked = decode(value, content_type, **{"url": "https://a.example/b"} | headers)  # type: ignore[arg-type]
    assert walked.reason == reason
    assert walked.draft.url is not None


def test_a_missing_url_is_dead_lettered() -> None:
    assert decode(page("a"), url=None).reason == "missing_url"


names = st.sampled_from(
    ["url", "URL", "content-type", "content-encoding", "http-status", "fetched-at", "ce_subject", "ce_source", "ce_time", "traceparent"]
)
content_types = st.sampled_from(
    ["text/html", "text/plain", "application/json", "application/http;msgtype=response", "application/warc", "text/html; charset=utf-16",
     "text/html; charset=iso-2022-jp", "text/html; charset=cp037", "text/html; charset=big5", "text/html; charset=utf-8"]
)  # fmt: skip
starts = st.sampled_from(
    [b"", b"<html>", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
     b"WARC/1.0\r\nWARC-Type: response\r\n",
     b'{"url":"https://a.example/","html":"', b'{"url":"https://a.example/","html_base64":"', b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd",
     b"\xff\xfe", b"\xef\xbb\xbf", b"<?xml version='1.0'?><!DOCTYPE a [", b"\x1b$B"]
)  # fmt: skip
texts = st.text(st.characters(), max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
values = st.one_of(st.none(), st.builds(lambda start, rest: start + rest, starts, st.one_of(st.binary(max_size=300), texts)))
codings = st.lists(st.sampled_from([b"gzip", b"deflate", b"br", b"zstd", b"x"]), max_size=2).map(b",".join)
some_headers = st.lists(st.tuples(names, st.one_of(st.binary(max_size=40), texts, codings)), max_size=6)


@settings(max_examples=600, deadline=None)
@given(values, some_headers, st.one_of(st.none(), content_types), st.booleans())
def test_any_bytes_with_any_headers_end_as_a_page_or_with_a_reason(
    value: bytes | None, headers: list[tuple[str, bytes]], content_type: str | None, has_url: bool
) -> None:
    more = [("url", b"https://a.example/b")] if has_url else []
    more += [("content-type", content_type.encode())] if content_type else []
    read = read_page_headers([*headers, *more])
    walked = walk(Draft(headers=read, value=value, now=datetime(2024, 1, 1, tzinfo=UTC), limits=Limits()))
    if walked.reason is None:
        text = walked.draft.text if walked.draft.form == "text" else walked.draft.html
        assert text
        assert "\0" not in text
        text.encode()  # no lone surrogate
