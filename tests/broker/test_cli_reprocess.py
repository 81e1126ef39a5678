"""`rawi reprocess` and `rawi erase` on a real broker and a real store."""

import json
from typing import Any

import pytest
import redis

from schemas.codec import encode
from schemas.identity import article_id
from schemas.records import Outcome, Sizes, Timings
from tests.broker.cli_runner import Rawi, make_rawi
from tests.conftest import Broker, MakeTopic, Unique, ValkeyServer
from tests.unit.store.stores import came_of, page, source
from workers.store.protocol import Past, SeenAs
from workers.store.redis import RedisStore

START_MS = 1_700_000_000_000
STORY = "https://news.example/story"


@pytest.fixture
def rawi(kafka: Broker, unique: Unique, make_topic: MakeTopic) -> Rawi:
    rawi = make_rawi(kafka, unique)
    rawi.env |= {
        "RAWI_INPUT_TOPIC": make_topic(partitions=2, retention_ms=-1),
        "RAWI_OUTPUT_TOPIC": make_topic(),
        "RAWI_OUTCOMES_TOPIC": make_topic(),
    }
    return rawi


def fetched(url: str, value: bytes, n: int, *headers: tuple[str, bytes]) -> dict[str, Any]:
    return {"value": value, "headers": [("url", url.encode()), *headers], "partition": n % 2, "timestamp_ms": START_MS + n * 60_000}


def sent_again(rawi: Rawi) -> list[Any]:
    return [record for record in rawi.records(rawi.env["RAWI_INPUT_TOPIC"]) if "rawi-reprocess" in dict(record.headers)]


def test_the_latest_page_of_each_url_is_sent_again_as_it_came(rawi: Rawi) -> None:
    topic = rawi.env["RAWI_INPUT_TOPIC"]
    rawi.produce(
        topic,
        [
            fetched(STORY, b"old", 0),
            fetched(STORY + "?utm_source=x", b"new", 2, ("fetched-at", b"2023-11-01T00:00:00Z")),
            fetched("https://other.example/", b"other", 3),
            fetched("https://www.news.example/b", b"b", 5),
        ],
    )
    dry = rawi("reprocess", "--site", "news.example", "--dry-run", "--json").json
    assert (dry["read"], dry["chosen"], dry["sent"]) == (4, 2, 0)
    done = rawi("reprocess", "--site", "news.example", "--yes", "--json").json
    assert (done["chosen"], done["sent"]) == (2, 2)
    by_value = {record.value: record for record in sent_again(rawi)}
    assert set(by_value) == {b"new", b"b"}
    assert dict(by_value[b"new"].headers)["fetched-at"] == b"2023-11-01T00:00:00Z"
    assert dict(by_value[b"b"].headers)["fetched-at"] == b"2023-11-14T22:18:20.000Z"
    assert dict(by_value[b"b"].headers)["rawi-reprocess"] == done["run"].encode()
    assert [by_value[value].partition for value in (b"new", b"b")] == [0, 1]
    assert rawi("reprocess", "--site", "news.example", "--yes", "--json").json["sent"] == 2  # not what it sent itself


def test_one_url_and_a_time_narrow_it_and_without_either_nothing_is_done(rawi: Rawi) -> None:
    rawi.produce(rawi.env["RAWI_INPUT_TOPIC"], [fetched(STORY, b"a", 0), fetched("https://news.example/b", b"b", 1)])
    assert rawi("reprocess", "--url", "HTTPS://News.example/story#top", "--yes", "--json").json["sent"] == 1
    assert rawi("reprocess", "--since", "2023-11-14T22:14Z", "--yes", "--json").json["chosen"] == 1
    for arguments in ([], ["--url", "news"], ["--site", "news.example"]):
        assert rawi("reprocess", *arguments).code == 2


def test_erase_withdraws_every_article_of_a_page_and_the_store_forgets_it(rawi: Rawi, valkey: ValkeyServer, unique: Unique) -> None:
    rawi.env |= {"REDIS_URL": valkey.url, "RAWI_REDIS_PREFIX": unique("erase")}
    main, part, older = article_id(STORY), "b" * 64, "c" * 64
    with redis.Redis.from_url(valkey.url) as client:
        store = RedisStore(client, prefix=rawi.env["RAWI_REDIS_PREFIX"], ttl_s=3600, items=1000, horizon_s=3600)
        look = page(1, url=STORY)
        store.close_pages([came_of(look, store.look([look])[0], Past(standing=[bytes.fromhex(main), bytes.fromhex(part)]))])
        outcome = Outcome(
            url=STORY,
            source=source(0),
            outcome="published",
            reason=None,
            article_ids=[main, older],
            sizes=Sizes(raw_bytes=1, article_bytes=1),
            timings=Timings(total_ms=0, stages={}),
        )
        rawi.produce(rawi.env["RAWI_OUTCOMES_TOPIC"], [{"key": STORY.encode(), "value": encode(outcome)}])
        ran = rawi("erase", STORY + "#comments", "--yes", "--json")
        assert ran.code == 0, ran.err
        assert json.loads(ran.out) == {"url": STORY, "articleIds": [main, older, part], "storeKnew": True}
        tombstones = rawi.records(rawi.env["RAWI_OUTPUT_TOPIC"])
        assert [(t.key.decode(), t.value) for t in tombstones] == [(id_, None) for id_ in (main, older, part)]
        assert store.look([page(2, url=STORY)])[0].seen_as is SeenAs.NEW


def test_erase_needs_a_url_and_a_yes_and_a_store_that_answers(rawi: Rawi) -> None:
    assert rawi("erase", "not a url", "--yes").code == 2
    assert rawi("erase", STORY).code == 2
    ran = rawi("erase", STORY, "--yes", REDIS_URL="redis://127.0.0.1:1/0")
    assert (ran.code, rawi.records(rawi.env["RAWI_OUTPUT_TOPIC"])) == (69, [])
