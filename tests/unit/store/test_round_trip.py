"""Commands and scripts in one round trip, on a real Valkey."""

from collections.abc import Callable, Iterator

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.conftest import Unique, ValkeyServer
from workers.local.valkey import LocalValkey
from workers.store.round_trip import RoundTrip, Script

PUSH = Script("return redis.call('RPUSH', KEYS[1], ARGV[1])")
BROKEN = Script("return redis.call('GET')")


@pytest.fixture
def client(valkey: ValkeyServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(valkey.url, retry=Retry(NoBackoff(), 1, (redis.ConnectionError,))) as client:  # as the worker's
        yield client


def test_answers_come_in_the_order_of_the_commands(client: redis.Redis, unique: Unique) -> None:
    key = unique("round")
    trip = RoundTrip(client, PUSH)
    trip.ask([PUSH.call([unique("other").encode()], ["a"])])  # loads it
    assert trip.ask([PUSH.call([key.encode()], ["a"]), ("LPUSH", key, b"b"), ("LRANGE", key, 0, -1)]) == [1, 2, [b"b", b"a"]]
    assert trip.ask([]) == []


def test_a_script_that_the_server_has_forgotten_is_loaded_and_run_once(own_valkey: Callable[..., LocalValkey]) -> None:
    with redis.Redis.from_url(own_valkey().url) as client:
        trip = RoundTrip(client, PUSH)
        trip.ask([PUSH.call([b"list"], ["a"])])
        client.script_flush()
        assert trip.ask([("RPUSH", "list", "b"), PUSH.call([b"list"], ["c"]), PUSH.call([b"list"], ["d"])]) == [2, 3, 4]
        assert client.lrange("list", 0, -1) == [b"a", b"b", b"c", b"d"]


def test_an_error_is_raised_once_all_answers_are_read(client: redis.Redis, unique: Unique) -> None:
    key = unique("round")
    trip = RoundTrip(client, PUSH, BROKEN)
    with pytest.raises(redis.ResponseError):
        trip.ask([BROKEN.call([], []), PUSH.call([key.encode()], ["a"])])
    assert trip.ask([("LRANGE", key, 0, -1)]) == [[b"a"]]


def test_a_connection_that_was_closed_while_idle_is_opened_again(client: redis.Redis, unique: Unique) -> None:
    trip = RoundTrip(client, PUSH)
    [number] = trip.ask([("CLIENT", "ID")])
    client.client_kill_filter(_id=number)
    [other] = trip.ask([("CLIENT", "ID")])
    assert other != number


def test_a_server_that_is_away_is_an_error_and_asked_again_when_it_is_back(own_valkey: Callable[..., LocalValkey]) -> None:
    server = own_valkey()
    with redis.Redis.from_url(server.url) as client:
        trip = RoundTrip(client, PUSH)
        assert trip.ask([("PING",)])
        server.stop()
        with pytest.raises(redis.ConnectionError):
            trip.ask([("PING",)])
        server.start()
        assert trip.ask([PUSH.call([b"list"], ["a"])]) == [1]
        trip.close()
        assert trip.ask([("PING",)])
