"""Sameness in real workers on a real broker and store: a replay, two workers at once, and a store that is flushed, stopped and killed."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from kafka import KafkaProducer

from schemas.codec import decode_article
from schemas.out_headers import dead_letter_headers
from schemas.outcome import Source
from schemas.reasons import DeadLetterReason
from schemas.records import Article, Outcome
from tests.broker.bench_worker import Bench, Worker
from tests.broker.cli_runner import Rawi
from tests.conftest import Broker, MakeTopic, Unique, ValkeyServer
from tests.pipeline.test_sameness import html
from tests.sameness.stories import story
from workers.local.valkey import LocalValkey

pytestmark = pytest.mark.broker


@pytest.fixture
def bench(kafka: Broker, make_topic: MakeTopic, unique: Unique, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(kafka.bootstrap, make_topic, unique("group"), tmp_path, partitions=2)
    made.env["RAWI_REDIS_PREFIX"] = f"{made.group}:"
    yield made
    made.stop()


def send(bench: Bench, *pages: tuple[str, bytes]) -> None:
    """Send pages, in turn to the partitions."""
    with bench.producer() as producer:
        _send(producer, bench, pages)


def _send(producer: KafkaProducer, bench: Bench, pages: tuple[tuple[str, bytes], ...]) -> None:
    for url, value in pages:
        headers = [("url", url.encode()), ("fetched-at", b"2026-05-04T10:00:00Z")]
        producer.send(bench.input, value, headers=headers, partition=bench.fed % bench.partitions)
        bench.fed += 1


def published(bench: Bench) -> list[tuple[str, bytes]]:
    records: list[Any] = bench.read(bench.articles)
    return [(record.key.decode(), record.value) for record in records if record.value is not None]


def one(number: int) -> bytes:
    """A page of a text of its own."""
    made = story(number)
    return html([" ".join(paragraph) for paragraph in made.paragraphs], made.headline)


def test_two_workers_tell_kin_apart_and_a_replay_of_the_topic_publishes_the_same_bytes(bench: Bench, valkey: ValkeyServer) -> None:
    bench.env["REDIS_URL"] = str(valkey)
    pages = 12
    for number in range(pages):  # the same text in both partitions, at two sites
        send(bench, (f"https://a.test/{number}", one(number)), (f"https://b.test/{number}", one(number)))
    workers = [bench.start("a"), bench.start("b")]
    bench.outcomes_until(2 * pages, alive=workers[0])
    send(bench, ("https://a.test/0", one(0)), ("https://b.test/1", html(headline="Rewritten")))
    last = bench.outcomes_until(2 * pages + 2, alive=workers[0])[2 * pages :]
    assert sorted((o.outcome, o.reason) for o in last) == [("published", None), ("unchanged", "same_bytes")]
    bench.assert_exactly_once()
    first = published(bench)
    made = [decode_article(value) for _, value in first]
    assert {article.dedupe for article in made} == {"known"}
    for number in range(pages):
        pair = [a for a in made if a.url in (f"https://a.test/{number}", f"https://b.test/{number}") and a.revision == 1]
        original, copy = sorted(pair, key=lambda article: article.duplicate_of is not None)
        assert original.duplicate_of is None
        assert copy.duplicate_of is not None
        assert (copy.duplicate_of.id, copy.duplicate_of.kind) == (original.id, "exact")
    for worker in workers:
        assert worker.terminate() == 0
    # Another group reads the topic from its beginning, with the same store.
    again = bench.start("c", RAWI_GROUP_ID=f"{bench.group}-again")
    both = bench.outcomes_until(2 * bench.fed, alive=again)

    def told(outcomes: list[Outcome]) -> set[tuple[object, ...]]:
        return {(o.source.partition, o.source.offset, o.outcome, o.reason, *o.article_ids) for o in outcomes}

    assert told(both[: bench.fed]) == told(both[bench.fed :])
    assert Counter(published(bench)) == Counter(first + first)


def test_neither_a_replayed_dead_letter_nor_a_reprocessed_page_ends_as_unchanged(bench: Bench, kafka: Broker, valkey: ValkeyServer) -> None:
    bench.env["REDIS_URL"] = str(valkey)
    worker = bench.start("a")
    url = "https://a.test/again"
    send(bench, (url, one(7)), (url, one(7)))
    assert sorted(_ended(bench, worker, 2)) == ["published", "unchanged"]  # two partitions: in either order
    letter = dead_letter_headers(
        [("url", url.encode()), ("fetched-at", b"2026-05-04T10:00:00Z")],
        stage="extract",
        reason=DeadLetterReason.CRASH,
        error="killed",
        attempts=2,
        source=Source(topic=bench.input, partition=0, offset=0),
        timestamp_ms=1_780_000_000_000,
        worker_version="0.1",
    )
    with bench.producer() as producer:
        producer.send(bench.dlq, one(7), headers=letter).get(30)
    rawi = Rawi(kafka, bench.environ())
    assert (ran := rawi("dlq", "replay", "--yes")).code == 0, ran.err
    assert _ended(bench, worker, 3)[2:] == ["published"]
    assert (ran := rawi("reprocess", "--url", url, "--yes")).code == 0, ran.err
    assert _ended(bench, worker, 4)[3:] == ["published"]
    assert len({key for key, _ in published(bench)}) == 1, "one page, one article"


def _ended(bench: Bench, worker: Worker, count: int) -> list[str]:
    return [str(outcome.outcome) for outcome in bench.outcomes_until(count, alive=worker)]


def test_a_store_flushed_paused_or_killed_stops_nothing_and_is_used_again_when_it_is_back(
    bench: Bench, own_valkey: Callable[..., LocalValkey]
) -> None:
    store = own_valkey()
    bench.env["REDIS_URL"] = store.url
    worker = bench.start("a")
    client = redis.Redis.from_url(store.url)
    _until(bench, worker, "known")
    client.flushall()  # its scripts are gone, too
    client.script_flush()
    _until(bench, worker, "known")
    client.client_pause(30_000)
    client.close()
    _until(bench, worker, "unknown")
    send(bench, *((f"https://paused.test/{n}", one(1_000 + n)) for n in range(20)))
    _until(bench, worker, "known")
    store.kill()
    _until(bench, worker, "unknown")
    store.start()
    _until(bench, worker, "known")
    bench.assert_exactly_once()
    assert worker.terminate() == 0


def _until(bench: Bench, worker: Worker, dedupe: str) -> None:
    """Send new pages, one after the other's outcome, until one's article says so. A breaker asks the store again after 5 s."""
    for _ in range(400):
        send(bench, (f"https://new.test/{bench.fed}", one(bench.fed)))
        outcome = bench.outcomes_until(bench.fed, alive=worker)[-1]
        [article_id] = outcome.article_ids
        article: Article = decode_article(dict(published(bench))[article_id])
        if article.dedupe == dedupe:
            return
    raise AssertionError(f"no article was {dedupe}")
