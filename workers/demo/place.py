"""Where the demo happens: a Kafka and a store (its own, or yours), topics and names that nobody else uses, and their end."""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import redis
from kafka.errors import KafkaError

from workers.local.jars import cache_dir
from workers.local.kafka import KAFKA_VERSION, LocalKafka
from workers.local.ports import LOOPBACK, free_ports
from workers.local.valkey import demo_store
from workers.settings import Settings, kafka_client_config, load_settings, redis_client_kwargs
from workers.tools.clients import open_admin
from workers.tools.errors import Config, ToolError
from workers.tools.topics import create, wanted_topics

PARTITIONS = 4  # of each topic: the sample pages spread, and the worker's offsets are seen to be its own for each
_TOPIC_VARIABLES = {
    "input": "RAWI_INPUT_TOPIC",
    "output": "RAWI_OUTPUT_TOPIC",
    "dlq": "RAWI_DLQ_TOPIC",
    "outcomes": "RAWI_OUTCOMES_TOPIC",
}
Say = Callable[[str], None]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What the demo's steps need to know of each other."""

    name: str  # rawi-demo-<8 hex digits>: the group, the prefix of keys, the start of every topic's name
    topics: dict[str, str]  # role to name: input, output, dlq, outcomes
    settings: Settings  # as the worker reads them
    environment: dict[str, str]  # of the worker
    folder: Path  # for logs; gone at the end
    http_address: str  # host:port of /metrics, /healthz and /readyz

    @property
    def config(self) -> Config:
        """What every Kafka client needs to connect."""
        return kafka_client_config(self.settings)


@contextlib.contextmanager
def open_place(say: Say, environ: Mapping[str, str] = os.environ) -> Iterator[Place]:
    """Start what the environment does not name, make the topics; at the end remove all of it.

    Raises LocalServerError, ToolError or ConfigError, each with a message for the user.
    """
    name = f"rawi-demo-{secrets.token_hex(4)}"
    topics = {role: f"{name}.{role}" for role in _TOPIC_VARIABLES}
    changes = {variable: topics[role] for role, variable in _TOPIC_VARIABLES.items()}
    changes |= {"RAWI_GROUP_ID": name, "RAWI_INSTANCE_ID": name, "RAWI_REDIS_PREFIX": f"{name}:"}
    changes |= {"RAWI_HTTP_ADDR": f"{LOOPBACK}:{free_ports(1)[0]}", "RAWI_LOG_FORMAT": "console"}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix=f"{name}-")))
        changes |= _start_servers(stack, say, environ)
        environment = {k: v for k, v in environ.items() if k.removesuffix("_FILE") not in changes} | changes
        settings = load_settings(environment)
        place = Place(
            name=name, topics=topics, settings=settings, environment=environment, folder=folder, http_address=changes["RAWI_HTTP_ADDR"]
        )
        stack.callback(_remove_keys, place)
        stack.callback(_remove_topics, place)
        say(f"creating topics {name}.*")
        create(place.config, wanted_topics(topics), partitions=PARTITIONS)
        yield place


def _start_servers(stack: contextlib.ExitStack, say: Say, environ: Mapping[str, str]) -> dict[str, str]:
    """Start Kafka and the store unless yours are named; return the settings that lead to them."""
    changes: dict[str, str] = {}
    if _named(environ, "KAFKA_BOOTSTRAP_SERVERS"):
        say("using your Kafka (KAFKA_BOOTSTRAP_SERVERS)")
    else:
        say("starting Kafka" if _has_jars() else "downloading Kafka (45 MB, once) and starting it")
        kafka = stack.enter_context(LocalKafka())
        changes |= {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap, "KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}
    if _named(environ, "REDIS_URL"):
        say("using your Redis (REDIS_URL)")
    else:
        say("starting Valkey")
        store = demo_store()
        stack.callback(store.close)
        changes["REDIS_URL"] = store.url
    return changes


def _has_jars() -> bool:
    return (cache_dir() / "kafka" / KAFKA_VERSION).is_dir()


def _named(environ: Mapping[str, str], variable: str) -> bool:
    return bool(environ.get(variable) or environ.get(f"{variable}_FILE"))


def _remove_topics(place: Place) -> None:
    """Topics, then the group. A demo that was interrupted may have made only some of them."""
    with contextlib.suppress(ToolError), open_admin(place.config) as admin:
        existing = set(admin.list_topics()) & set(place.topics.values())
        if existing:
            admin.delete_topics(sorted(existing), raise_errors=False)
        with contextlib.suppress(KafkaError):
            admin.delete_groups([place.name])


def _remove_keys(place: Place) -> None:
    with contextlib.suppress(redis.RedisError), redis.Redis(**redis_client_kwargs(place.settings)) as client:
        for key in client.scan_iter(match=f"{place.name}:*", count=1000):
            client.delete(key)
