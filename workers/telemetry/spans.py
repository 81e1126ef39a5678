"""Pages as OpenTelemetry spans: one a page, one below it for each stage. Imported only when tracing is on."""

import secrets
import threading

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, Tracer, TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from workers import __version__
from workers.telemetry.traces import child_of
from workers.telemetry.tracing import TracedPage

FLUSH_TIMEOUT_S = 2.0  # at the worker's end; a stop takes at most 25 s in all
_DEAD_LETTERED = "dead_lettered"


class OtelTracing:
    """Tracing by the OpenTelemetry SDK. OTEL_TRACES_SAMPLER decides which traces that begin here are kept; others follow their parent.

    Args:
        processor: where finished spans go.
        instance_id: `service.instance.id` of the spans.
    """

    def __init__(self, processor: SpanProcessor, instance_id: str) -> None:
        self._ids = _Ids()
        # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over these.
        resource = Resource.create({"service.name": "rawi", "service.version": __version__, "service.instance.id": instance_id})
        self._provider = TracerProvider(resource=resource, id_generator=self._ids, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        tracer = self._provider.get_tracer("rawi", __version__)
        assert isinstance(tracer, Tracer)
        self._tracer = tracer

    def begin(self, traceparent: str | None) -> str | None:
        """A child of the trace the page came with; without one, the root of a new trace."""
        child = child_of(traceparent)
        if child is not None:
            return child
        trace_id = secrets.randbits(128) or 1
        decision = self._provider.sampler.should_sample(None, trace_id, "process", SpanKind.CONSUMER).decision
        return f"00-{trace_id:032x}-{secrets.token_hex(8)}-{int(decision is Decision.RECORD_AND_SAMPLE):02x}"

    def closed(self, page: TracedPage) -> None:
        """Make the page's spans; stages stand one after the other from the hand-out, as they ran."""
        own = _context(page.own)
        if own is None or not own.trace_flags.sampled:
            return
        parent = _context(page.parent)
        self._ids.next = own.trace_id, own.span_id
        span = self._tracer.start_span(
            f"process {page.topic}",
            context=Context() if parent is None else trace.set_span_in_context(NonRecordingSpan(parent), Context()),
            kind=SpanKind.CONSUMER,
            start_time=_ns(page.begun_s),
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.type": "process",
                "messaging.destination.name": page.topic,
                "messaging.destination.partition.id": str(page.partition),
                "messaging.kafka.offset": page.offset,
                "rawi.outcome": page.outcome,
                "rawi.reason": page.reason or "",
                "url.full": page.url or "",
            },
        )
        if page.outcome == _DEAD_LETTERED:
            span.set_status(Status(StatusCode.ERROR, page.reason or ""))
        self._stages(span, page)
        span.end(_ns(page.committed_s))

    def close(self) -> None:
        """Send what is left, for at most FLUSH_TIMEOUT_S: the SDK's own flush took 8 s with a collector that is away."""
        flush = threading.Thread(target=self._provider.force_flush, name="rawi-traces-flush", daemon=True)
        flush.start()
        flush.join(FLUSH_TIMEOUT_S)

    def _stages(self, span: Span, page: TracedPage) -> None:
        below = trace.set_span_in_context(span, Context())
        at_s = page.begun_s
        for name, ms in page.stage_ms.items():
            stage = self._tracer.start_span(name, context=below, start_time=_ns(at_s))
            at_s += ms / 1000
            stage.end(_ns(at_s))


class _Ids(IdGenerator):
    """Random ids, but for the page's span: its id is on the records that were written for it."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()
        self.next: tuple[int, int] | None = None

    def generate_trace_id(self) -> int:
        return self.next[0] if self.next else self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        taken, self.next = self.next, None
        return taken[1] if taken else self._random.generate_span_id()


def _context(traceparent: str | None) -> SpanContext | None:
    if child_of(traceparent) is None or traceparent is None:
        return None
    _, trace_id, span_id, flags, *_ = traceparent.strip(" \t").split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16) & 1))


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)
