"""`python -m tests.bench.stories`: what the story worker does a second and holds in memory, and what the same index costs in Redis.

Articles are made: 48 stems each, as frequent among them as words of news are (Zipf), three in ten on an event of five articles.

    book   the book alone, one process: articles a second, memory, journal, and the time to make it again from the journal
    redis  its index in a Valkey instead: postings as sorted sets, one round trip to ask and one to add
    kafka  the worker on a real broker: articles a second from `articles` to stories and journal, memory, time of a new start
    read   the first step alone: an article's record to its short form

Each part prints one line. ARTICLES: how many (default 20,000; the figures in docs/stories.md say theirs).
"""

import argparse
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import redis

from schemas import codec
from schemas.records import Article, Provenance, Quality
from workers.local.kafka import LocalKafka
from workers.local.valkey import LocalValkey
from workers.sameness.minhash import content_hash, fingerprint, normalise
from workers.settings import StorySettings, read_settings
from workers.stories.book import Book, Update
from workers.stories.features import HASH, MAX_TERMS, WEIGHT, WEIGHT_ONE, Features, features_of

RAWI = Path(sys.executable).with_name("rawi")
VOCABULARY = 300_000
EVENT_ARTICLES, EVENT_SHARE, EVENT_TERMS = 5, 0.3, 32
START_S, RATE = 1_780_000_000, 10  # articles a second of the made time: 100,000 are 2.8 hours
BATCH = 500


def made(count: int) -> Iterator[Features]:
    """Articles as the book takes them."""
    chance = np.random.default_rng(7)
    ranks = np.arange(200, VOCABULARY)  # the most frequent words are not among an article's terms
    cumulated = np.cumsum(1 / ranks)
    cumulated /= cumulated[-1]
    hashes = np.array([zlib.crc32(b"%d" % rank) for rank in ranks], dtype=HASH)
    event = np.zeros(0, dtype=np.int64)
    for number in range(count):
        terms = np.unique(np.searchsorted(cumulated, chance.random(MAX_TERMS)))
        if number % EVENT_ARTICLES == 0:
            event = terms[:EVENT_TERMS] if chance.random() < EVENT_SHARE else np.zeros(0, dtype=np.int64)
        terms = np.unique(np.concatenate([event, terms]))[:MAX_TERMS]
        yield Features(
            id=hashlib.sha256(b"%d" % number).digest(),
            url=f"https://paper{number % 500}.example/2026/05/28/an-article-with-a-usual-url-{number}",
            publisher=f"Paper {number % 500}",
            headline=f"A headline of a usual length about something of number {number}",
            keywords=("politics", f"keyword {number % 1000}"),
            downloaded_s=START_S + number // RATE,
            event_s=START_S + number // RATE,
            hashes=hashes[terms].tobytes(),
            weights=np.full(len(terms), round(WEIGHT_ONE / len(terms) ** 0.5), dtype=WEIGHT).tobytes(),
            fingerprint=chance.integers(0, 65_536, 65, dtype=np.uint16).astype(">u2").tobytes(),
            duplicate_of=None,
        )


def defaults() -> StorySettings:
    """The settings as shipped, with room for all articles."""
    return read_settings({"RAWI_STORIES_MAX_ARTICLES": "10000000"}, None).settings.stories


def resident_bytes() -> int:
    """Memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def bench_book(count: int) -> None:
    """The book alone."""
    before, spent_s, last_s = resident_bytes(), 0.0, 0.0
    book, journal = Book(defaults()), dict[bytes, bytes]()
    updates = [Update(a.id, a, 0, n, a.downloaded_s * 1000) for n, a in enumerate(made(count))]
    held = resident_bytes() - before
    for at in range(0, count, BATCH):
        begun_s = time.perf_counter()
        for update in updates[at : at + BATCH]:
            book.apply(update)
        changes = book.take_changes()
        last_s = time.perf_counter() - begun_s
        spent_s += last_s
        journal.update({key: value for key, value in changes.journal if value is not None})
    size, grown = sum(map(len, journal.values())), resident_bytes() - before
    begun_s = time.perf_counter()
    again = Book(defaults(), journal.items())
    restore_s = time.perf_counter() - begun_s
    assert again.forest.members == book.forest.members
    print(
        f"book: {count:,} articles, {count / spent_s:,.0f} a second ({min(BATCH, count) / last_s:,.0f} at the end), "
        f"{book.story_count:,} stories; {grown / count * 1e5 / 2**20:,.0f} MiB per 100,000 articles with the journal's table, of it "
        f"{held / count * 1e5 / 2**20:,.0f} MiB the articles themselves; journal {size / count:,.0f} bytes an article; "
        f"made again in {restore_s:.1f} s"
    )


def bench_redis(count: int) -> None:
    """The same questions to a Valkey on this machine."""
    with LocalValkey() as server, redis.Redis.from_url(server.url) as client:
        before, begun_s = client.info("memory")["used_memory"], time.perf_counter()
        for number, article in enumerate(made(count)):
            terms = np.frombuffer(article.hashes, dtype=HASH).tolist()
            weights = np.frombuffer(article.weights, dtype=WEIGHT).tolist()
            ask = client.pipeline(transaction=False)
            for term in terms:
                ask.zrange(f"t:{term}", 0, -1, withscores=True)
            scores: dict[bytes, float] = {}
            for weight, posting in zip(weights, ask.execute(), strict=True):
                for other, theirs in posting:
                    scores[other] = scores.get(other, 0.0) + weight * theirs
            add = client.pipeline(transaction=False)
            for term, weight in zip(terms, weights, strict=True):
                add.zadd(f"t:{term}", {str(number): weight})
            add.hset(
                f"a:{number}", mapping={"url": article.url or "", "headline": article.headline or "", "fingerprint": article.fingerprint}
            )
            add.execute()
        spent_s = time.perf_counter() - begun_s
        grown = client.info("memory")["used_memory"] - before
    print(
        f"redis: {count:,} articles, {count / spent_s:,.0f} a second; {grown / count * 1e5 / 2**20:,.0f} MiB per 100,000 articles in Valkey"
    )


def records(count: int) -> Iterator[Article]:
    """Articles as the worker publishes them: 350 words, the first of an event's told by all five."""
    chance = np.random.default_rng(7)
    event: list[str] = []
    for number in range(count):
        if number % EVENT_ARTICLES == 0:
            event = [f"n{rank:05x}" for rank in chance.integers(0, VOCABULARY, 30)] if chance.random() < EVENT_SHARE else []
        own = [f"w{int(rank):05x}" for rank in chance.zipf(1.3, 320) % VOCABULARY]
        headline = " ".join(event[:8] or own[:8])
        paragraphs = [" ".join([*event, *own[:40]]), *(" ".join(own[at : at + 40]) for at in range(40, 320, 40))]
        body = "\n\n".join(paragraphs)
        packed = fingerprint(normalise(body))
        yield Article(
            id=hashlib.sha256(b"%d" % number).hexdigest(),
            schema_version="1",
            url=f"https://paper{number % 500}.example/{number}",
            domain=f"paper{number % 500}.example",
            headline=headline,
            article_body=body,
            paragraphs=paragraphs,
            word_count=350,
            in_language="en",
            date_downloaded=f"2026-05-28T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
            content_hash=content_hash(body),
            fingerprint=str(packed),
            dedupe="known",
            provenance=Provenance(extractor="bench", extractor_version="1", rules_version="1", page_sha256="0" * 64),
            quality=Quality(score=1.0),
        )


def bench_read(count: int) -> None:
    """From a record to its short form."""
    values = [codec.encode(article) for article in records(min(count, 5000))]
    begun_s = time.perf_counter()
    for value in values:
        features_of(codec.decode_article(value), 0)
    print(f"read: {len(values) / (time.perf_counter() - begun_s):,.0f} articles a second, one core")


def bench_kafka(count: int) -> None:
    """The worker on a broker."""
    from kafka import KafkaProducer

    with LocalKafka() as broker, TemporaryDirectory() as folder:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("RAWI_", "KAFKA_"))}
        env |= {"KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap, "RAWI_STORIES_MAX_ARTICLES": "10000000", "RAWI_LOG_FORMAT": "json"}
        subprocess.run([RAWI, "topics", "create"], env=env, check=True, capture_output=True, cwd=folder)
        with KafkaProducer(bootstrap_servers=broker.bootstrap, compression_type="zstd", linger_ms=50) as producer:
            for article in records(count):
                producer.send("articles", codec.encode(article), key=article.id.encode())
        log_file = Path(folder) / "log"
        for name in ("first", "again"):
            with log_file.open("w") as log:
                worker = subprocess.Popen([RAWI, "stories"], env=env, stdout=log, stderr=log, cwd=folder)
            begun_s, ready_s = time.perf_counter(), 0.0
            while True:
                text = log_file.read_text()
                if not ready_s and "stories.ready" in text:
                    ready_s = time.perf_counter()
                metrics = _metrics(text) if ready_s else {}
                if metrics and (
                    name == "again" or sum(v for k, v in metrics.items() if k.startswith("rawi_stories_articles_total")) >= count
                ):
                    break
                time.sleep(0.1)
            if name == "first":
                print(
                    f"kafka: {count:,} articles, {count / (time.perf_counter() - ready_s):,.0f} a second; "
                    f"{metrics['process_resident_memory_bytes'] / 2**20:,.0f} MiB, CPU {metrics['process_cpu_seconds_total']:.0f} s"
                )
            else:
                held = metrics["rawi_stories_articles_held"]
                print(f"kafka: a new start with {held:,.0f} articles in the journal took {ready_s - begun_s:.1f} s")
            time.sleep(2)  # offsets are committed every second
            worker.send_signal(signal.SIGTERM)
            worker.wait(60)


def _metrics(log: str) -> dict[str, float]:
    url = next(json.loads(line)["metrics"] for line in log.splitlines() if '"stories.started"' in line)
    with urllib.request.urlopen(url) as answer:  # noqa: S310 (of our own worker)
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


PARTS = {"read": bench_read, "book": bench_book, "redis": bench_redis, "kafka": bench_kafka}


def main() -> None:
    """Run the parts named."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.stories", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART")
    parser.add_argument("--articles", type=int, default=20_000)
    options = parser.parse_args()
    for part in options.parts:
        PARTS[part](options.articles)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
