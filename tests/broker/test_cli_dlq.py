"""`rawi dlq` on a real broker: listing, showing, and replaying once."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from schemas.out_headers import dead_letter_headers, dead_letter_stub
from schemas.outcome import Source
from schemas.reasons import DeadLetterReason
from tests.broker.cli_runner import Rawi, make_rawi
from tests.conftest import Broker, MakeTopic, Unique
from workers.tools import replay as replaying
from workers.tools.clients import open_producer
from workers.tools.dead_letters import Choice
from workers.tools.errors import ToolError
from workers.tools.page_files import iter_pages
from workers.tools.replay_plan import ReplaySettings, plan_replay

TIMEOUT, CRASH = DeadLetterReason.TIMEOUT, DeadLetterReason.CRASH
START_MS = 1_700_000_000_000
BYTES = b"\x00\xffpage\x1b[31m"


@pytest.fixture
def rawi(kafka: Broker, unique: Unique, make_topic: MakeTopic) -> Rawi:
    """With an input topic of 3 partitions and a dead-letter topic of 2, whose old records the broker leaves alone."""
    rawi = make_rawi(kafka, unique)
    rawi.env |= {"RAWI_INPUT_TOPIC": make_topic(partitions=3), "RAWI_DLQ_TOPIC": make_topic(partitions=2, retention_ms=-1)}
    return rawi


def letter(rawi: Rawi, n: int, reason: DeadLetterReason, *original: tuple[str, bytes]) -> dict[str, Any]:
    """A dead letter of page n: in partition n % 2, from partition n % 3 of the input, dead-lettered n minutes after the first."""
    headers = dead_letter_headers(
        [("url", f"https://news.example/{n}".encode()), *original],
        stage="extract",
        reason=reason,
        error=f"error {n}",
        attempts=1,
        source=Source(topic=rawi.env["RAWI_INPUT_TOPIC"], partition=n % 3, offset=n),
        timestamp_ms=START_MS - 1000 + n,
        worker_version="0.1",
    )
    return {"key": f"k{n}".encode(), "value": BYTES, "headers": headers, "partition": n % 2, "timestamp_ms": START_MS + n * 60_000}


def dead(rawi: Rawi, letters: list[dict[str, Any]]) -> None:
    """Write dead letters as the worker does: in a transaction."""
    topic = rawi.env["RAWI_DLQ_TOPIC"]
    with open_producer(rawi.config, transactional_id=f"{topic}-worker") as producer:
        producer.init_transactions()
        producer.begin_transaction()
        for each in letters:
            producer.send(topic, **each)
        producer.commit_transaction()


def replayed(rawi: Rawi) -> list[Any]:
    return sorted(rawi.records(rawi.env["RAWI_INPUT_TOPIC"]), key=lambda record: int(record.key[1:]))


def keys(rawi: Rawi) -> list[str]:
    return [record.key.decode() for record in replayed(rawi)]


def replay(rawi: Rawi, *arguments: object) -> Any:
    ran = rawi("dlq", "replay", "--yes", "--json", *arguments)
    assert ran.code == 0, ran.err
    return ran.json


def test_dead_letters_are_listed_and_filtered(rawi: Rawi) -> None:
    dead(rawi, [letter(rawi, n, TIMEOUT if n < 3 else CRASH) for n in range(5)])

    def urls(*arguments: object) -> list[str]:
        return sorted(line["url"][-1] for line in rawi("dlq", "ls", "--json", *arguments).json_lines)

    assert urls() == ["0", "1", "2", "3", "4"]
    assert urls("--reason", "timeout") == ["0", "1", "2"]
    assert urls("--reason", "timeout", "--reason", "crash") == ["0", "1", "2", "3", "4"]
    assert urls("--since", "2023-11-14T22:14:00Z", "--until", "2023-11-14T22:16:00Z") == ["1", "2"]
    assert urls("--site", "news.example") == urls()
    assert urls("--site", "example") == urls()
    assert urls("--site", "other.example") == []
    assert len(urls("--limit", 2)) == 2
    listed = rawi("dlq", "ls")
    assert "timeout in extract  https://news.example/0  error 0" in listed.out
    assert "5 dead letters (timeout 3, crash 2)" in listed.err
    assert rawi("dlq", "ls", "--reason", "sunspots").code == 2


def test_one_dead_letter_is_shown_with_its_value_as_it_came(rawi: Rawi) -> None:
    dead(rawi, [letter(rawi, 0, TIMEOUT)])
    shown = rawi("dlq", "show", "0:0")
    assert "dlq-error: error 0" in shown.out
    assert "key: k0" in shown.out
    assert rawi("dlq", "show", "0:0", "--json").json["valueBase64"]
    assert rawi("dlq", "show", "0:1").code == 66  # the transaction's marker
    assert rawi("dlq", "show", "7:0").code == 66
    assert rawi("dlq", "show", "zero").code == 2


def test_exported_letters_are_byte_for_byte_and_can_be_read_again(rawi: Rawi, tmp_path: Path) -> None:
    page = b"<article><h1>Ferries</h1><p>" + b"The port said that every ferry left its berth at the usual hour. " * 5
    dead(
        rawi,
        [
            letter(rawi, 0, CRASH),
            letter(rawi, 1, TIMEOUT) | {"value": page},
            letter(rawi, 2, TIMEOUT, ("content-encoding", b"br")),
            letter(rawi, 3, TIMEOUT) | {"value": None},
        ],
    )
    before = rawi.records(rawi.env["RAWI_DLQ_TOPIC"])
    folder = tmp_path / "out"
    assert "wrote 3 dead letters" in rawi("dlq", "export", folder, "--reason", "timeout").out
    lines = {line["url"][-1]: line for line in map(json.loads, (folder / "manifest.jsonl").read_text().splitlines())}
    assert {n: (folder / line["path"]).read_bytes() for n, line in lines.items()} == {"1": page, "2": BYTES, "3": b""}
    assert [lines[n]["isNull"] for n in "123"] == [False, False, True]
    assert lines["2"]["path"].endswith(".bin")
    assert lines["1"]["letter"]["reason"] == "timeout"
    assert ["dlq-error", "error 1"] in lines["1"]["headers"]
    assert rawi("dlq", "export", folder).code == 2
    assert rawi("dlq", "export", tmp_path / "none", "--site", "other.example").out.startswith("wrote 0")
    assert rawi.records(rawi.env["RAWI_DLQ_TOPIC"]) == before
    pages = list(iter_pages([folder], on_problem=lambda problem: None))
    assert (pages[0].value, pages[0].url, pages[0].fetched_at) == (page, "https://news.example/1", "2023-11-14T22:13:19.001Z")


def test_a_replay_sends_the_original_record_and_leaves_the_dead_letter(rawi: Rawi) -> None:
    dead(rawi, [letter(rawi, 4, TIMEOUT, ("X-Own", b"\xff"), ("x-own", b"2"))])
    before = rawi.records(rawi.env["RAWI_DLQ_TOPIC"])
    done = replay(rawi)
    assert (done["chosen"], done["replayed"], done["reasons"]) == (1, 1, {"timeout": 1})

    (record,) = replayed(rawi)
    assert (record.key, record.value, record.partition) == (b"k4", BYTES, 1)
    assert record.headers == [
        ("url", b"https://news.example/4"),
        ("X-Own", b"\xff"),
        ("x-own", b"2"),
        ("fetched-at", b"2023-11-14T22:13:19.004Z"),
        ("rawi-replays", b"1"),
        ("rawi-reprocess", done["run"].encode()),
    ]
    assert rawi.records(rawi.env["RAWI_DLQ_TOPIC"]) == before


def test_what_the_page_says_of_its_fetching_is_kept(rawi: Rawi) -> None:
    said = [
        letter(rawi, 0, TIMEOUT, ("Fetched-At", b"2023-01-01T00:00:00Z")),
        letter(rawi, 1, TIMEOUT, ("fetched-at", b"yesterday")),
        letter(rawi, 2, TIMEOUT, ("content-type", b"application/json")) | {"value": b'{"fetched_at": "2023-01-01T00:00:00Z"}'},
        letter(rawi, 3, TIMEOUT, ("content-type", b"application/json")) | {"value": b"{}"},
        letter(rawi, 4, TIMEOUT, ("content-type", b"application/warc")) | {"value": b"WARC/1.0\r\nWARC-Date: 2023-01-01T00:00:00Z\r\n\r\n"},
    ]
    dead(rawi, said)
    replay(rawi)
    added = [[value for name, value in record.headers if name == "fetched-at"] for record in replayed(rawi)]
    assert added == [[], [b"yesterday", b"2023-11-14T22:13:19.001Z"], [], [b"2023-11-14T22:13:19.003Z"], []]


def test_a_dry_run_and_a_run_without_a_yes_write_nothing(rawi: Rawi) -> None:
    dead(rawi, [letter(rawi, n, TIMEOUT) for n in range(3)])
    dry = rawi("dlq", "replay", "--dry-run")
    assert dry.code == 0
    assert "would replay 3 dead letters (timeout 3)" in dry.out
    unasked = rawi("dlq", "replay")
    assert (unasked.code, unasked.out) == (2, "")
    assert "--yes" in unasked.err
    assert keys(rawi) == []
    assert replay(rawi)["replayed"] == 3


def test_no_dead_letter_is_replayed_twice_whatever_the_filters(rawi: Rawi) -> None:
    dead(rawi, [letter(rawi, n, TIMEOUT if n % 3 else CRASH) for n in range(12)])
    assert replay(rawi, "--reason", "crash")["replayed"] == 4
    assert replay(rawi, "--offset", "1:0", "--offset", "0:0")["replayed"] == 1  # 0:0 is a crash
    assert replay(rawi, "--limit", 3)["replayed"] == 3
    last = replay(rawi)
    assert (last["replayed"], last["skipped"]) == (4, {"replayed": 8})
    assert replay(rawi)["replayed"] == 0
    assert keys(rawi) == [f"k{n}" for n in range(12)]

    dead(rawi, [letter(rawi, 12, TIMEOUT), letter(rawi, 13, TIMEOUT)])
    assert replay(rawi)["replayed"] == 2
    assert keys(rawi) == [f"k{n}" for n in range(14)]
    assert rawi("lag", "--group", rawi.env["RAWI_GROUP_ID"] + ".dlq-replay", "--topic", rawi.env["RAWI_DLQ_TOPIC"], "--max", 0).code == 0


def test_a_page_that_fails_every_time_is_given_up(rawi: Rawi) -> None:
    dead(rawi, [letter(rawi, 0, TIMEOUT)])
    for n in (1, 2, 3):
        assert replay(rawi)["replayed"] == 1
        again = rawi.records(rawi.env["RAWI_INPUT_TOPIC"])[-1]
        assert again.headers.count(("rawi-replays", str(n).encode())) == 1
        dead(rawi, [letter(rawi, 0, TIMEOUT) | {"headers": [*again.headers, *letter(rawi, 0, TIMEOUT)["headers"][1:]]}])
    assert (replay(rawi)["replayed"], replay(rawi)["skipped"]["given_up"]) == (0, 1)
    assert replay(rawi, "--max-attempts", 4)["replayed"] == 1


def test_stubs_are_left_out_with_a_message(rawi: Rawi) -> None:
    whole = letter(rawi, 0, TIMEOUT)
    value, headers = dead_letter_stub(whole["key"], whole["value"], whole["headers"])
    dead(rawi, [whole | {"value": value, "headers": headers}, letter(rawi, 2, TIMEOUT)])
    ran = rawi("dlq", "replay", "--yes")
    assert "left out 1: its value was too large to keep" in ran.err
    assert keys(rawi) == ["k2"]


def test_another_topic_can_be_named_and_must_exist(rawi: Rawi, make_topic: MakeTopic) -> None:
    dead(rawi, [letter(rawi, 0, TIMEOUT)])
    missing = rawi("dlq", "replay", "--yes", "--topic", "rawi-test-none")
    assert missing.code == 66
    other = make_topic()
    replay(rawi, "--topic", other)
    assert [record.key for record in rawi.records(other)] == [b"k0"]
    assert keys(rawi) == []


def test_an_interrupted_replay_goes_on_where_it_was(rawi: Rawi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "BATCH_LETTERS", 2)
    dead(rawi, [letter(rawi, 2 * n, TIMEOUT) for n in range(7)])

    def stop(report: replaying.ReplayReport) -> None:
        if report.replayed == 5:
            raise KeyboardInterrupt

    settings = ReplaySettings(rawi.env["RAWI_DLQ_TOPIC"], rawi.env["RAWI_GROUP_ID"])
    plan = plan_replay(rawi.config, settings, Choice())
    with pytest.raises(KeyboardInterrupt):
        replaying.replay(rawi.config, settings, plan, on_sent=stop)
    assert replay(rawi)["replayed"] == 3  # two batches of two were committed, the third was not
    assert keys(rawi) == [f"k{2 * n}" for n in range(7)]


@pytest.mark.parametrize("rate", [4, 0.01])
def test_a_replay_goes_at_its_rate_and_holds_no_transaction_open_while_it_waits_long(
    rawi: Rawi, monkeypatch: pytest.MonkeyPatch, rate: float
) -> None:
    dead(rawi, [letter(rawi, 2 * n, TIMEOUT) for n in range(3)])
    now_s, slept_s, committed = 0.0, [], []

    def sleep(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds
        slept_s.append(seconds)
        committed.append(len(keys(rawi)))

    monkeypatch.setattr(replaying, "replay", partial(replaying.replay, clock=lambda: now_s, sleep=sleep))
    assert replay(rawi, "--rate", rate)["replayed"] == 3
    assert slept_s == [1 / rate] * 2
    assert committed == ([0, 0] if rate == 4 else [1, 2])


def test_of_two_replays_at_once_the_older_ends_and_nothing_is_sent_twice(rawi: Rawi) -> None:
    dead(rawi, [letter(rawi, n, TIMEOUT) for n in range(6)])
    settings = ReplaySettings(rawi.env["RAWI_DLQ_TOPIC"], rawi.env["RAWI_GROUP_ID"])
    plan = plan_replay(rawi.config, settings, Choice())

    def other_run(report: replaying.ReplayReport) -> None:
        if report.replayed == 3:
            assert replay(rawi)["replayed"] == 6

    with pytest.raises(ToolError, match="taken over"):
        replaying.replay(rawi.config, settings, plan, on_sent=other_run)
    assert replaying.replay(rawi.config, settings, plan).replayed == 0  # an old plan, looked at again
    assert keys(rawi) == [f"k{n}" for n in range(6)]


def test_without_transactions_the_memory_is_kept_too(rawi: Rawi) -> None:
    rawi.env["RAWI_DELIVERY"] = "at-least-once"
    dead(rawi, [letter(rawi, n, TIMEOUT) for n in range(6)])
    assert replay(rawi, "--limit", 4)["replayed"] == 4
    assert replay(rawi)["replayed"] == 2
    assert keys(rawi) == [f"k{n}" for n in range(6)]
