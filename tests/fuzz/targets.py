"""What is fuzzed, and what must hold whatever the bytes are. Used by atheris (`__main__`) and, on made-up pages, by hypothesis."""

import re
from functools import cache
from urllib.parse import urlsplit

import msgspec

from schemas.codec import InvalidRecord, decode_article, decode_outcome, decode_story, decode_stub, encode
from schemas.reasons import DeadLetterReason, OutcomeKind
from workers.pipeline.draft import Limits
from workers.pipeline.line import Line, default_line
from workers.pool.messages import Job, PageResult

LIMITS = Limits(max_page_bytes=1 << 20, max_output_bytes=1 << 20)
URL = b"https://harbour.test/a"
HEADERS: tuple[list[tuple[str, bytes]], ...] = (
    [("url", URL)],
    [("url", URL), ("content-type", b"text/html; charset=utf-8")],
    [("url", URL), ("content-type", b"application/json")],
    [("url", URL), ("content-type", b"application/http;msgtype=response")],
    [("content-type", b"application/warc")],
    [("url", URL), ("content-type", b"text/plain")],
    [("url", URL), ("content-encoding", b"gzip")],
    [("url", URL), ("content-encoding", b"deflate")],
    [("url", URL), ("content-encoding", b"br")],
    [("url", URL), ("content-encoding", b"zstd")],
    [("url", URL), ("content-type", b"text/html; charset=utf-16")],
    [("url", URL), ("content-type", b"text/html; charset=iso-2022-jp")],
)
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_URL_FIELD = re.compile(rb'"(?:url|canonicalUrl|mainImage)":"([^"]*)"')


@cache
def line() -> Line:
    return default_line()


def walk(value: bytes | None, headers: list[tuple[str, bytes]]) -> PageResult:
    """A record through the whole line; check what must hold of any."""
    job = Job(headers=headers, timestamp_ms=1_767_000_000_000, has_value=value is not None)
    progress = line().start(job, value, LIMITS)
    result = progress if isinstance(progress, PageResult) else line().run_rest(progress)
    if result.reason in (DeadLetterReason.CRASH, DeadLetterReason.UNPUBLISHABLE):
        raise AssertionError(f"{result.reason} in {result.stage}: {result.error}")
    assert bool(result.articles) == (result.outcome is OutcomeKind.PUBLISHED)
    for article in result.articles:
        check_article(article.value)
    return result


def check_article(value: bytes) -> None:
    """Plain text, and links that are http or https."""
    text = value.decode()
    plain = msgspec.json.decode(value)
    assert not _UNPRINTABLE.search(" ".join(_strings(plain))), "a control character in a field"
    for link in _URL_FIELD.findall(value):
        assert urlsplit(link.decode()).scheme in ("http", "https"), f"a link that is none: {link[:80]!r}"
    assert encode(decode_article(value)).decode() == text, "not canonical"


def codec(value: bytes) -> None:
    """Bytes are a record or InvalidRecord; a record gives its own bytes back for ever."""
    for decode in (decode_article, decode_outcome, decode_story, decode_stub):
        try:
            record = decode(value)
        except InvalidRecord:
            continue
        once = encode(record)
        assert encode(decode(once)) == once


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    return [text for inner in value for text in _strings(inner)] if isinstance(value, list) else []


def one_input(data: bytes) -> None:
    """The first byte says what the rest is."""
    if not data:
        return
    kind = data[0] % (len(HEADERS) + 1)
    if kind == len(HEADERS):
        codec(data[1:])
    else:
        walk(data[1:], HEADERS[kind])
