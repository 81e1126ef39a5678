"""Headers of what is written: what the schemas say, in an order Kafka's readers can rely on, and bounded."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas.codec import decode_stub
from schemas.header_records import DeadLetterHeaders
from schemas.headers import Headers
from schemas.out_headers import (
    HeaderList,
    article_headers,
    dead_letter_headers,
    dead_letter_stub,
    outcome_headers,
    read_dead_letter_headers,
    stub_key,
    without_dead_letter_headers,
)
from schemas.reasons import DeadLetterReason
from schemas.records import Source
from tests.contract.validation import errors

SOURCE = Source("raw.pages", 3, 41207)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
AT = datetime(2026, 3, 2, 12, 0, 13, 250999, timezone(timedelta(hours=3)))


def _dead(original: Headers, error: str = "took 15 s", version: str = "0.1.0") -> HeaderList:
    return dead_letter_headers(
        original,
        stage="pool",
        reason=DeadLetterReason.TIMEOUT,
        error=error,
        attempts=1,
        source=SOURCE,
        timestamp_ms=1772442012000,
        worker_version=version,
    )


def test_an_article_says_where_it_came_from_and_when_it_was_made() -> None:
    assert article_headers(SOURCE, AT, TRACE) == [
        ("schema-version", b"1"),
        ("source-topic", b"raw.pages"),
        ("source-partition", b"3"),
        ("source-offset", b"41207"),
        ("processed-at", b"2026-03-02T09:00:13.250Z"),
        ("traceparent", TRACE.encode()),
    ]


def test_a_page_without_a_trace_gives_records_without_a_trace() -> None:
    assert "traceparent" not in dict(article_headers(SOURCE, AT, None))


@pytest.mark.parametrize("headers", [article_headers(SOURCE, AT, TRACE), outcome_headers(SOURCE, AT.astimezone(UTC), None)])
def test_record_headers_fit_their_schema(headers: HeaderList) -> None:
    assert not errors("record-headers.v1", {name: value.decode() for name, value in headers}, strict=True)


def test_a_dead_letters_own_headers_fit_their_schema() -> None:
    assert not errors("dead-letter-headers.v1", {name: value.decode() for name, value in _dead([])}, strict=True)


def test_original_headers_come_first_and_untouched_repeated_ones_too() -> None:
    original = [("url", b"https://a.example/"), ("X", b"\xff\x00"), ("url", b""), ("x", b"2")]
    assert _dead(original)[:4] == original


def test_earlier_dlq_headers_of_a_record_copied_back_by_hand_stay_and_the_new_ones_count() -> None:
    twice = _dead(_dead([("url", b"u")], error="first"), error="second")
    assert [value for name, value in twice if name == "dlq-error"] == [b"first", b"second"]
    assert read_dead_letter_headers(twice)["dlq-error"] == "second"


def test_a_replay_takes_off_all_dlq_headers_and_nothing_else() -> None:
    original = [("url", b"u"), ("url", b"v"), ("content-type", b"text/html")]
    assert without_dead_letter_headers(_dead(_dead(original))) == original


def test_an_error_is_one_line_of_bounded_length_that_ends_with_a_whole_character() -> None:
    error = dict(_dead([], error="a\n\tb\ud800 " + "خ" * 5000))["dlq-error"]
    assert len(error) <= 1024
    assert error.decode().startswith("a b? خخ")


def test_labels_are_bounded_too() -> None:
    assert len(dict(_dead([], version="9" * 5000))["dlq-worker-version"]) == 128


def test_a_stub_has_the_headers_and_names_size_and_hash_of_the_original() -> None:
    headers = _dead([("url", b"https://a.example/")])
    value, stub_headers = dead_letter_stub(b"key", b"x" * 30_000_000, headers)
    stub = decode_stub(value)
    assert (stub.size_bytes, stub.key_size_bytes, stub.cut_headers) == (30_000_000, 3, [])
    assert stub.sha256 == hashlib.sha256(b"x" * 30_000_000).hexdigest()
    assert stub_headers == [*headers, ("dlq-stub", b"true")]
    assert len(value) < 1000


def test_a_stub_of_a_record_without_key_and_value_says_so() -> None:
    stub = decode_stub(dead_letter_stub(None, None, _dead([]))[0])
    assert (stub.size_bytes, stub.sha256, stub.key_size_bytes) == (None, None, None)


def test_a_stub_cuts_huge_headers_names_them_and_keeps_our_own_whole() -> None:
    original = [
        ("cookie", b"c" * 1_000_000),
        ("dlq-error", b"old" * 10_000),
        *[(f"h{i}", b"v" * 5000) for i in range(2000)],
        ("n" * 70_000, b""),
    ]
    headers = _dead([*original, ("n" * 300_000, b"")])
    value, stub_headers = dead_letter_stub(None, b"v", headers)
    assert sum(len(name) + len(v) for name, v in stub_headers) < 300_000
    assert {"cookie", "dlq-error", "n" * 128} & set(decode_stub(value).cut_headers) >= {"cookie", "dlq-error"}
    own = {field for field in DeadLetterHeaders.__struct_encode_fields__ if field != "dlq-stub"}
    assert own <= dict(stub_headers).keys()
    assert dict(stub_headers)["dlq-error"] == b"took 15 s"
    assert len(value) < 20_000


def test_a_stub_passes_on_a_header_whose_value_is_null() -> None:
    headers: HeaderList = [("empty", None)]  # type: ignore[list-item]  # Kafka allows it, and kafka-python hands it over
    assert dict(dead_letter_stub(None, b"v", _dead(headers))[1])["empty"] is None
    assert read_dead_letter_headers([("dlq-error", None)]) == {"dlq-error": ""}  # type: ignore[list-item]


def test_the_key_of_a_stub_is_cut_at_8_kib() -> None:
    assert stub_key(b"k" * 100_000) == b"k" * 8192
    assert stub_key(b"k") == b"k"
    assert stub_key(None) is None
