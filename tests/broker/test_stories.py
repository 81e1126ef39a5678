"""The story worker on a real Kafka: what it reads, what a kill costs, where its state is, how it ends."""

import hashlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer

from schemas import codec
from schemas.records import Article, Provenance, Quality, Story
from tests.broker.bench_worker import RAWI, REPO, Worker
from tests.broker.test_tls import PASSWORD, USER, Files
from tests.conftest import Broker, Unique
from tests.unit.stories.articles import Reader, settings
from workers.local.kafka import LocalKafka
from workers.local.ports import free_ports
from workers.sameness.minhash import content_hash, fingerprint, normalise
from workers.stories.book import Book, Update
from workers.stories.features import features_of
from workers.stories.names import index_topic, journal_topic
from workers.tools.reader import open_reader

pytestmark = pytest.mark.broker
STAMP_MS = 1_780_000_000_000
PARTITIONS = 3
ID_BYTES = 32
# A worker whose Faust drops, as it does at several places of a rebalance, what it fetched first of each partition.
DROPS = """
from workers.cli import main
from workers.stories import transport
dropped, link = set(), transport.Spans.link
def link_and_drop(self, *args):
    linked = link(self, *args)
    found = {tp for tp in linked if "journal" not in tp.topic} - dropped
    dropped.update(found)
    return {tp: records for tp, records in linked.items() if tp not in found}
transport.Spans.link = link_and_drop
main()
"""


def article(number: int, *, version: int = 0) -> Article:
    """Article `number`: those of one ten are on one event; its text is its own, but for every third, which repeats the one before."""
    event, text = number // 10, number - 1 if number % 3 == 2 else number
    names = " ".join(f"{letter}{event:03}" for letter in "qrstuvwxyz")
    body = f"{names}. " + " ".join(f"said{event}x{text}x{n}" for n in range(30)) + " revised" * version
    packed = fingerprint(normalise(body))
    return Article(
        id=hashlib.sha256(f"article {number}".encode()).hexdigest(),
        schema_version="1",
        url=f"https://paper{number}.example/{event}",
        headline=f"{names} version {version}",
        article_body=body,
        paragraphs=[body],
        word_count=40,
        in_language="en",
        date_downloaded="2026-05-28T20:26:40Z",
        content_hash=content_hash(normalise(body)),
        fingerprint=str(packed),
        dedupe="known",
        provenance=Provenance(extractor="test", extractor_version="1", rules_version="1", page_sha256="0" * 64),
        quality=Quality(score=1.0),
    )


class Stand:
    """Topics of one test, story workers on them, and what they wrote."""

    def __init__(self, bootstrap: str, unique: Unique, folder: Path) -> None:
        self.group, self.folder = unique("stories"), folder
        self.env = {
            "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
            "RAWI_OUTPUT_TOPIC": unique("articles"),
            "RAWI_STORIES_TOPIC": unique("stories"),
            "RAWI_INPUT_TOPIC": unique("raw"),
            "RAWI_DLQ_TOPIC": unique("dlq"),
            "RAWI_OUTCOMES_TOPIC": "",
            "RAWI_STORIES_GROUP_ID": self.group,
            "RAWI_STORIES_HTTP_ADDR": "127.0.0.1:0",
            "RAWI_SESSION_TIMEOUT_S": "6",
            "RAWI_LOG_FORMAT": "json",
        }
        self.bootstrap, self.workers = bootstrap, list[Worker]()
        self.log: list[Update] = []
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith(("RAWI_", "KAFKA_", "REDIS_"))} | self.env
        create = [str(RAWI), "topics", "create", "--partitions", str(PARTITIONS)]
        subprocess.run(create, env=self.environ, check=True, capture_output=True, cwd=REPO)

    @property
    def topics(self) -> list[str]:
        made = [value for name, value in self.env.items() if name.endswith("_TOPIC") and value]
        return [*made, index_topic(self.group), journal_topic(self.group)]

    def start(self, *command: str, **environ: str) -> Worker:
        """A worker, in an empty working folder that it cannot write to."""
        folder = self.folder / f"cwd-{len(self.workers)}"
        folder.mkdir(mode=0o500)
        worker = Worker([*(command or [str(RAWI)]), "stories"], self.environ | environ, self.folder / f"{len(self.workers)}.log")
        self.workers.append(worker)
        return worker

    def send(self, *records: Article | bytes, **options: Any) -> None:
        """Write articles, or tombstones for the ids given as bytes, to where their keys belong."""
        with KafkaProducer(bootstrap_servers=self.bootstrap, compression_type="zstd", **options) as producer:
            if "transactional_id" in options:
                producer.init_transactions()
                producer.begin_transaction()
            self.send_with(producer, *records)
            if "transactional_id" in options:
                producer.abort_transaction()

    def send_with(self, producer: KafkaProducer, *records: Article | bytes, headers: list[tuple[str, bytes]] | None = None) -> None:
        for record in records:
            article_id = record.hex() if isinstance(record, bytes) else record.id
            value = None if isinstance(record, bytes) else codec.encode(record)
            stamp_ms = STAMP_MS + len(self.log)
            partition = int(article_id, 16) % PARTITIONS
            producer.send(
                self.env["RAWI_OUTPUT_TOPIC"],
                value,
                key=article_id.encode(),
                partition=partition,
                headers=headers or [],
                timestamp_ms=stamp_ms,
            )
            features = None if isinstance(record, bytes) else features_of(record, STAMP_MS // 1000)
            self.log.append(Update(bytes.fromhex(article_id), features, partition, len(self.log), stamp_ms))
        producer.flush()

    def expected(self) -> set[tuple[str, str, str]]:
        """The stories that the records sent so far tell."""
        reader = Reader(Book(settings()))
        for update in self.log:
            reader.book.apply(update)
        reader.take()
        return told(codec.decode_story(value) for value in reader.stories.values())

    def stories(self) -> list[Story]:
        """The stories as a reader has them."""
        return [codec.decode_story(value) for value in self.latest(self.env["RAWI_STORIES_TOPIC"])]

    def latest(self, topic: str, key_bytes: int | None = None) -> list[bytes]:
        """The latest record of each key (of keys of that length), tombstones gone."""
        latest: dict[bytes | None, bytes | None] = {}
        with open_reader({"bootstrap_servers": self.bootstrap}, topic) as reader:
            for record in reader.read(reader.begins(), reader.ends()):
                if key_bytes is None or len(record.key or b"") == key_bytes:
                    latest[record.key] = record.value
        return [value for value in latest.values() if value is not None]

    def await_journal(self, worker: Worker, articles: int) -> None:
        """Wait until the journal holds that many articles: it is written after the stories are."""
        deadline_s = time.monotonic() + 60
        while len(self.latest(journal_topic(self.group), key_bytes=ID_BYTES)) < articles:
            assert worker.process.poll() is None, worker.tail()
            assert time.monotonic() < deadline_s, worker.tail()
            time.sleep(0.1)  # the latest of a key is known by reading again

    def await_stories(self, worker: Worker) -> list[Story]:
        """Wait until the topic tells what the records sent do."""
        expected, deadline_s = self.expected(), time.monotonic() + 60
        while told(found := self.stories()) != expected:
            assert worker.process.poll() is None, worker.tail()
            differ = len(told(found) ^ expected)
            assert time.monotonic() < deadline_s, f"{differ} of {len(expected)} members differ\n{worker.tail()}"
            time.sleep(0.1)  # the latest of a key is known by reading again
        return found


def told(stories: Any) -> set[tuple[str, str, str]]:
    found = [(s.story_id, m.article_id, m.kind) for s in stories for m in s.members]
    assert len(found) == len(set(found)), "a member is told twice"
    return set(found)


@pytest.fixture
def stand(kafka: Broker, unique: Unique, tmp_path: Path) -> Iterator[Stand]:
    made = Stand(kafka.bootstrap, unique, tmp_path)
    yield made
    for worker in made.workers:
        worker.kill()
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
        admin.delete_topics(made.topics)


def test_only_committed_articles_enter_a_story_and_nobody_is_answered(stand: Stand, unique: Unique) -> None:
    stand.send(*(article(n) for n in range(3)))
    aborted = len(stand.log)
    stand.send(*(article(n) for n in range(3, 9)), transactional_id=unique("aborted"))
    del stand.log[aborted:]
    replies = [("Faust-Ag-ReplyTo", stand.env["RAWI_INPUT_TOPIC"].encode()), ("Faust-Ag-CorrelationId", b"1")]
    with KafkaProducer(bootstrap_servers=stand.bootstrap) as producer:
        for key, value in ((b"no id", b"{}"), (b"ab" * 32, b"no article"), (b"ab" * 32, codec.encode(article(99)))):
            producer.send(stand.env["RAWI_OUTPUT_TOPIC"], value, key=key, partition=0)
        stand.send_with(producer, article(10), article(11), article(12), headers=replies)
    worker = stand.start()
    found = stand.await_stories(worker)
    assert sorted((s.independent_count, s.reprint_count) for s in found) == [(2, 1), (2, 1)]

    stand.send(article(0, version=1), bytes.fromhex(article(10).id))  # a revision, a withdrawal
    found = stand.await_stories(worker)
    assert sorted(len(s.members) for s in found) == [2, 3]
    assert worker.terminate() == 0, worker.tail()
    assert worker.log_file.read_text().count("stories.not_an_article") == 3
    with open_reader({"bootstrap_servers": stand.bootstrap}, stand.env["RAWI_INPUT_TOPIC"]) as reader:
        assert list(reader.read(reader.begins(), reader.ends())) == [], "a reply was sent"


def test_a_kill_loses_and_doubles_no_member_and_the_state_comes_back_from_the_journal_alone(stand: Stand) -> None:
    everything = [article(n) for n in range(300)]
    first = stand.start()
    stand.send(*everything[:150])
    while not stand.stories():
        assert first.process.poll() is None, first.tail()
        time.sleep(0.02)
    first.process.send_signal(signal.SIGKILL)  # in the middle of writing
    second = stand.start()
    stand.send(*everything[150:])
    stand.await_stories(second)
    stand.await_journal(second, 300)
    second.process.send_signal(signal.SIGKILL)  # what was acknowledged, but perhaps not committed, comes again
    third = stand.start()
    stand.send(article(3, version=1), bytes.fromhex(article(25).id), *everything[290:], article(301), article(300))
    found = stand.await_stories(third)
    assert len(found) == 31
    assert all(len(s.members) == len({m.article_id for m in s.members}) for s in found)
    assert '"articles":300' in third.log_file.read_text(), "the third began with all that the second had written"
    assert third.terminate() == 0, third.tail()


def test_records_that_faust_drops_with_none_behind_them_are_read_again(stand: Stand) -> None:
    stand.send(*(article(n) for n in range(20)))
    worker = stand.start(sys.executable, "-c", DROPS)
    stand.await_stories(worker)
    assert "stories.gap" in worker.log_file.read_text()
    assert worker.terminate() == 0, worker.tail()


def test_workers_that_join_leave_and_die_under_load_lose_and_double_no_member(stand: Stand) -> None:
    numbers = itertools.count()

    def feed(times: int) -> None:
        for _ in range(times):
            stand.send(*(article(next(numbers)) for _ in range(20)))

    first = stand.start()
    feed(5)
    second = stand.start()
    feed(10)
    for worker in (first, second):
        worker.await_log("stories.ready")
    feed(10)
    assert first.terminate() == 0, first.tail()
    feed(5)
    third = stand.start()
    feed(5)
    third.await_log("stories.ready")
    feed(5)
    second.process.kill()
    feed(2)
    stand.await_stories(third)
    assert third.terminate() == 0, third.tail()


def test_a_broker_that_goes_and_comes_back_over_tls_with_a_login(
    own_kafka: Callable[..., LocalKafka], unique: Unique, tmp_path: Path
) -> None:
    files = Files(tmp_path)
    jaas = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
    broker = own_kafka(
        protocols=("SASL_SSL",),
        extra={
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(files.server),
            "sasl.enabled.mechanisms": "PLAIN",
            "listener.name.sasl_ssl.plain.sasl.jaas.config": jaas,
        },
    )
    stand = Stand(broker.bootstrap, unique, tmp_path)
    login = {
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_of("SASL_SSL"),
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": "PLAIN",
        "KAFKA_SASL_USERNAME": USER,
        "KAFKA_SASL_PASSWORD": PASSWORD,
        "KAFKA_SSL_CAFILE": str(files.ca),
    }
    worker = stand.start(**login)
    try:
        stand.send(*(article(n) for n in range(10)))
        stand.await_stories(worker)
        broker.kill()
        broker.restart()
        stand.send(*(article(n) for n in range(10, 20)))
        stand.await_stories(worker)
        assert worker.terminate() == 0, worker.tail()
    finally:
        worker.kill()


def test_a_missing_topic_and_a_missing_broker_are_one_clear_line(stand: Stand) -> None:
    worker = stand.start(RAWI_STORIES_GROUP_ID=stand.group + "-other")
    away = stand.start(KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{free_ports(1)[0]}")
    assert worker.wait() == 69
    assert f"no such topic: {stand.group}-other-index, {stand.group}-other-journal-changelog" in worker.tail()
    assert away.wait() == 69
    assert "cannot connect to Kafka" in away.tail()
    assert "Traceback" not in away.tail()
