"""The killable pool, with real processes: whatever a page does, it hurts only itself, and is answered for exactly once."""

import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from schemas.codec import decode_article
from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind
from tests.unit.pool.rig import FAR_S, MIB, PROCEED, Clock, Rig, dead_letter, process_of
from workers.pipeline.draft import Limits
from workers.pool.messages import Decoded, Job, PageResult, Stop
from workers.pool.pool import PoolBroken, RestartCause


def gone(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def fork_server_of(rig: Rig) -> int:
    return int(Path(f"/proc/{rig.pool.pids()[0]}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_page_is_decoded_then_answered_then_published(rig: Callable[..., Rig]) -> None:
    one = rig()
    result = one.run("hello")
    assert result.outcome is OutcomeKind.PUBLISHED
    assert (result.url, result.raw_bytes, result.attempts) == ("hello", 5, 1)
    assert list(result.stage_ms) == ["identify", "filter", "behave", "assemble", "encode"]
    [(token, decoded)] = one.decoded
    assert (token, decoded.url, decoded.raw_bytes) == ("hello", "hello", 5)
    assert 0 < decoded.cpu_s <= result.cpu_s < 5
    assert [facts.dedupe for facts in result.facts] == ["unknown"]
    assert result.articles[0].id == hashlib.sha256(b"hello").hexdigest()
    assert decode_article(result.articles[0].value).dedupe == "unknown"


def test_a_page_that_ends_in_decode_is_not_asked_about(rig: Callable[..., Rig]) -> None:
    one = rig()
    result = one.run("filter")
    assert (result.outcome, result.reason, result.stage) == (OutcomeKind.FILTERED, FilterReason.TOO_SHORT, "filter")
    assert one.decoded == []


def test_what_the_samples_of_a_line_leave_behind_is_there_in_every_process(rig: Callable[..., Rig]) -> None:
    one = rig(line="warmed", pages_per_process=1)
    pages = [decode_article(one.run(f"page {number}").articles[0].value) for number in range(2)]
    assert [page.keywords[1:] for page in pages] == [["kept"], ["kept"]]
    assert one.decoded[0][0] == "page 0"


def test_a_null_value_and_an_empty_one_reach_the_line(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.pool.submit([("null", Job(headers=[], timestamp_ms=0, has_value=False), None)])
    assert one.results(1)[0][1].outcome is OutcomeKind.PUBLISHED
    one.submit("empty", b"")
    assert one.results(1)[0][1].outcome is OutcomeKind.PUBLISHED


@pytest.mark.parametrize("verb", ["loop", "regex"])
@pytest.mark.parametrize("line", ["by_value", "in_decode"])
def test_a_page_past_its_time_is_killed_and_not_retried(rig: Callable[..., Rig], verb: str, line: str) -> None:
    one = rig(line=line, timeout_s=0.3)
    result = one.run(verb)
    assert dead_letter(result) is DeadLetterReason.TIMEOUT
    assert (result.attempts, result.stage) == (1, "extract" if line == "by_value" else "decode")
    assert result.total_ms >= 300
    assert result.url == ("loop" if verb == "loop" else "regex") if line == "by_value" else result.url is None
    assert one.restarts == [RestartCause.TIMEOUT]
    assert one.run("next").outcome is OutcomeKind.PUBLISHED


def test_only_the_page_that_hangs_is_hurt(rig: Callable[..., Rig]) -> None:
    one = rig(slots=2, timeout_s=1.0)
    one.asked("loop")  # before the others: on a busy machine they could all end before its process asks
    one.pool.answer("loop", PROCEED)
    for number in range(20):
        one.submit(f"page {number}")
        [(token, result)] = one.results(1)
        if token == "loop":
            [(token, result)] = one.results(1)
        assert (token, result.outcome) == (f"page {number}", OutcomeKind.PUBLISHED)
    one.until(lambda: one.pool.busy == 0)
    assert one.restarts == [RestartCause.TIMEOUT]


def test_waiting_for_the_answer_does_not_count_against_the_page(rig: Callable[..., Rig]) -> None:
    one = rig(timeout_s=0.3)
    one.asked("patient")
    assert one.pool.poll(0.6) == []
    one.pool.answer("patient", PROCEED)
    assert one.results(1)[0][1].outcome is OutcomeKind.PUBLISHED


@pytest.mark.parametrize("verb", ["eat", "gulp", "swallow"])
def test_a_page_that_eats_memory_is_dead_lettered_and_not_retried(rig: Callable[..., Rig], verb: str) -> None:
    one = rig(max_memory_bytes=200 * MIB)
    result = one.run(verb)
    assert dead_letter(result) is DeadLetterReason.MEMORY
    assert result.attempts == 1
    assert one.restarts == [RestartCause.MEMORY]
    assert one.run("next").outcome is OutcomeKind.PUBLISHED


def test_a_page_that_ran_out_of_memory_where_others_were_before_is_tried_again_in_a_fresh_process(rig: Callable[..., Rig]) -> None:
    one = rig(max_memory_bytes=300 * MIB)
    grown = process_of(one.run(f"keep {130 * MIB}"))  # less than half: the process goes on
    result = one.run(f"use {255 * MIB}")
    assert (result.outcome, result.attempts) == (OutcomeKind.PUBLISHED, 2)
    assert process_of(result) != grown
    assert one.restarts == [RestartCause.MEMORY]
    assert len(one.decoded) == 2  # each page was asked about once


def test_a_page_that_eats_memory_costs_two_processes_at_most(rig: Callable[..., Rig]) -> None:
    one = rig(max_memory_bytes=200 * MIB)
    one.run("page before")
    result = one.run("eat")
    assert (dead_letter(result), result.attempts) == (DeadLetterReason.MEMORY, 2)
    assert one.restarts == [RestartCause.MEMORY] * 2
    assert one.run("next").outcome is OutcomeKind.PUBLISHED


@pytest.mark.parametrize(("first", "second"), [("memory", "exit"), ("exit", "memory")])
def test_a_page_has_two_processes_whatever_ends_them(rig: Callable[..., Rig], tmp_path: Path, first: str, second: str) -> None:
    one = rig()
    one.run("page before")
    (tmp_path / "t.go").touch()
    result = one.run(f"tries {first} {second} {tmp_path}/t")
    assert (dead_letter(result), result.attempts) == (DeadLetterReason.CRASH if second == "exit" else DeadLetterReason.MEMORY, 2)
    assert len(one.restarts) == 2


def test_sigkill_from_outside_counts_as_the_kernel_out_of_memory(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.asked("victim")
    [pid] = one.pool.pids()
    os.kill(pid, signal.SIGKILL)
    [(_, result)] = one.results(1)
    assert dead_letter(result) is DeadLetterReason.MEMORY
    assert one.restarts == [RestartCause.MEMORY]


@pytest.mark.parametrize(("verb", "how"), [("exit", "exit code 3"), ("segv", "SIGSEGV")])
@pytest.mark.parametrize("line", ["by_value", "in_decode"])
def test_a_crash_is_retried_once_in_a_fresh_process(rig: Callable[..., Rig], verb: str, how: str, line: str) -> None:
    one = rig(line=line)
    result = one.run(verb)
    assert dead_letter(result) is DeadLetterReason.CRASH
    assert result.attempts == 2
    assert how in result.error
    assert one.restarts == [RestartCause.CRASH, RestartCause.CRASH]
    assert one.run("next").outcome is OutcomeKind.PUBLISHED


def test_a_page_whose_second_try_works_is_published_and_asked_about_once(rig: Callable[..., Rig], tmp_path: Path) -> None:
    one = rig()
    result = one.run(f"once {tmp_path}/m")
    assert (result.outcome, result.attempts) == (OutcomeKind.PUBLISHED, 2)
    assert len(one.decoded) == 1
    assert one.restarts == [RestartCause.CRASH]


def test_a_child_that_dies_while_it_waits_is_replaced_and_the_answer_reaches_the_second(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.asked("waiting")
    os.kill(one.pool.pids()[0], signal.SIGSEGV)
    assert one.until(lambda: one.restarts == [RestartCause.CRASH]) == []
    one.pool.answer("waiting", PROCEED)
    [(_, result)] = one.results(1)
    assert (result.outcome, result.attempts, one.decoded) == (OutcomeKind.PUBLISHED, 2, [])


@pytest.mark.parametrize(("first", "cause"), [("exit", RestartCause.CRASH), ("memory", RestartCause.MEMORY)])
@pytest.mark.parametrize("line", ["by_value", "in_decode"])
def test_a_page_that_loses_its_process_late_and_then_hangs_is_ended_by_its_one_limit(
    rig: Callable[..., Rig], tmp_path: Path, first: str, cause: RestartCause, line: str
) -> None:
    clock = Clock()
    one = rig(line=line, timeout_s=15.0, clock=clock)
    one.run("page before")
    token = f"tries {first} loop {tmp_path}/t"
    if line == "by_value":
        one.asked(token)
        one.pool.answer(token, PROCEED)
    else:
        one.submit(token)
    one.until((tmp_path / "t.first").exists)
    assert one.passes(clock, 14.5) == []
    (tmp_path / "t.go").touch()
    one.until((tmp_path / "t.second").exists)
    [(_, result)] = one.passes(clock, 1.0)
    assert isinstance(result, PageResult)
    assert (dead_letter(result), result.attempts, result.total_ms) == (DeadLetterReason.TIMEOUT, 2, 15_500.0)
    assert one.restarts == [cause, RestartCause.TIMEOUT]
    assert one.run("next").outcome is OutcomeKind.PUBLISHED


def test_a_page_does_not_pay_for_the_start_of_its_process(rig: Callable[..., Rig], tmp_path: Path) -> None:
    clock = Clock()
    one = rig(line="in_decode", timeout_s=15.0, clock=clock)
    one.until(lambda: one.pool.ready)
    server = fork_server_of(one)
    os.kill(server, signal.SIGSTOP)  # the next process does not come up yet
    one.submit("loop")
    assert one.passes(clock, 15.0) == []
    [(_, result)] = one.passes(clock, 0.5)
    assert isinstance(result, PageResult)
    assert dead_letter(result) is DeadLetterReason.TIMEOUT
    one.submit(f"tries noise noise {tmp_path}/t")
    assert one.passes(clock, 20.0) == []
    os.kill(server, signal.SIGCONT)
    one.until((tmp_path / "t.first").exists)
    assert one.passes(clock, 14.5) == []
    (tmp_path / "t.go").touch()
    [(_, result)] = one.results(1, answer=PROCEED)
    assert (result.outcome, result.attempts) == (OutcomeKind.PUBLISHED, 1)


def test_an_exception_is_an_outcome_and_costs_no_process(rig: Callable[..., Rig]) -> None:
    one = rig()
    result = one.run("raise")
    assert dead_letter(result) is DeadLetterReason.CRASH
    assert result.error.startswith("ValueError at lines.py:")
    assert "text of the page" not in result.error
    assert dead_letter(one.run("recurse")) is DeadLetterReason.TOO_COMPLEX
    assert one.restarts == []


def test_articles_above_the_limits_are_output_too_large(rig: Callable[..., Rig]) -> None:
    one = rig(max_result_bytes=3 * MIB, page=Limits(max_output_bytes=2 * MIB))
    assert len(one.run(f"result {MIB // 2}").articles[0].value) > MIB
    by_article = one.run(f"result {MIB}")
    assert (dead_letter(by_article), by_article.stage) == (DeadLetterReason.OUTPUT_TOO_LARGE, "encode")
    two = rig(max_result_bytes=MIB, page=Limits(max_output_bytes=64 * MIB))
    by_sum = two.run(f"result {8 * MIB}")
    assert (dead_letter(by_sum), by_sum.url) == (DeadLetterReason.OUTPUT_TOO_LARGE, f"result {8 * MIB}")
    assert one.restarts == two.restarts == []


def test_a_thousand_pages_on_two_slots_are_each_reported_exactly_once(rig: Callable[..., Rig]) -> None:
    one = rig(slots=2, pages_per_process=90)
    waiting = [f"page {number}" for number in range(1000)]
    results: list[tuple[str, PageResult]] = []
    while len(results) < 1000:
        while waiting and one.pool.free:
            one.submit(waiting.pop())
        results += one.results(1)
    assert sorted(token for token, _ in results) == sorted(token for token, _ in one.decoded) == sorted(f"page {n}" for n in range(1000))
    assert all(result.outcome is OutcomeKind.PUBLISHED and result.url == token for token, result in results)
    assert (one.pool.busy, one.pool.free) == (0, 2)
    assert set(one.restarts) == {RestartCause.RECYCLED}
    assert 9 <= len(one.restarts) <= 11


def test_a_process_is_recycled_after_its_pages(rig: Callable[..., Rig]) -> None:
    one = rig(pages_per_process=3)
    pids = [process_of(one.run(f"page {number}")) for number in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]
    assert one.restarts == [RestartCause.RECYCLED] * 2


def test_a_process_that_keeps_memory_is_recycled_before_a_page_is_blamed(rig: Callable[..., Rig]) -> None:
    one = rig(max_memory_bytes=200 * MIB)
    outcomes = [one.run(f"keep {40 * MIB}").outcome for _ in range(8)]
    assert set(outcomes) == {OutcomeKind.PUBLISHED}
    assert set(one.restarts) == {RestartCause.RECYCLED}


def test_stop_frees_the_slot_at_once(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.asked("seen before")
    assert (one.pool.free, one.pool.busy) == (0, 1)
    one.pool.answer("seen before", Stop())
    assert (one.pool.free, one.pool.busy) == (1, 0)
    assert one.run("next").outcome is OutcomeKind.PUBLISHED
    assert one.restarts == []


def test_submit_without_a_free_slot_is_refused(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.submit("first")
    with pytest.raises(RuntimeError, match="free slot"):
        one.submit("second")


def test_an_abandoned_page_is_never_reported_and_its_token_can_come_again(rig: Callable[..., Rig], tmp_path: Path) -> None:
    one = rig(slots=3)
    running = f"wait {tmp_path}/go"
    one.asked("asks")
    one.asked(running)
    one.pool.answer(running, PROCEED)
    one.submit("just sent")
    one.pool.abandon_all()
    one.pool.abandon("never seen")
    one.pool.answer(running, PROCEED)
    again = one.run("asks")
    assert again.outcome is OutcomeKind.PUBLISHED
    (tmp_path / "go").touch()
    assert one.until(lambda: one.pool.busy == 0) == []
    assert one.restarts == []


def test_an_abandoned_page_that_hangs_or_crashes_is_cleared_away_in_silence(rig: Callable[..., Rig]) -> None:
    one = rig(slots=2, line="in_decode", timeout_s=0.3)
    one.until(lambda: len(one.pool.pids()) == 2)
    one.submit("loop")
    one.submit("exit")
    one.pool.abandon_all()
    assert one.until(lambda: one.pool.free == 2 and len(one.restarts) == 2) == []
    assert sorted(one.restarts) == [RestartCause.CRASH, RestartCause.TIMEOUT]


def test_a_big_page_to_a_child_that_stopped_reading_does_not_hold_the_loop(rig: Callable[..., Rig]) -> None:
    one = rig(slots=2, timeout_s=1.0)
    one.until(lambda: len(one.pool.pids()) == 2)
    stopped = one.pool.pids()[0]
    os.kill(stopped, signal.SIGSTOP)
    began = time.process_time()
    one.submit("stuck", b"stuck ".ljust(26 * MIB))
    assert one.pool.free == 1
    assert one.run("beside").outcome is OutcomeKind.PUBLISHED
    [(token, result)] = one.results(1)
    assert (token, dead_letter(result)) == ("stuck", DeadLetterReason.TIMEOUT)
    assert time.process_time() - began < 0.5  # seconds of CPU: the loop waited, it did not spin
    one.until(lambda: gone(stopped))


def test_a_big_page_to_a_child_that_only_paused_arrives_whole(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.until(lambda: len(one.pool.pids()) == 1)
    [pid] = one.pool.pids()
    os.kill(pid, signal.SIGSTOP)
    value = os.urandom(10 * MIB)
    one.submit("paused", value)
    one.pool.poll(0.1)
    os.kill(pid, signal.SIGCONT)
    [(_, result)] = one.results(1)
    assert result.raw_bytes == len(value)
    assert result.articles[0].id == hashlib.sha256(value).hexdigest()


def test_an_idle_child_that_dies_is_replaced(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.until(lambda: len(one.pool.pids()) == 1)
    [pid] = one.pool.pids()
    os.kill(pid, signal.SIGABRT)
    assert one.until(lambda: one.restarts == [RestartCause.CRASH]) == []
    assert one.run("next").outcome is OutcomeKind.PUBLISHED


def test_the_death_of_the_fork_server_costs_a_try_and_no_page(rig: Callable[..., Rig], tmp_path: Path) -> None:
    one = rig(slots=2)
    running = f"wait {tmp_path}/go"
    one.asked(running)
    one.asked("asks")
    os.kill(fork_server_of(one), signal.SIGKILL)
    one.until(lambda: len(one.restarts) == 2)
    (tmp_path / "go").touch()
    one.pool.answer(running, PROCEED)
    one.pool.answer("asks", PROCEED)
    assert {(token, result.outcome) for token, result in one.results(2)} == {
        (running, OutcomeKind.PUBLISHED),
        ("asks", OutcomeKind.PUBLISHED),
    }


@pytest.mark.parametrize(("line", "why"), [("not_importable", "no_such_library"), ("dies", "exit code 9"), ("missing", "missing")])
def test_a_line_that_cannot_be_loaded_breaks_the_pool_with_its_reason(rig: Callable[..., Rig], line: str, why: str) -> None:
    one = rig(line=line)
    one.submit("page")
    with pytest.raises(PoolBroken, match=why):
        one.results(1)


def test_signals_to_the_children_are_ignored(rig: Callable[..., Rig]) -> None:
    one = rig()
    first = process_of(one.run("page 1"))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(int(first), number)
    assert process_of(one.run("page 2")) == first
    assert one.restarts == []


def test_a_child_holds_no_socket_but_its_pipe_and_no_secret(rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", "hush")
    with socket.create_server(("127.0.0.1", 0)) as server:
        os.set_inheritable(server.fileno(), True)
        one = rig(slots=3)
        one.until(lambda: len(one.pool.pids()) == 3)
        seen = decode_article(one.run("inside").articles[0].value).keywords[1:]
    descriptors, environment, oom_score_adj, threads_of_fork_server = seen
    assert sum(target.startswith("socket:") for target in json.loads(descriptors).values()) == 1
    assert "hush" not in environment
    assert oom_score_adj == "1000"
    assert threads_of_fork_server == "1"


def test_what_libraries_print_or_log_stays_out_of_the_worker(rig: Callable[..., Rig], capfd: pytest.CaptureFixture[str]) -> None:
    assert rig().run("noise").outcome is OutcomeKind.PUBLISHED
    assert capfd.readouterr() == ("", "")


def test_close_ends_a_busy_child(rig: Callable[..., Rig]) -> None:
    one = rig()
    one.asked("regex")
    [pid] = one.pool.pids()
    one.pool.answer("regex", PROCEED)
    one.pool.close()
    assert gone(pid)


def test_the_children_of_a_worker_that_is_killed_are_gone_within_two_seconds() -> None:
    code = """
import sys
from tests.unit.pool.test_pool import PROCEED, Rig
rig = Rig(slots=3, timeout_s=60)
for verb in ("loop", "regex"):
    rig.asked(verb)
    rig.pool.answer(verb, PROCEED)
rig.until(lambda: len(rig.pool.pids()) == 3)
print(*rig.pool.pids(), flush=True)
rig.results(1)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        pids = [int(pid) for pid in worker.stdout.readline().split()]
        assert len(pids) == 3
        worker.kill()
    end = time.monotonic() + 2.0
    while not all(gone(pid) for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_pool_that_stood_still_does_not_blame_the_page(rig: Callable[..., Rig]) -> None:
    one = rig(timeout_s=2.5)
    one.asked("sleep 0.1")
    one.pool.answer("sleep 0.1", PROCEED)
    [pid] = one.pool.pids()
    os.kill(pid, signal.SIGSTOP)
    time.sleep(3.0)  # the worker and its child, both stopped
    os.kill(pid, signal.SIGCONT)
    assert one.results(1)[0][1].outcome is OutcomeKind.PUBLISHED


def test_a_page_that_was_decoded_while_the_pool_stood_still_has_its_time_left(rig: Callable[..., Rig], tmp_path: Path) -> None:
    clock = Clock()
    one = rig(timeout_s=15.0, clock=clock)
    one.until(lambda: one.pool.ready)
    one.submit(token := f"tries noise noise {tmp_path}/t")
    time.sleep(0.3)  # its child asks meanwhile, and nobody looks; were it slower, it would ask later
    clock.now_s += 60.0
    assert [type(message) for _, message in one.pool.poll(FAR_S)] == [Decoded]
    one.pool.answer(token, PROCEED)
    one.until((tmp_path / "t.first").exists)
    assert one.passes(clock, 13.5) == []  # a second of the gap is its own
    (tmp_path / "t.go").touch()
    assert one.results(1)[0][1].outcome is OutcomeKind.PUBLISHED


@pytest.mark.parametrize("together", [1, 5])
def test_whatever_three_hundred_pages_do_each_is_reported_exactly_once(rig: Callable[..., Rig], together: int) -> None:
    choose = random.Random(3)
    verbs = ["fine"] * 12 + ["filter", "raise", "exit", "segv", "loop", "recurse", "unchanged", "dropped"]
    waiting = [f"{choose.choice(verbs)} {number}" for number in range(300)]
    expected = sorted(token for token in waiting if not token.startswith(("unchanged", "dropped")))
    one = rig(slots=3, timeout_s=0.25, pages_per_process=40)
    reported: list[str] = []
    asked: list[str] = []
    while waiting or one.pool.busy:
        while waiting and one.pool.free:
            load = [waiting.pop() for _ in range(min(together, len(waiting)))]
            one.submit_together(*load)
            for token in load:
                if token.startswith("dropped"):
                    one.pool.abandon(token)
        for token, message in one.pool.poll(FAR_S):
            if isinstance(message, Decoded):
                asked.append(token)
                one.pool.answer(token, Stop() if token.startswith("unchanged") else PROCEED)
            else:
                reported.append(token)
    assert sorted(reported) == expected
    assert len(asked) == len(set(asked))
    assert one.pool.poll(0.0) == []


def test_messages_are_msgpack() -> None:
    result = PageResult(outcome=OutcomeKind.FILTERED, reason=FilterReason.GONE)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=PageResult) == result
