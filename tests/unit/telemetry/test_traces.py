"""W3C trace context: what is passed on, and what counts as absent."""

import pytest

from workers.telemetry.traces import child_of, trace_id_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


def test_a_child_has_the_trace_and_flags_of_its_parent_and_a_span_of_its_own() -> None:
    child = child_of(f"00-{TRACE}-{SPAN}-01")
    assert child is not None
    version, trace, span, flags = child.split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert span not in (SPAN, "0" * 16)
    assert len(span) == 16
    assert trace_id_of(child) == TRACE


def test_a_higher_version_is_passed_on_as_version_00_with_the_flag_that_is_known() -> None:
    child = child_of(f"cc-{TRACE}-{SPAN}-ff-what-the-future-holds")
    assert child is not None
    assert child.startswith(f"00-{TRACE}-")
    assert child.endswith("-01")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01\n",
        f"01-{TRACE}-{SPAN}-01-" + "x" * 1000,
    ],
)
def test_a_header_that_is_not_valid_counts_as_absent(header: str | None) -> None:
    assert child_of(header) is None
    assert trace_id_of(header) is None
