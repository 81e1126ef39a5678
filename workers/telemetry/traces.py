"""W3C trace context: the trace a page came with is passed on to what is written for it. Spans: `tracing.py`."""

import re
import secrets

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_NO_TRACE = "0" * 32
_NO_SPAN = "0" * 16


def child_of(traceparent: str | None) -> str | None:
    """Return the `traceparent` of what is written for a page: the same trace and flags, a new random span id.

    None without a valid one: Rawi starts no traces of its own. Random, as the standard wants: two attempts at a page are two spans;
    headers are outside "the same page gives the same bytes".
    """
    parts = _parse(traceparent)
    if parts is None:
        return None
    trace_id, flags = parts
    span_id = _NO_SPAN
    while span_id == _NO_SPAN:
        span_id = secrets.token_hex(8)
    return f"00-{trace_id}-{span_id}-{flags}"


def trace_id_of(traceparent: str | None) -> str | None:
    """Return the trace id (32 lower-case hex digits) for the log; None without a valid header."""
    parts = _parse(traceparent)
    return parts and parts[0]


def _parse(traceparent: str | None) -> tuple[str, str] | None:
    """Return trace id and flags. A higher version is read as version 00, whatever follows; of the flags only `sampled` is known."""
    match = _TRACEPARENT.fullmatch(traceparent.strip(" \t")) if traceparent and len(traceparent) <= 512 else None
    if match is None:
        return None
    version, trace_id, span_id, flags, rest = match.groups()
    if version == "ff" or (version == "00" and rest) or trace_id == _NO_TRACE or span_id == _NO_SPAN:
        return None
    return trace_id, f"{int(flags, 16) & 1:02x}"
