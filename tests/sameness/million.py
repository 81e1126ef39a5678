"""What an article costs the store, in bytes and time, with a million of them in it."""

import random
import struct
import time

import redis

from schemas.records import Source
from workers.pipeline.site import SiteSeen
from workers.sameness.fingerprint import VALUES
from workers.store.protocol import Closing, Look, Past, Text
from workers.store.redis import RedisStore

BATCH = 200  # pages of a commit


def run(client: redis.Redis, articles: int) -> None:
    """Put so many original articles through the store as the worker would, and print bytes and microseconds an article."""
    store = RedisStore(client, prefix="rawi:", ttl_s=30 * 86_400, items=articles, horizon_s=7 * 86_400)
    source = random.Random(1)
    steps = [articles // 100, articles // 10, articles // 2, articles]
    empty = _used_bytes(client)
    closings: list[Closing] = []
    spent = {"look": 0.0, "settle": 0.0, "close": 0.0}
    for number in range(articles):
        text = _text(source)
        look = _look(number)
        started_s = time.perf_counter()
        seen = store.look(look)
        looked_s = time.perf_counter()
        verdicts = store.settle(look.source, [text])
        settled_s = time.perf_counter()
        closings.append(Closing(look=look, seen=seen, past=Past(standing=[text.id], records=text.id[:8], verdicts=verdicts)))
        spent["look"] += looked_s - started_s
        spent["settle"] += settled_s - looked_s
        if len(closings) == BATCH:
            started_s = time.perf_counter()
            store.close_pages(closings)
            spent["close"] += time.perf_counter() - started_s
            closings = []
        if number + 1 in steps:
            used, keys = _used_bytes(client) - empty, client.dbsize()
            each = ", ".join(f"{name} {seconds / (number + 1) * 1e6:.0f}" for name, seconds in spent.items())
            print(
                f"{number + 1:>9} articles: {used / (number + 1):6.0f} bytes each, {used / 1e6:8.1f} MB, {keys} keys; µs each: {each}",
                flush=True,
            )
    _sites(client, store)


def _sites(client: redis.Redis, store: RedisStore) -> None:
    """And a site whose ring of pages is full."""
    before = _used_bytes(client)
    for number in range(120):
        look = _look(10**9 + number, site="one.test")
        learned = SiteSeen(blocks=tuple(range(40)) + tuple(range(number * 100, number * 100 + 40)), page=number + 1, names=("A Paper",))
        store.close_pages([Closing(look=look, seen=store.look(look), past=Past(), learned=learned)])
    print(f"a site with its last pages: {(_used_bytes(client) - before) / 1e3:.1f} KB")


def _look(number: int, site: str = "a.test") -> Look:
    return Look(
        url=f"https://{site}/{number}",
        site=site,
        source=Source(topic="raw.pages", partition=number % 8, offset=number),
        page_sha256=f"{number:064x}",
        rules_version="1",
    )


def _text(source: random.Random) -> Text:
    minima = struct.pack(f">{VALUES + 1}H", 300, *(source.getrandbits(16) for _ in range(VALUES)))
    words = source.randbytes(64)
    return Text(id=words[:32], content_hash=words[32:], fingerprint=minima, headline=words[:4], house=words[4:8], agency=b"")


def _used_bytes(client: redis.Redis) -> int:
    return int(client.info("memory")["used_memory"])
