"""What a producer may say in headers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.headers import PageHeaders, parse_instant, read_page_headers, with_content_type
from schemas.mediatypes import parse_media_type

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def read(**headers: str) -> PageHeaders:
    return read_page_headers(
        [(name if name.startswith("ce_") else name.replace("_", "-"), text.encode()) for name, text in headers.items()]
    )


def test_every_header_is_read() -> None:
    assert read(
        url="https://a.example/b",
        fetched_at="2024-01-02T03:04:05.678+03:00",
        http_status="200",
        content_type="Application/HTTP; msgtype=Response; charset=utf-8",
        content_encoding="GZIP, br",
        traceparent=TRACE,
        rawi_reprocess="run-7",
    ) == PageHeaders(
        url="https://a.example/b",
        fetched_at=datetime(2024, 1, 2, 0, 4, 5, 678_000, UTC),
        http_status=200,
        content_type="application/http",
        msgtype="response",
        charset="utf-8",
        content_encoding=("gzip", "br"),
        traceparent=TRACE,
        reprocess="run-7",
        size_bytes=245,
    )


def test_no_headers_say_nothing() -> None:
    assert read_page_headers([]) == PageHeaders()


def test_names_are_matched_without_case_and_the_last_of_a_name_wins() -> None:
    assert read_page_headers([("URL", b"https://a.example/1"), ("Url", b"https://a.example/2")]).url == "https://a.example/2"
    assert read_page_headers([("url", b"https://a.example/1"), ("url", b"")]).url is None


def test_an_empty_header_is_an_absent_one() -> None:
    headers = read(url="", fetched_at=" ", http_status="", content_type="", content_encoding="", traceparent="")
    assert (headers.unreadable, headers.content_encoding, headers.content_type) == ((), (), None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("url", value) for value in (b"/a", b"ftp://a.example/", b"https://", b"\xff\xfe", b"https://a\0b")),
        *(("fetched-at", value) for value in (b"yesterday", b"2024-01-02", b"2024-01-02T03:04:05", b"2024-13-02T03:04:05Z", b"1704164645")),
        *(("http-status", value) for value in (b"ok", b"20", b"2000", b"-404", "٤٠٤".encode(), b"200 OK")),
        *(("content-type", value) for value in (b"html", b"text/", b";charset=a", b"\xff")),
        *(("traceparent", value) for value in (b"00-1-2-3", TRACE.upper().encode())),
        ("rawi-reprocess", b"\xff"),
        ("content-encoding", b"x" * 9_000),
    ],
)
def test_a_header_that_cannot_be_read_is_absent_and_named(name: str, value: bytes) -> None:
    headers = read_page_headers([(name, value)])
    assert headers == PageHeaders(unreadable=(name,), size_bytes=len(name) + len(value))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60),
        ("1970-01-01t00:01:00z", 60),
        ("1970-01-01 00:01:00+00:00", 60),
        ("1970-01-01T02:01:00+02:00", 60),
        ("1970-01-01T00:01:00.123456789Z", 60.123456),
        ("1970-01-01T00:00:60Z", 59),
    ],
)
def test_instants_are_read_as_rfc_3339_writes_them(text: str, seconds: float) -> None:
    instant = parse_instant(text)
    assert instant is not None
    assert instant.timestamp() == seconds


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00", "2024-02-30T00:00:00Z", "٢٠٢٤-01-01T00:00:00Z"])
def test_instants_that_do_not_exist_are_none(text: str) -> None:
    assert parse_instant(text) is None


@pytest.mark.parametrize(
    ("traceparent", "valid"),
    [
        (TRACE, True),
        ("cc" + TRACE[2:] + "-later", True),
        ("ff" + TRACE[2:], False),
        (TRACE + "-more", False),
        (TRACE.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32), False),
        (TRACE.replace("00f067aa0ba902b7", "0" * 16), False),
        (TRACE[:-1], False),
    ],
)
def test_traceparent_is_valid_as_w3c_says(traceparent: str, valid: bool) -> None:
    assert read(traceparent=traceparent).traceparent == (traceparent if valid else None)


@pytest.mark.parametrize(
    ("subject", "source", "url"),
    [
        ("https://a.example/1", "https://crawler.example/", "https://a.example/1"),
        ("", "https://a.example/1", "https://a.example/1"),
        ("/2024/1", "https://a.example/feed", "https://a.example/2024/1"),
        ("1", "https://a.example/news", "https://a.example/news/1"),
        ("1", "https://a.example/news/", "https://a.example/news/1"),
        ("page fetched", "https://a.example/1", "https://a.example/1"),
        ("urn:x:1", "https://a.example/1", "https://a.example/1"),
        ("/1", "/crawler/7", None),
        ("1", "", None),
        ("//[bad", "https://a.example/", None),
    ],
)
def test_a_cloud_events_subject_and_source_give_the_url(subject: str, source: str, url: str | None) -> None:
    assert read(ce_subject=subject, ce_source=source).url == url


def test_the_url_and_fetched_at_headers_come_before_cloud_events() -> None:
    headers = read(
        url="https://a.example/1", ce_subject="https://b.example/", ce_time="2020-01-01T00:00:00Z", fetched_at="2021-01-01T00:00:00Z"
    )
    assert headers.url == "https://a.example/1"
    assert headers.fetched_at == datetime(2021, 1, 1, tzinfo=UTC)
    assert read(ce_time="2020-01-01T00:00:00Z").fetched_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_a_long_url_is_kept_and_all_bytes_are_counted() -> None:
    url = "https://a.example/" + "n" * 1_000_000
    headers = read_page_headers([("url", url.encode()), ("n" * 1_000, b"v" * 500)])
    assert (headers.url, headers.size_bytes) == (url, 3 + len(url) + 1_500)


def test_a_content_type_can_be_replaced() -> None:
    headers = with_content_type(read(content_type="text/html; charset=cp1256"), "application/http; msgtype=response")
    assert (headers.content_type, headers.msgtype, headers.charset) == ("application/http", "response", None)
    with pytest.raises(ValueError, match="not a media type"):
        with_content_type(headers, "html")


@pytest.mark.parametrize(
    ("text", "essence", "parameters"),
    [
        ("text/html", "text/html", {}),
        (' Text/HTML ;Charset="UTF\\-8" ; x=1;', "text/html", {"charset": "UTF-8", "x": "1"}),
        ("text/html; charset=a; charset=b", "text/html", {"charset": "a"}),
        ("text/html; charset='a'", "text/html", {"charset": "a"}),
        ("text/html; charset=; charset=b", "text/html", {"charset": "b"}),
        ("text/html, text/html; charset=utf-8", "text/html", {"charset": "utf-8"}),
        ("text/html;charset", "text/html", {}),
    ],
)
def test_media_types_are_read_with_their_parameters(text: str, essence: str, parameters: dict[str, str]) -> None:
    media_type = parse_media_type(text)
    assert media_type is not None
    assert (media_type.essence, media_type.parameters) == (essence, parameters)


@given(
    st.lists(st.tuples(st.sampled_from(["url", "Fetched-At", "content-type", "ce_subject", "ce_source", "traceparent", "x"]), st.binary()))
)
def test_reading_headers_never_raises(headers: list[tuple[str, bytes]]) -> None:
    assert read_page_headers(headers).size_bytes == sum(len(name) + len(value) for name, value in headers)
