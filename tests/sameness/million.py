"""What an article costs the store, in bytes and time, with a million of them in it."""

import random
import time

import redis

from schemas.records import Source
from workers.pipeline.site import SiteSeen
from workers.sameness.fingerprint import VALUES
from workers.store.protocol import Closing, Look, Past, Seen, SeenAs, Text, Verdict
from workers.store.redis import RedisStore

BATCH = 200  # pages of a commit
TIMED = 1_000  # articles put in one by one before each figure
_NEW = Seen(seen_as=SeenAs.NEW)


def run(client: redis.Redis, articles: int) -> None:
    """Put so many original articles into the store, and print bytes an article, and microseconds of single calls in between."""
    store = RedisStore(client, prefix="rawi:", ttl_s=30 * 86_400, items=articles, horizon_s=7 * 86_400)
    source = random.Random(1)
    empty, done = _used_bytes(client), 0
    for step in (articles // 100, articles // 10, articles // 2, articles):
        calls = _one_by_one(store, source, done, min(TIMED, step - done))
        for number in range(done + TIMED, step, BATCH):  # in batches, for speed: what is stored is the same
            looks = [_look(n) for n in range(number, min(number + BATCH, step))]
            texts = [_text(source) for _ in looks]
            [verdicts] = store.settle([(looks[0].source, texts)])
            store.close_pages([_closing(*one) for one in zip(looks, [_NEW] * len(looks), texts, verdicts, strict=True)])
        done = step
        used = _used_bytes(client) - empty
        print(f"{done:>9} articles: {used / done:6.0f} bytes each, {used / 1e6:8.1f} MB, {client.dbsize()} keys; {calls}", flush=True)
    _sites(client, store)


def _one_by_one(store: RedisStore, source: random.Random, first: int, count: int) -> str:
    """As the worker does it; what the calls took."""
    spent = {"look": 0.0, "settle": 0.0, "close": 0.0}
    closings: list[Closing] = []
    for number in range(first, first + count):
        look, text = _look(number), _text(source)
        times_s = [time.perf_counter()]
        seen = store.look([look])[0]
        times_s.append(time.perf_counter())
        [verdicts] = store.settle([(look.source, [text])])
        times_s.append(time.perf_counter())
        closings.append(_closing(look, seen, text, verdicts[0]))
        if len(closings) == BATCH:
            store.close_pages(closings)
            closings = []
        times_s.append(time.perf_counter())
        for name, from_s, to_s in zip(spent, times_s, times_s[1:], strict=False):
            spent[name] += to_s - from_s
    store.close_pages(closings)
    return "µs each: " + ", ".join(f"{name} {seconds / count * 1e6:.0f}" for name, seconds in spent.items())


def _closing(look: Look, seen: Seen, text: Text, verdict: Verdict) -> Closing:
    return Closing(look=look, seen=seen, past=Past(standing=[text.id], records=text.id[:8], verdicts=[verdict]))


def _sites(client: redis.Redis, store: RedisStore) -> None:
    """And a site whose ring of pages is full."""
    before = _used_bytes(client)
    for number in range(120):
        look = _look(10**9 + number, site="one.test")
        learned = SiteSeen(blocks=tuple(range(40)) + tuple(range(number * 100, number * 100 + 40)), page=number + 1, names=("A Paper",))
        store.close_pages([Closing(look=look, seen=store.look([look])[0], past=Past(), learned=learned)])
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
    words = source.randbytes(64)
    minima = (300).to_bytes(2, "big") + source.randbytes(2 * VALUES)
    return Text(id=words[:32], content_hash=words[32:], fingerprint=minima, headline=words[:4], house=words[4:8], agency=b"")


def _used_bytes(client: redis.Redis) -> int:
    return int(client.info("memory")["used_memory"])
