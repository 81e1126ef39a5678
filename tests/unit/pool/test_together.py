"""Pages that are submitted together: asked about together, finished in one go, and each hurts only itself all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind
from tests.unit.pool.rig import MIB, PROCEED, Clock, Rig, dead_letter, process_of
from workers.pool import child
from workers.pool.messages import Decoded, PageResult, Stop
from workers.pool.pool import RestartCause
from workers.pool.slot import LOAD_TIME_S


def test_pages_together_are_asked_about_at_once_and_reported_in_their_order(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.submit_together("a", "b", "c")
    assert (one.pool.free, one.pool.busy) == (0, 1)
    seen: list[tuple[str, object]] = []
    while len(seen) < 3:
        seen += one.pool.poll(1.0)
    assert [(token, type(message)) for token, message in seen] == [("a", Decoded), ("b", Decoded), ("c", Decoded)]
    for token in ("c", "a"):
        one.pool.answer(token, PROCEED)
    assert one.pool.poll(0.1) == [], "the third is not answered"
    one.pool.answer("b", PROCEED)
    results = one.results(3)
    assert [token for token, _ in results] == ["a", "b", "c"]
    assert len({process_of(result) for _, result in results}) == 1
    assert all(0 < result.cpu_s < 5 and result.attempts == 1 for _, result in results)
    assert one.pool.free == 1


def test_pages_that_end_in_decode_or_are_stopped_leave_the_others_to_finish(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.submit_together("filter", "a", "stopped", "b")
    results: list[tuple[str, PageResult]] = []
    while len(results) < 3:
        for token, message in one.pool.poll(1.0):
            if isinstance(message, Decoded):
                one.pool.answer(token, Stop() if token == "stopped" else PROCEED)
            else:
                results.append((token, message))
    assert [(token, result.reason) for token, result in results] == [("filter", FilterReason.TOO_SHORT), ("a", None), ("b", None)]
    assert one.run("next").outcome is OutcomeKind.PUBLISHED
    assert one.restarts == []


def test_when_all_are_stopped_the_slot_is_free_at_once(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.submit_together("a", "b")
    asked: list[str] = []
    while len(asked) < 2:
        asked += [token for token, _ in one.pool.poll(1.0)]
    one.pool.answer("a", Stop())
    assert one.pool.free == 0
    one.pool.answer("b", Stop())
    assert one.pool.free == 1
    assert one.run("next").outcome is OutcomeKind.PUBLISHED


@pytest.mark.parametrize(
    ("verb", "reason", "causes"),
    [
        ("exit", DeadLetterReason.CRASH, [RestartCause.CRASH] * 3),  # together, and twice alone
        ("segv", DeadLetterReason.CRASH, [RestartCause.CRASH] * 3),
        ("gulp", DeadLetterReason.MEMORY, [RestartCause.MEMORY] * 3),  # "a" was in its process before it
        ("loop", DeadLetterReason.TIMEOUT, [RestartCause.TIMEOUT] * 2),
    ],
)
@pytest.mark.parametrize("line", ["by_value", "in_decode"])
def test_a_page_among_others_hurts_only_itself(
    rig: Callable[..., Rig], line: str, verb: str, reason: DeadLetterReason, causes: list[RestartCause]
) -> None:
    one = rig(line=line, timeout_s=0.5, max_memory_bytes=300 * MIB)
    one.submit_together("a", f"{verb} x", "b")
    results = dict(one.results(3))
    assert dead_letter(results[f"{verb} x"]) is reason
    assert [results[name].outcome for name in "ab"] == [OutcomeKind.PUBLISHED] * 2
    assert results["a"].attempts == results["b"].attempts == 1, "together is no try"
    assert one.restarts == causes
    assert sorted(token for token, _ in one.decoded) == sorted(["a", "b"] if line == "in_decode" else ["a", f"{verb} x", "b"])
    assert (one.pool.free, one.pool.poll(0.0)) == (1, [])


def test_what_a_page_reported_before_its_process_ended_is_not_done_again(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.until(lambda: one.pool.ready)
    [pid] = one.pool.pids()
    large = f"result {child.HELD_BYTES}"  # waits for no other
    one.submit_together(large, "exit", "b")
    results = one.results(3)
    assert [token for token, _ in results] == [large, "exit", "b"]
    assert process_of(results[0][1]) == str(pid)
    assert process_of(results[2][1]) != str(pid)
    assert len(one.decoded) == 3, "none is asked about twice"


def test_pages_together_have_their_own_time_which_is_short(rig: Callable[..., Rig], tmp_path: Path) -> None:
    clock = Clock()
    one = rig(timeout_s=15.0, clock=clock)
    one.until(lambda: one.pool.ready)
    slow = f"wait {tmp_path}/go"
    one.submit_together("a", slow)
    asked: list[str] = []
    while len(asked) < 2:
        asked += [token for token, _ in one.pool.poll(1.0)]
    for token in asked:
        one.pool.answer(token, PROCEED)
    reported = one.passes(clock, LOAD_TIME_S + 0.5)
    assert one.restarts == [RestartCause.TIMEOUT]
    (tmp_path / "go").touch()
    while len(reported) < 2:
        reported += one.pool.poll(1.0)
    assert [(token, getattr(result, "outcome", None)) for token, result in reported] == [
        ("a", OutcomeKind.PUBLISHED),
        (slow, OutcomeKind.PUBLISHED),
    ]


def test_abandoned_pages_of_a_load_are_never_reported_and_the_others_are(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.submit_together("a", "b", "c")
    one.pool.abandon("b")
    results = one.results(2)
    assert [token for token, _ in results] == ["a", "c"]
    one.submit_together("d", "exit", "e")
    one.pool.abandon_all()
    assert one.until(lambda: one.pool.free == 1) == []
    assert one.run("b").outcome is OutcomeKind.PUBLISHED


def test_pages_that_came_apart_can_be_abandoned(rig: Callable[..., Rig], tmp_path: Path) -> None:
    one = rig()
    first = f"wait {tmp_path}/go"
    one.submit_together("exit", first, "c", "d")
    asked: list[str] = []
    while len(asked) < 4:
        asked += [token for token, _ in one.pool.poll(1.0)]
    for token in asked:
        one.pool.answer(token, PROCEED)
    seen = one.until(lambda: len(one.restarts) == 3)  # together, and `exit` twice alone
    one.pool.abandon("c")
    one.pool.answer("d", Stop())
    (tmp_path / "go").touch()
    while one.pool.busy:
        seen += one.pool.poll(1.0)
    assert [(token, getattr(result, "outcome", None)) for token, result in seen] == [
        ("exit", OutcomeKind.DEAD_LETTERED),
        (first, OutcomeKind.PUBLISHED),
    ]


def test_a_load_counts_all_its_pages_for_the_age_of_its_process(rig: Callable[..., Rig]) -> None:
    one = rig(pages_per_process=3)
    one.submit_together("a", "b", "c")
    one.results(3)
    assert one.restarts == [RestartCause.RECYCLED]
    one.submit_together("d", "e")
    one.results(2)
    assert one.restarts == [RestartCause.RECYCLED]


def test_results_too_large_to_wait_for_each_other_arrive_whole(rig: Callable[..., Rig]) -> None:
    one = rig()
    tokens = [f"result {MIB + number}" for number in range(4)]
    one.submit_together(*tokens)
    results = one.results(4)
    assert [token for token, _ in results] == tokens
    assert all(len(result.articles[0].value) > MIB for _, result in results)
