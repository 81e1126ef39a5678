"""Small parts of the tools: times, safe text, errors, and which records are meant."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import errors as kafka_errors

from workers.tools.dead_letters import Choice, parse_position, read_letter
from workers.tools.errors import Exit, ToolError, broker_errors, clean_exit, explain
from workers.tools.outcomes import key_partition
from workers.tools.records import is_on_site, page_url
from workers.tools.terminal import json_line, safe_bytes, safe_line, safe_text
from workers.tools.view import json_view
from workers.tools.when import format_ms, parse_when

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONFIG = {"bootstrap_servers": ["b:1"], "security_protocol": "PLAINTEXT"}


@dataclass
class Record:
    """As kafka-python gives one."""

    headers: Sequence[tuple[str, bytes | None]] = field(default_factory=list)
    value: bytes | None = b"x"
    key: bytes | None = None
    topic: str = "t"
    partition: int = 0
    offset: int = 0
    timestamp: int = 0


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("90s", NOW - timedelta(seconds=90)),
        ("15m", NOW - timedelta(minutes=15)),
        ("7d", NOW - timedelta(days=7)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_times_and_ages_are_understood(text: str, when: datetime) -> None:
    assert parse_when(text, NOW) == when


@pytest.mark.parametrize("text", ["", "yesterday", "5y", "99999999999999d", "2026-13-01"])
def test_what_is_no_time_is_a_usage_error(text: str) -> None:
    with pytest.raises(ToolError) as e:
        parse_when(text, NOW)
    assert e.value.code is Exit.USAGE


def test_timestamps_are_utc_with_milliseconds() -> None:
    assert format_ms(1_700_000_000_007) == "2023-11-14T22:13:20.007Z"
    assert format_ms(-1) == "-"


@given(st.text())
def test_safe_text_has_nothing_a_terminal_obeys(text: str) -> None:
    bad = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029", "\u202e", "\u2066"}
    assert not set(safe_line(text)) & bad
    assert not set(safe_text(text)) & (bad - {"\n", "\t"})
    safe_line(text).encode()
    assert json.loads(json_line({"t": text})) == {"t": text}


def test_joiners_and_marks_that_words_need_stay() -> None:
    text = "می\u200cخواهم \u200f\u0627\u064b\u061c \U0001f468\u200d\U0001f469"
    assert safe_line(text) == text
    assert safe_bytes(b"\xff\xd9\x86\x1b") == "\\xffن\\u001b"


@pytest.mark.parametrize(
    ("error", "cause", "code", "says"),
    [
        (kafka_errors.KafkaTimeoutError("Unable to bootstrap"), None, Exit.UNAVAILABLE, "no answer from Kafka at b:1"),
        (
            kafka_errors.KafkaTimeoutError("x"),
            kafka_errors.SaslAuthenticationFailedError("bad"),
            Exit.NOT_PERMITTED,
            "refused the login: bad",
        ),
        (kafka_errors.TopicAuthorizationFailedError("t"), None, Exit.NOT_PERMITTED, "not allowed"),
        (kafka_errors.ProducerFencedError(), None, Exit.FAILED, "taken over"),
        (kafka_errors.UnknownTopicOrPartitionError("t"), None, Exit.NO_INPUT, "no such topic"),
        (kafka_errors.InvalidReplicationFactorError("3\n of 1"), None, Exit.FAILED, "3 of 1"),
    ],
)
def test_kafkas_errors_become_one_line_and_a_code(error: kafka_errors.KafkaError, cause: Exception | None, code: Exit, says: str) -> None:
    explained = explain(error, CONFIG, cause)
    assert explained.code is code
    assert says in str(explained)
    assert "\n" not in str(explained)


def test_a_connection_closed_during_a_login_is_a_refused_login() -> None:
    closed = kafka_errors.KafkaConnectionError("socket disconnected")
    timeout = kafka_errors.KafkaTimeoutError("x")
    assert explain(timeout, CONFIG, closed).code is Exit.UNAVAILABLE
    assert explain(timeout, CONFIG | {"security_protocol": "SASL_SSL"}, closed).code is Exit.NOT_PERMITTED


def test_a_last_attempt_that_runs_out_of_time_does_not_hide_what_the_broker_did_before() -> None:
    log = logging.getLogger("kafka.net.manager")

    def connect() -> None:
        with broker_errors(CONFIG | {"security_protocol": "SASL_SSL"}):
            log.warning("failed: %s", kafka_errors.KafkaConnectionError("socket disconnected"))
            log.warning("failed: %s", kafka_errors.RequestTimedOutError("Request timed out after 31 ms"))
            raise kafka_errors.KafkaTimeoutError("Unable to bootstrap")

    with pytest.raises(ToolError) as e:
        connect()
    assert e.value.code is Exit.NOT_PERMITTED


@pytest.mark.parametrize(("error", "code"), [(ToolError("gone", Exit.NO_INPUT), 66), (KeyboardInterrupt(), 130)])
def test_a_users_mistake_ends_with_a_code_and_no_traceback(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as e, clean_exit():
        raise error
    assert e.value.code == code
    assert capsys.readouterr().err == ("rawi: gone\n" if code == 66 else "")


def test_a_sites_subdomains_are_the_site_and_look_alikes_are_not() -> None:
    assert is_on_site("https://www.news.example/a", "www.News.example")
    assert is_on_site("https://m.news.example:8080/a", "news.example")
    assert not is_on_site("https://fakenews.example/a", "news.example")
    assert not is_on_site("http://[bad", "news.example")
    assert not is_on_site(None, "news.example")


def test_an_envelopes_url_is_in_its_value() -> None:
    json_type = [("content-type", b"application/json")]
    assert page_url(Record(json_type, b'{"url": "https://x.example/"}')) == "https://x.example/"
    assert page_url(Record(json_type, b"{")) is None
    assert page_url(Record([*json_type, ("url", b"https://y.example/")], b'{"url": "https://x.example/"}')) == "https://y.example/"
    assert page_url(Record([], b'{"url": "https://x.example/"}')) is None


def test_a_record_that_is_no_dead_letter_is_read_without_complaint() -> None:
    strange = read_letter(Record([("dlq-source-offset", b"\xff"), ("rawi-replays", b"\xd9\xa3x"), ("dlq-reason", None)], None))
    assert (strange.source_offset, strange.replays, strange.reason, strange.size_bytes) == (-1, 0, "", None)
    assert not Choice(reasons=frozenset({"crash"})).wants(strange)
    assert Choice().wants(strange)


@pytest.mark.parametrize("text", ["", "1", "1:", ":1", "a:1", "1:-1", "1:2:3"])
def test_a_position_is_partition_and_offset(text: str) -> None:
    with pytest.raises(ToolError):
        parse_position(text)
    assert parse_position("3:42") == (3, 42)


def test_keys_go_where_every_kafka_client_puts_them() -> None:
    # From Kafka's UtilsTest.testMurmur2: murmur2("foobar") = -790332482, murmur2("21") = -973932308
    assert key_partition("foobar", list(range(12))) == (-790332482 & 0x7FFFFFFF) % 12
    assert key_partition("21", [0, 1, 2, 3, 4]) == (-973932308 & 0x7FFFFFFF) % 5


def test_a_value_is_shown_to_scripts_as_json_text_or_base64() -> None:
    assert json_view(Record(value=b'{"a": 1}'))["value"] == {"a": 1}
    assert json_view(Record(value=b"{not json"))["value"] == "{not json"
    assert json_view(Record(value=b"\xff"))["valueBase64"] == "/w=="
    assert json_view(Record(value=None))["value"] is None
