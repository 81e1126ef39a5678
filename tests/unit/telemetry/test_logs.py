"""Logs: one line an event, nothing a page contains can break or forge one."""

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from schemas.reasons import OutcomeKind
from workers.settings import Secret
from workers.telemetry.logs import MAX_VALUE_CHARS, configure_logging, record_context

log = structlog.get_logger()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def logging_to(format_: Any = "json", level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    configure_logging(format_, level, stream)
    return stream


def test_an_event_is_one_json_line_with_time_level_name_and_fields() -> None:
    stream = logging_to("auto")
    log.info("page.closed", outcome=OutcomeKind.FILTERED, offset=7, reason=None, ids=["a"], sizes={"raw": 1.5})
    [line] = lines(stream)
    assert list(line)[:3] == ["ts", "level", "event"]
    assert line["ts"].endswith("Z")
    assert line | {"ts": ""} == {
        "ts": "",
        "level": "info",
        "event": "page.closed",
        "outcome": "filtered",
        "offset": 7,
        "reason": None,
        "ids": ["a"],
        "sizes": {"raw": 1.5},
    }


def test_the_level_is_the_least_that_is_logged() -> None:
    stream = logging_to(level="WARNING")
    log.info("a")
    log.warning("b")
    assert [line["event"] for line in lines(stream)] == ["b"]


@pytest.mark.parametrize("format_", ["json", "console"])
def test_no_value_can_break_or_forge_a_line(format_: str) -> None:
    stream = logging_to(format_)
    log.info("page.closed", url='x\n{"level":"error"}\r\x1b[2J\x85\u2028\u202e\x00')
    text = stream.getvalue()
    assert len(text.splitlines()) == 1
    assert not set(text[:-1]) & set("\r\x1b\x85\u2028\u202e\x00\n")


def test_json_gives_the_value_back_unchanged_and_arabic_readable() -> None:
    stream = logging_to()
    log.info("page.closed", title="خبر\u202eعاجل\n")
    assert lines(stream)[0]["title"] == "خبر\u202eعاجل\n"
    assert "خبر" in stream.getvalue()


def test_values_are_bounded_and_strange_ones_do_no_harm() -> None:
    class Bad:
        def __repr__(self) -> str:
            raise RuntimeError

    stream = logging_to()
    log.info(
        "a",
        long="x" * 5000,
        lone="\ud800",
        big=1 << 70,
        nan=float("nan"),
        bad=Bad(),
        many=list(range(1000)),
        raw=b"\xff",
        secret=Secret("hush"),
    )
    [line] = lines(stream)
    assert line["long"] == "x" * MAX_VALUE_CHARS + "… (5000 characters)"
    assert line["lone"] == "\\ud800"
    assert (line["big"], line["nan"], line["bad"], line["secret"]) == (str(1 << 70), "nan", "<Bad>", "***")
    assert len(line["many"]) == 100


def test_the_libraries_lines_have_the_same_form_from_warning_up() -> None:
    stream = logging_to()
    logging.getLogger("kafka.conn").info("connected")
    logging.getLogger("kafka.conn").warning("lost %s", "node\n1")
    [line] = lines(stream)
    assert (line["event"], line["logger"], line["message"], line["level"]) == ("library.message", "kafka.conn", "lost node\n1", "warning")


def test_an_exception_is_a_field_of_its_line() -> None:
    stream = logging_to()
    try:
        raise ValueError("x")
    except ValueError:
        log.exception("worker.failed")
    [line] = lines(stream)
    assert line["exception"].endswith("ValueError: x")


def test_a_records_place_is_on_every_line_inside_and_on_none_after() -> None:
    stream = logging_to()
    with record_context(topic="raw.pages", partition=1, offset=2, trace_id="t", article_id=None):
        log.info("a")
        logging.getLogger("lxml").warning("b")
    log.info("c")
    first, second, third = lines(stream)
    assert [(line["topic"], line["partition"], line["offset"], line["trace_id"]) for line in (first, second)] == [
        ("raw.pages", 1, 2, "t")
    ] * 2
    assert "article_id" not in first
    assert "topic" not in third


def test_console_lines_are_for_a_person() -> None:
    stream = logging_to("console")
    log.info("worker.started", group="rawi")
    assert "worker.started" in stream.getvalue()
    assert "group=rawi" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_a_stream_that_takes_no_more_harms_nobody() -> None:
    stream = logging_to()
    stream.close()
    log.warning("a")
    logging.getLogger("library").warning("b")


def test_a_line_is_written_under_the_lock_of_libraries_lines() -> None:
    class Watched(io.StringIO):
        def write(self, text: str) -> int:
            free: list[bool] = []
            other = threading.Thread(target=lambda: free.append(lock.acquire(blocking=False)))
            other.start()
            other.join()
            assert free == [False]
            return super().write(text)

    stream = Watched()
    configure_logging("json", "INFO", stream)
    lock: Any = logging.getLogger().handlers[0].lock
    log.info("a")
    logging.getLogger("library").warning("b")
    assert [line["event"] for line in lines(stream)] == ["a", "library.message"]
