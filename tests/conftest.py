"""Fixtures on real servers: one Kafka and one Valkey for the whole session, started when the first test asks for them.

`KAFKA_BOOTSTRAP_SERVERS` and `REDIS_URL` use yours instead; `RAWI_TEST_NO_BROKER=1` leaves the tests on servers out, and says so.
"""

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeVar

import hypothesis
import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from workers.local.kafka import LocalKafka
from workers.local.process import LocalServerError
from workers.local.valkey import LocalValkey

# The same examples on every machine, however slow; new ones are for `make fuzz` and `--hypothesis-profile=default`.
hypothesis.settings.register_profile("rawi", derandomize=True, deadline=None)
hypothesis.settings.load_profile("rawi")

# A shell's background job ignores Ctrl-C, and so would every process that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

MAX_MESSAGE_BYTES = 27_262_976  # the largest max.message.bytes of topics.yaml
BROKER_FIXTURES = frozenset({"kafka", "kafka39", "valkey", "make_topic", "make_topic39", "own_kafka", "own_valkey"})
NO_BROKER = os.environ.get("RAWI_TEST_NO_BROKER") == "1"

Server = TypeVar("Server", LocalKafka, LocalValkey)
MakeTopic = Callable[..., str]
Unique = Callable[[str], str]


@dataclass(frozen=True)
class Broker:
    """A broker for tests: `bootstrap` (host:port), `version`, and its `server` when we started it (None: yours)."""

    bootstrap: str
    version: str
    server: LocalKafka | None

    def __str__(self) -> str:
        return self.bootstrap


@dataclass(frozen=True)
class ValkeyServer:
    """A Valkey or Redis for tests: `url`, and its `server` when we started it (None: yours)."""

    url: str
    server: LocalValkey | None

    def __str__(self) -> str:
        return self.url


@pytest.fixture(scope="session")
def servers() -> Iterator[ExitStack]:
    """What the session started; all of it is stopped when the session ends."""
    with ExitStack() as stack:
        yield stack


def _started(stack: ExitStack, server: Server) -> Server:
    try:
        return stack.enter_context(server)
    except LocalServerError as error:
        problem = str(error)
    # Not a skip: an untested delivery is no success. Outside the except, so that it is said once.
    pytest.fail(f"{problem}\n(RAWI_TEST_NO_BROKER=1 runs the tests that need no server.)", pytrace=False)


@pytest.fixture(scope="session")
def kafka(servers: ExitStack) -> Broker:
    """Kafka 4.2, shared by the session; KAFKA_BOOTSTRAP_SERVERS names one of yours. Never stop or pause it: see `own_kafka`."""
    named = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if named:
        return Broker(named, "unknown", None)
    local = _started(servers, LocalKafka("4.2.0"))
    return Broker(local.bootstrap, local.version, local)


@pytest.fixture(scope="session")
def kafka39(servers: ExitStack) -> Broker:
    """Kafka 3.9, shared by the session; always one of ours."""
    local = _started(servers, LocalKafka("3.9.1"))
    return Broker(local.bootstrap, local.version, local)


@pytest.fixture(scope="session")
def valkey(servers: ExitStack) -> ValkeyServer:
    """A Valkey, shared by the session (use keys of your own: `unique`); REDIS_URL names one of yours."""
    named = os.environ.get("REDIS_URL")
    if named:
        return ValkeyServer(named, None)
    local = _started(servers, LocalValkey())
    return ValkeyServer(local.url, local)


@pytest.fixture
def own_kafka() -> Iterator[Callable[..., LocalKafka]]:
    """`own_kafka(version="4.2.0", **LocalKafka's options)`: a broker for this test alone, to kill, pause and restart."""
    with ExitStack() as stack:
        yield lambda version="4.2.0", **options: _started(stack, LocalKafka(version, **options))


@pytest.fixture
def own_valkey() -> Iterator[Callable[..., LocalValkey]]:
    """`own_valkey(**LocalValkey's options)`: a Valkey for this test alone, to kill and pause."""
    with ExitStack() as stack:
        yield lambda **options: _started(stack, LocalValkey(**options))


@pytest.fixture
def unique() -> Unique:
    """`unique("group")`: a name no other test or run has, for groups, transactional ids and key prefixes."""
    return lambda prefix: f"rawi-test-{prefix}-{uuid.uuid4().hex[:12]}"


def _topic_maker(bootstrap: str) -> Iterator[MakeTopic]:
    made: list[str] = []
    with KafkaAdminClient(bootstrap_servers=bootstrap) as admin:

        def make(partitions: int = 1, **config: object) -> str:
            """A new topic; config names with underscores (cleanup_policy="compact"). Returns its name once it can be used."""
            name = f"rawi-test-{uuid.uuid4().hex[:12]}"
            settings: dict[str, str] = {"max.message.bytes": str(MAX_MESSAGE_BYTES)}
            settings |= {key.replace("_", "."): str(value) for key, value in config.items()}
            admin.create_topics([NewTopic(name, num_partitions=partitions, replication_factor=1, topic_configs=settings)])
            made.append(name)
            admin.wait_for_topics([name])
            return name

        yield make
        if made:
            admin.delete_topics(made)


@pytest.fixture
def make_topic(kafka: Broker) -> Iterator[MakeTopic]:
    """`make_topic(partitions=1, cleanup_policy="compact", ...)`: a `rawi-test-…` topic on `kafka`, deleted after the test."""
    yield from _topic_maker(kafka.bootstrap)


@pytest.fixture
def make_topic39(kafka39: Broker) -> Iterator[MakeTopic]:
    """The same on `kafka39`."""
    yield from _topic_maker(kafka39.bootstrap)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a server (`broker`) or Kafka 3.9 (`kafka39`); leave it out when RAWI_TEST_NO_BROKER=1."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & BROKER_FIXTURES:
            item.add_marker("broker")
        if fixtures & {"kafka39", "make_topic39"}:
            item.add_marker("kafka39")
    if NO_BROKER:
        left_out = [item for item in items if item.get_closest_marker("broker")]
        items[:] = [item for item in items if not item.get_closest_marker("broker")]
        config.hook.pytest_deselected(items=left_out)
        config.stash[_LEFT_OUT] = [item.nodeid for item in left_out]


_LEFT_OUT: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say loudly what RAWI_TEST_NO_BROKER=1 left out."""
    if not NO_BROKER:
        return
    left_out = config.stash.get(_LEFT_OUT, [])
    files = ", ".join(sorted({nodeid.split("::")[0] for nodeid in left_out})) or "no file"
    terminalreporter.write_sep(
        "!", f"NOT TESTED: {len(left_out)} tests on real Kafka and Valkey (RAWI_TEST_NO_BROKER=1)", red=True, bold=True
    )
    terminalreporter.write_line(f"In {files}. Nothing about delivery, transactions or the store on a server was checked.", red=True)
