"""Issue 3's judgement: 1,000 real pages through a real Kafka and two workers that are killed, stopped and cut off from their broker."""

import gzip
import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import NewTopic

from schemas import codec
from schemas.headers import http_url
from schemas.records import Outcome
from tests.broker.bench_worker import DEADLINE_S, Bench
from tests.contract.validation import errors
from workers.local.kafka import LocalKafka

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
PAGES = 1_000
PARTITIONS = 4
SAMPLE = 100  # articles checked against their schema
BY_ITS_WATCHDOG = {69, 70}  # exit codes after which a supervisor starts a worker again: broker away, stood still
NO_URL = "mediacloud"  # its pages have none: they are to be dead-lettered; pages of the others without one are given one

Entry = tuple[str, dict[str, Any]]


def entries() -> list[Entry]:
    """(folder, manifest line) of PAGES pages, a folder after the other in turn, the same ones each time."""
    manifests = sorted(CORPORA.glob("*/manifest.jsonl"))
    folders = [[(m.parent.name, json.loads(line)) for line in m.read_text("utf-8").splitlines()] for m in manifests]
    mixed = [entry for entry in chain.from_iterable(zip_longest(*folders)) if entry is not None]
    assert len(mixed) >= PAGES, f"{CORPORA} has only {len(mixed)} pages"
    return mixed[:PAGES]


def record_of(entry: Entry) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Value and headers of a page."""
    folder, line = entry
    url = line["url"] or (None if folder == NO_URL else f"https://pages.test/{folder}/{line['id']}")
    page = gzip.decompress((CORPORA / folder / line["path"]).read_bytes())
    return page, [("url", url.encode())] if url else []


def has_url(entry: Entry) -> bool:
    """Whether a page comes with a URL that can be one (two manifests name something else)."""
    return any(http_url(value.decode()) for name, value in record_of(entry)[1] if name == "url")


class Supervised:
    """Workers under a supervisor: one that ends by its own watchdog is started again; any other end is a failure."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.live = {name: bench.start(name) for name in ("a", "b")}
        self.ends: list[int] = []

    def kill(self, name: str) -> None:
        self.live[name].kill()
        self.live[name] = self.bench.start(name)

    def outcomes_until(self, count: int) -> None:
        """Wait until so many source offsets have a committed outcome; look after the workers meanwhile."""
        deadline_s = time.monotonic() + DEADLINE_S
        sources: set[tuple[int, int]] = set()
        # A reader of each call's own: one that is open while the broker is away leaves a socket at each attempt to connect.
        with KafkaConsumer(bootstrap_servers=self.bench.bootstrap, isolation_level="read_committed", enable_auto_commit=False) as consumer:
            consumer.assign([TopicPartition(self.bench.outcomes, 0)])
            consumer.seek_to_beginning()
            while len(sources) < count:
                for record in chain.from_iterable(consumer.poll(500).values()):
                    source = codec.decode_outcome(record.value).source
                    sources.add((source.partition, source.offset))
                self._look_after()
                assert time.monotonic() < deadline_s, f"{len(sources)} of {count} outcomes in time:\n{self._tails()}"

    def terminate(self) -> list[int]:
        return [worker.terminate() for worker in self.live.values()]

    def _look_after(self) -> None:
        for name, worker in self.live.items():
            if (code := worker.process.poll()) is not None:
                assert code in BY_ITS_WATCHDOG, f"worker {name} ended with {code}:\n{worker.tail()}"
                self.ends.append(code)
                self.live[name] = self.bench.start(name)

    def _tails(self) -> str:
        return "\n".join(worker.tail() for worker in self.live.values())


@pytest.fixture
def bench(own_kafka: Callable[..., LocalKafka], unique: Callable[[str], str], tmp_path: Path) -> Iterator[tuple[Bench, LocalKafka]]:
    if not CORPORA.is_dir():
        pytest.skip(f"NOT TESTED: 1,000 REAL PAGES THROUGH FAULTS. There is no {CORPORA}")
    broker = own_kafka()

    def make_topic(partitions: int = 1, **_config: object) -> str:
        name = unique("topic")
        with KafkaAdminClient(bootstrap_servers=broker.bootstrap) as admin:
            admin.create_topics([NewTopic(name, partitions, 1, topic_configs={"max.message.bytes": "27262976"})])
            admin.wait_for_topics([name])
        return name

    made = Bench(broker.bootstrap, make_topic, unique("group"), tmp_path, PARTITIONS)
    yield made, broker
    made.stop()


def feed(bench: Bench, pages: list[Entry]) -> None:
    with bench.producer() as producer:
        for entry in pages:
            value, headers = record_of(entry)
            producer.send(bench.input, value, headers=headers, partition=bench.fed % PARTITIONS)
            bench.fed += 1
        producer.flush()


def test_a_thousand_real_pages_have_one_outcome_each_whatever_is_killed(
    bench: tuple[Bench, LocalKafka], capsys: pytest.CaptureFixture[str]
) -> None:
    run, broker = bench
    pages = entries()
    started_s = time.monotonic()
    feed(run, pages[:250])
    workers = Supervised(run)
    try:
        workers.outcomes_until(80)
        workers.kill("a")

        feed(run, pages[250:550])
        workers.outcomes_until(300)
        workers.live["b"].signal(signal.SIGSTOP)
        workers.live["a"].await_log('"partitions":[0,1,2,3]')  # b's session is over, a has all
        workers.outcomes_until(420)
        workers.live["b"].signal(signal.SIGCONT)

        feed(run, pages[550:])
        workers.outcomes_until(650)
        broker.kill()
        broker.start()
        workers.outcomes_until(PAGES)
        codes = workers.terminate()
    finally:
        run.stop()
    outcomes = run.assert_exactly_once()
    kinds = Counter((o.outcome, o.reason or "") for o in outcomes)
    seconds = time.monotonic() - started_s
    with capsys.disabled():
        counts = ", ".join(f"{outcome} {reason} {n}".replace("  ", " ") for (outcome, reason), n in sorted(kinds.items()))
        print(f"\n{PAGES} real pages in {seconds:.0f} s; ended by watchdog: {workers.ends}; {counts}")
    assert codes == [0, 0]
    assert len(outcomes) == PAGES
    assert kinds["dead_lettered", "crash"] == 0
    assert kinds["dead_lettered", "missing_url"] == sum(not has_url(entry) for entry in pages)
    assert sum(n for (outcome, _), n in kinds.items() if outcome == "published") > PAGES // 2
    assert_dead_letters_are_those_of_the_outcomes(run, outcomes)
    assert_articles_fit_their_schema(run)


def assert_dead_letters_are_those_of_the_outcomes(run: Bench, outcomes: list[Outcome]) -> None:
    named = {(o.source.partition, o.source.offset) for o in outcomes if o.outcome == "dead_lettered"}
    letters = [dict(record.headers) for record in run.read(run.dlq)]  # type: ignore[attr-defined]
    sources = [(int(letter["dlq-source-partition"]), int(letter["dlq-source-offset"])) for letter in letters]
    assert sorted(sources) == sorted(named)


def assert_articles_fit_their_schema(run: Bench) -> None:
    values = [record.value for record in run.read(run.articles) if record.value is not None]  # type: ignore[attr-defined]
    for value in random.Random(3).sample(values, SAMPLE):
        assert codec.encode(codec.decode_article(value)) == value
        assert errors("article.v1", json.loads(value), strict=True) == []
