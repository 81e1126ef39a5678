"""Spans of pages: one a stage, in the trace the page came in, under the id that stands on what was written for it."""

import http.server
import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from workers.telemetry.spans import OtelTracing
from workers.telemetry.tracing import NoTracing, TracedPage, open_tracing

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED, UNSAMPLED = f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00"


def page(parent: str | None, own: str | None, **changes: Any) -> TracedPage:
    given = {"outcome": "published", "reason": None, "stage_ms": {"parse": 20.0, "extract": 30.0}, "url": "https://news.test/a"} | changes
    return TracedPage(parent=parent, own=own, topic="raw.pages", partition=3, offset=42, begun_s=1_000.0, committed_s=1_000.2, **given)


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(exporter: InMemorySpanExporter) -> OtelTracing:
    return OtelTracing(SimpleSpanProcessor(exporter), "worker-1")


def test_a_page_is_a_span_in_its_trace_and_each_stage_one_below_it(traced: OtelTracing, exporter: InMemorySpanExporter) -> None:
    own = traced.begin(SAMPLED)
    assert own is not None
    traced.closed(page(SAMPLED, own))
    parse, extract, whole = exporter.get_finished_spans()
    assert (whole.name, whole.kind) == ("process raw.pages", SpanKind.CONSUMER)
    assert whole.context is not None
    assert own == f"00-{whole.context.trace_id:032x}-{whole.context.span_id:016x}-01"
    assert whole.parent is not None
    assert f"{whole.parent.trace_id:032x}-{whole.parent.span_id:016x}" == f"{TRACE}-{SPAN}"
    assert (whole.start_time, whole.end_time) == (1_000_000_000_000, 1_000_200_000_000)
    assert whole.attributes is not None
    assert whole.attributes["messaging.kafka.offset"] == 42
    assert [(stage.name, stage.start_time, stage.end_time) for stage in (parse, extract)] == [
        ("parse", 1_000_000_000_000, 1_000_020_000_000),
        ("extract", 1_000_020_000_000, 1_000_050_000_000),
    ]
    assert [stage.parent and stage.parent.span_id for stage in (parse, extract)] == [whole.context.span_id] * 2
    assert whole.resource.attributes["service.instance.id"] == "worker-1"


def test_a_dead_letter_is_an_error(traced: OtelTracing, exporter: InMemorySpanExporter) -> None:
    traced.closed(page(SAMPLED, traced.begin(SAMPLED), outcome="dead_lettered", reason="timeout", stage_ms={}))
    [span] = exporter.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "timeout")


def test_a_page_without_a_trace_begins_one(traced: OtelTracing, exporter: InMemorySpanExporter) -> None:
    own = traced.begin(None)
    traced.closed(page(None, own, stage_ms={}))
    [span] = exporter.get_finished_spans()
    assert span.parent is None
    assert span.context is not None
    assert own == f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-01"


def test_a_trace_that_is_not_sampled_is_passed_on_without_spans(traced: OtelTracing, exporter: InMemorySpanExporter) -> None:
    own = traced.begin(UNSAMPLED)
    assert own is not None
    assert own.endswith("-00")
    traced.closed(page(UNSAMPLED, own))
    assert exporter.get_finished_spans() == ()


def test_the_sampler_of_the_environment_decides_about_new_traces(monkeypatch: pytest.MonkeyPatch, exporter: InMemorySpanExporter) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")
    traced = OtelTracing(SimpleSpanProcessor(exporter), "worker-1")
    own = traced.begin(None)
    assert own is not None
    assert own.endswith("-00")
    traced.closed(page(SAMPLED, traced.begin(SAMPLED), stage_ms={}))
    assert len(exporter.get_finished_spans()) == 1


def test_off_a_trace_is_passed_on_and_none_begun() -> None:
    off = open_tracing("off", "worker-1")
    assert isinstance(off, NoTracing)
    passed = off.begin(SAMPLED)
    assert passed is not None
    assert passed.startswith(f"00-{TRACE}-")
    assert off.begin(None) is None


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install 'rawi\[otel\]'"):
        open_tracing("otlp", "worker-1")


class _Collector(http.server.BaseHTTPRequestHandler):
    """Takes OTLP over HTTP."""

    spans: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = ExportTraceServiceRequest.FromString(body)
        type(self).spans += [span.name for r in request.resource_spans for scope in r.scope_spans for span in scope.spans]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as in the base class)
        pass


@pytest.fixture
def collector() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_spans_reach_a_collector_before_the_worker_ends(collector: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    traced = open_tracing("otlp", "worker-1")
    traced.closed(page(SAMPLED, traced.begin(SAMPLED)))
    traced.close()
    assert sorted(_Collector.spans) == ["extract", "parse", "process raw.pages"]


def test_a_collector_that_is_away_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    traced = open_tracing("otlp", "worker-1")
    traced.closed(page(SAMPLED, traced.begin(SAMPLED)))
    began_s = time.monotonic()
    traced.close()
    assert time.monotonic() - began_s < 5
