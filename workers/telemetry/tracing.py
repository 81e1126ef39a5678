"""Where the traces of pages go: nowhere, or as OpenTelemetry spans to a collector (RAWI_TRACES, and OpenTelemetry's own OTEL_* variables).

Spans are made after the commit from the times that the pool has measured, so that the processes which read pages know nothing of it.
"""

import importlib.util
from collections.abc import Mapping
from typing import Protocol

import msgspec

from workers.telemetry.traces import child_of

MISSING = "RAWI_TRACES=otlp needs OpenTelemetry, which is not installed: pip install 'rawi[otel]'"


class TracedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page whose outcome is committed. Times are seconds since 1970."""

    parent: str | None  # the traceparent it came with
    own: str | None  # the one it was given, which stands on what was written for it
    topic: str
    partition: int
    offset: int
    url: str | None
    outcome: str
    reason: str | None
    stage_ms: Mapping[str, float]  # in the order they ran
    begun_s: float
    committed_s: float


class Tracing(Protocol):
    """Told of pages at their beginning and their end, by the engine's thread alone."""

    def begin(self, traceparent: str | None) -> str | None:
        """Return the traceparent of what will be written for a page that came with this one."""

    def closed(self, page: TracedPage) -> None:
        """A page's outcome is committed."""

    def close(self) -> None:
        """Send what is left, within a bound."""


class NoTracing:
    """Passes the trace on and makes no spans. A page that came without a trace stays without one."""

    def begin(self, traceparent: str | None) -> str | None:
        """As Tracing.begin."""
        return child_of(traceparent)

    def closed(self, page: TracedPage) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""


def open_tracing(traces: str, instance_id: str) -> Tracing:
    """Return what RAWI_TRACES asks for. Raises ImportError with a message for the user when OpenTelemetry is not installed."""
    if traces == "off":
        return NoTracing()
    if importlib.util.find_spec("opentelemetry") is None or importlib.util.find_spec("opentelemetry.sdk") is None:
        raise ImportError(MISSING)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from workers.telemetry.spans import OtelTracing

    return OtelTracing(BatchSpanProcessor(OTLPSpanExporter()), instance_id)
