"""Exactly once, whatever happens to a worker: real workers as processes on a real broker (4.2 and 3.9), a ledger outside them."""

import hashlib
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas import codec
from tests.broker.bench_worker import Bench, page, url
from workers.local.kafka import LocalKafka

pytestmark = pytest.mark.broker
MakeBench = Callable[..., Bench]


@pytest.fixture(params=["kafka", pytest.param("kafka39", marks=pytest.mark.kafka39)])
def bench(request: pytest.FixtureRequest, unique: Callable[[str], str], tmp_path: Path) -> Iterator[Bench]:
    broker = request.getfixturevalue(request.param)
    make_topic = request.getfixturevalue("make_topic" if request.param == "kafka" else "make_topic39")
    made = Bench(str(broker), make_topic, unique("group"), tmp_path)
    yield made
    made.stop()


@pytest.fixture
def bench42(kafka: object, make_topic: Callable[..., str], unique: Callable[[str], str], tmp_path: Path) -> Iterator[MakeBench]:
    made: list[Bench] = []

    def make(**options: object) -> Bench:
        made.append(Bench(str(kafka), make_topic, unique("group"), tmp_path, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_two_workers_share_a_topic_and_a_third_joins_and_leaves(bench: Bench) -> None:
    bench.feed(100)
    first, second = bench.start("a"), bench.start("b")
    bench.outcomes_until(30)
    third = bench.start("c")
    third.await_log("group.began")
    bench.feed(100)
    assert third.terminate() == 0
    bench.outcomes_until(200)
    bench.assert_exactly_once()
    assert first.terminate() == 0
    assert second.terminate() == 0


def test_a_kill_in_the_middle_loses_and_doubles_nothing(bench: Bench) -> None:
    bench.feed(200)
    worker = bench.start("a")
    bench.outcomes_until(40, alive=worker)
    worker.kill()
    bench.outcomes_until(200, alive=bench.start("a"))
    bench.assert_exactly_once()


def test_a_worker_stopped_past_its_session_is_fenced_when_it_wakes(bench42: MakeBench) -> None:
    bench = bench42()
    bench.feed(350)
    sleeper = bench.start("a")
    bench.outcomes_until(20, alive=sleeper)
    sleeper.signal(signal.SIGSTOP)
    other = bench.start("b")
    other.await_log('"partitions":[0,1,2,3]')  # the sleeper's session is over
    sleeper.signal(signal.SIGCONT)
    bench.feed(50)
    bench.outcomes_until(400)
    bench.assert_exactly_once()


def test_a_fenced_producer_is_replaced_and_nothing_is_doubled(bench: Bench) -> None:
    bench.feed(120)
    worker = bench.start("a")
    bench.outcomes_until(20, alive=worker)
    thief = KafkaProducer(bootstrap_servers=bench.bootstrap, transactional_id=f"{bench.group}.a")
    thief.init_transactions()
    thief.close()
    bench.outcomes_until(120, alive=worker)
    bench.assert_exactly_once()


def test_sigterm_finishes_what_is_in_work_and_leaves_in_good_order(bench42: MakeBench, tmp_path: Path) -> None:
    bench = bench42(partitions=1)
    gate = tmp_path / "gate"
    bench.send(f"<p>WAIT-FOR {gate}</p>".encode() + page(0), [("url", url(0).encode())])
    worker = bench.start("a", line="tests.broker.hostile_lines:waits_for_a_file")
    worker.await_log("page.begun")
    worker.signal(signal.SIGTERM)
    worker.await_log("worker.draining")
    gate.touch()
    assert worker.process.wait(25) == 0
    assert [outcome.outcome for outcome in bench.assert_exactly_once()] == ["published"]


def test_a_second_sigterm_ends_the_worker_at_once(bench42: MakeBench, tmp_path: Path) -> None:
    bench = bench42(partitions=1)
    bench.send(f"<p>WAIT-FOR {tmp_path / 'never'}</p>".encode() + page(0), [("url", url(0).encode())])
    worker = bench.start("a", line="tests.broker.hostile_lines:waits_for_a_file", RAWI_PAGE_TIMEOUT_S="15")
    worker.await_log("page.begun")
    worker.signal(signal.SIGTERM)
    worker.await_log("worker.draining")
    worker.signal(signal.SIGTERM)
    assert worker.process.wait(2) == 128 + signal.SIGTERM
    assert bench.read(bench.outcomes) == []


def test_a_page_that_brings_the_worker_down_three_times_is_quarantined_and_its_neighbours_are_not(bench42: MakeBench) -> None:
    bench = bench42(partitions=1)
    bench.feed(5)
    killer = bench.send(b"<p>KILL-THE-WORKER</p>", [("url", b"https://ferries.test/killer")], key=b"its-key")
    bench.feed(5)
    deaths = 0
    while True:
        worker = bench.start("a", line="tests.broker.hostile_lines:kills_the_worker")
        if deaths == 3:
            break
        assert worker.wait() == -signal.SIGKILL
        deaths += 1
    bench.outcomes_until(11, alive=worker)
    outcomes = bench.assert_exactly_once()
    assert {o.source.offset: o.reason for o in outcomes if o.outcome == "dead_lettered"} == {killer: "quarantined"}
    (letter,) = bench.read(bench.dlq)
    assert letter.value == b"<p>KILL-THE-WORKER</p>"  # type: ignore[attr-defined]
    assert letter.key == b"its-key"  # type: ignore[attr-defined]
    assert dict(letter.headers)["dlq-reason"] == b"quarantined"  # type: ignore[attr-defined]


def test_a_refused_article_becomes_a_dead_letter_a_refused_dead_letter_a_stub_and_neighbours_are_published(bench42: MakeBench) -> None:
    bench = bench42(partitions=1, article_config={"max_message_bytes": 3_000}, dlq_config={"max_message_bytes": 6_000})
    bench.feed(5)
    numbers = [hashlib.sha256(bytes([n % 256, n // 256])).hexdigest() for n in range(1_000)]  # does not compress well
    too_long, far_too_long = (f"<article><h1>Numbers</h1><p>{' '.join(numbers[:n])}</p></article>".encode() for n in (100, 1_000))
    offsets = [bench.send(value, [("url", b"https://ferries.test/numbers")]) for value in (too_long, far_too_long)]
    bench.feed(5)
    bench.outcomes_until(12, alive=bench.start("a"))
    outcomes = {o.source.offset: (o.outcome, o.reason) for o in bench.assert_exactly_once()}
    assert [outcomes.pop(offset) for offset in offsets] == [("dead_lettered", "unpublishable")] * 2
    assert set(outcomes.values()) == {("published", None)}
    letter, stub = bench.read(bench.dlq)
    assert letter.value == too_long  # type: ignore[attr-defined]
    assert json.loads(stub.value)["sha256"] == hashlib.sha256(far_too_long).hexdigest()  # type: ignore[attr-defined]


def test_pages_of_an_aborted_transaction_are_no_pages_and_its_markers_no_silence(bench42: MakeBench) -> None:
    bench = bench42(partitions=1)
    producer = bench.producer(transactional_id=f"{bench.group}-crawler")
    producer.init_transactions()
    for n, commits in enumerate([False, True, False]):
        producer.begin_transaction()
        producer.send(bench.input, page(n), headers=[("url", url(n).encode())], partition=0)
        producer.commit_transaction() if commits else producer.abort_transaction()
    producer.close()
    worker = bench.start("a", RAWI_SILENT_PARTITION_S="2")
    bench.outcomes_until(1, alive=worker)
    worker.await_log("lag.looked", count=4)  # longer than the silence that would end it
    assert worker.terminate() == 0
    (outcome,) = bench.assert_exactly_once()
    assert outcome.url == url(1)


def test_at_least_once_loses_nothing_and_repeats_with_equal_ids_and_bytes(bench42: MakeBench) -> None:
    bench = bench42(env={"RAWI_DELIVERY": "at-least-once"})
    bench.feed(800)  # more than the first worker can do before it is killed
    worker = bench.start("a")
    bench.outcomes_until(40, alive=worker)
    worker.kill()
    worker = bench.start("a")
    sources = set()
    for outcome in bench.follow_outcomes(alive=worker):
        sources.add((outcome.source.partition, outcome.source.offset))
        if len(sources) == 800:
            break
    assert worker.terminate() == 0
    values: dict[bytes, set[bytes]] = {}
    for record in bench.read(bench.articles):
        values.setdefault(record.key, set()).add(record.value)  # type: ignore[attr-defined]
    assert len(values) == 800
    assert all(len(same) == 1 for same in values.values())


def test_a_broker_restart_in_the_middle_changes_nothing(
    own_kafka: Callable[..., LocalKafka], unique: Callable[[str], str], tmp_path: Path
) -> None:
    broker = own_kafka()
    bench = _own_bench(broker, unique, tmp_path)
    try:
        bench.feed(130)
        worker = bench.start("a")
        bench.outcomes_until(40, alive=worker)
        broker.kill()
        broker.start()
        bench.feed(50)
        _outcomes_with_supervisor(bench, 180)
        bench.assert_exactly_once()
    finally:
        bench.stop()


def test_a_call_that_never_returns_ends_the_worker(
    own_kafka: Callable[..., LocalKafka], unique: Callable[[str], str], tmp_path: Path
) -> None:
    broker = own_kafka()
    bench = _own_bench(broker, unique, tmp_path)
    gate = tmp_path / "gate"
    try:
        bench.send(f"<p>WAIT-FOR {gate}</p>".encode() + page(0), [("url", url(0).encode())])
        bench.feed(20)
        worker = bench.start("a", line="tests.broker.hostile_lines:waits_for_a_file", RAWI_STALL_TIMEOUT_S="5", RAWI_PAGE_TIMEOUT_S="60")
        worker.await_log("page.begun")
        broker.pause()
        gate.touch()  # only now is there something to commit
        assert worker.wait() == 70
        broker.resume()
        _outcomes_with_supervisor(bench, 21)
        bench.assert_exactly_once()
    finally:
        broker.resume()
        bench.stop()


def test_a_missing_topic_is_one_clear_line_and_no_traceback(bench42: MakeBench) -> None:
    bench = bench42()
    worker = bench.start("a", RAWI_DLQ_TOPIC="rawi-test-nowhere")
    assert worker.wait() == 69
    assert "no such topic: rawi-test-nowhere" in worker.tail()
    assert "Traceback" not in worker.tail()


def test_too_many_dead_letters_stop_the_worker_with_its_offsets_kept(bench42: MakeBench) -> None:
    bench = bench42(partitions=1)
    for _ in range(8):
        bench.send(page(0), [])
    worker = bench.start("a", RAWI_DLQ_MAX_CONSECUTIVE="5")
    assert worker.wait() == 65
    assert "RAWI_DLQ_MAX_CONSECUTIVE" in worker.tail()
    assert len(bench.read(bench.outcomes)) <= 5
    bench.outcomes_until(8, alive=bench.start("a"))
    bench.assert_exactly_once()


def test_a_re_crawl_of_the_same_bytes_is_unchanged_and_a_page_that_is_gone_leaves_a_tombstone(bench42: MakeBench, valkey: object) -> None:
    bench = bench42(partitions=1, env={"REDIS_URL": str(valkey)})
    bench.env["RAWI_REDIS_PREFIX"] = f"{bench.group}:"
    worker = bench.start("a")
    for count in (1, 2):
        bench.send(page(0), [("url", url(0).encode())])
        bench.outcomes_until(count, alive=worker)
    bench.send(b"gone", [("url", url(0).encode()), ("http-status", b"410")])
    first, again, gone = bench.outcomes_until(3, alive=worker)
    assert (first.outcome, again.outcome, again.reason) == ("published", "unchanged", "same_bytes")
    assert (gone.outcome, gone.reason, gone.tombstoned_ids) == ("filtered", "gone", first.article_ids)
    article, tombstone = bench.read(bench.articles)
    assert codec.decode_article(article.value).id == first.article_ids[0]  # type: ignore[attr-defined]
    assert (tombstone.key, tombstone.value) == (article.key, None)  # type: ignore[attr-defined]


def _own_bench(broker: LocalKafka, unique: Callable[[str], str], tmp_path: Path) -> Bench:
    from kafka import KafkaAdminClient
    from kafka.admin import NewTopic

    def make_topic(partitions: int = 1, **_config: object) -> str:
        name = unique("topic")
        with KafkaAdminClient(bootstrap_servers=broker.bootstrap) as admin:
            admin.create_topics([NewTopic(name, partitions, 1)])
            admin.wait_for_topics([name])
        return name

    return Bench(broker.bootstrap, make_topic, unique("group"), tmp_path)


def _outcomes_with_supervisor(bench: Bench, count: int) -> None:
    """Wait for outcomes, starting a worker again whenever the last has ended: what a container's supervisor does."""
    found = 0
    while True:
        try:
            for _ in bench.follow_outcomes(alive=bench.workers[-1]):
                found += 1
                if found >= count:
                    return
        except (AssertionError, KafkaError):
            if bench.workers[-1].process.poll() is None:
                raise
            found = 0
            bench.start("a")
