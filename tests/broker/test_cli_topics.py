"""`rawi topics` and `rawi lag` on a real broker, and what every tool says when the broker, a topic or a permission is missing."""

import gc
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.structs import OffsetAndMetadata

from tests.broker.cli_runner import Rawi, make_rawi
from tests.conftest import Broker, MakeTopic, Unique
from workers.engine.joins import keep_joins
from workers.local.kafka import LocalKafka
from workers.local.ports import free_ports
from workers.stories.names import index_topic, journal_topic


@pytest.fixture
def rawi(kafka: Broker, unique: Unique) -> Rawi:
    return make_rawi(kafka, unique)


@pytest.fixture
def admin(kafka: Broker, rawi: Rawi) -> Iterator[KafkaAdminClient]:
    """An admin client; Rawi's topics are deleted after the test."""
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as client:
        yield client
        group = rawi.env["RAWI_STORIES_GROUP_ID"]
        ours = {name for variable, name in rawi.env.items() if variable.endswith("_TOPIC")} | {index_topic(group), journal_topic(group)}
        made = sorted(ours & set(client.list_topics()))
        if made:
            client.delete_topics(made)


def test_topics_are_made_once_and_the_second_run_changes_nothing(rawi: Rawi, admin: KafkaAdminClient) -> None:
    dry = rawi("topics", "create", "--dry-run", "--json")
    assert [line["made"] for line in dry.json_lines] == [True] * 7
    assert rawi("topics", "describe", "--check").code == 1
    assert not set(admin.list_topics()) & set(rawi.env.values())

    first = rawi("topics", "create", "--partitions", 2, "--json")
    assert first.code == 0
    group = rawi.env["RAWI_STORIES_GROUP_ID"]
    assert [line["topic"] for line in first.json_lines] == [
        *(rawi.env[f"RAWI_{name}_TOPIC"] for name in ("INPUT", "OUTPUT", "DLQ", "OUTCOMES", "STORIES")),
        f"{group}-index",
        f"{group}-journal-changelog",
    ]
    assert all((line["made"], line["replicationFactor"]) == (True, 1) for line in first.json_lines)
    assert [line["partitions"] for line in first.json_lines] == [2] * 5 + [1] * 2, "where articles meet there is one partition"
    again = rawi("topics", "create", "--json")
    assert (again.code, [line["made"] for line in again.json_lines]) == (0, [False] * 7)
    assert [line["partitions"] for line in again.json_lines] == [2] * 5 + [1] * 2
    assert rawi("topics", "describe", "--check").code == 0


def test_drift_is_shown_with_its_reason_and_fails_a_check(rawi: Rawi, admin: KafkaAdminClient) -> None:
    rawi("topics", "create")
    topic = rawi.env["RAWI_OUTPUT_TOPIC"]
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": "1000000"})])
    assert rawi("topics", "describe").code == 0
    checked = rawi("topics", "describe", "--check", "--json")
    assert checked.code == 1
    drift = {line["topic"]: line["drift"] for line in checked.json_lines}
    assert drift.pop(topic) == [{"setting": "max.message.bytes", "wanted": "4194304", "actual": "1000000"}]
    assert not any(drift.values())
    assert "max.message.bytes = 1000000, but should be 4194304" in rawi("topics", "describe").out


def test_an_outcomes_topic_that_is_switched_off_is_not_made(rawi: Rawi, admin: KafkaAdminClient) -> None:
    made = rawi("topics", "create", "--json", RAWI_OUTCOMES_TOPIC="")
    assert [line["role"] for line in made.json_lines] == ["input", "output", "dlq", "stories", "stories_index", "stories_journal"]
    assert rawi("tail", "outcomes", RAWI_OUTCOMES_TOPIC="").code == 1
    assert rawi("outcomes", "https://x.example/", RAWI_OUTCOMES_TOPIC="").code == 1


def test_lag_counts_what_is_behind_the_committed_offsets_and_names_owners(rawi: Rawi, make_topic: MakeTopic) -> None:
    topic = rawi.env["RAWI_INPUT_TOPIC"] = make_topic(partitions=2)
    rawi.produce(topic, [{"value": b"x", "partition": n % 2} for n in range(7)])
    assert rawi("lag", "--json").json["total"] == 7

    group = rawi.env["RAWI_GROUP_ID"]
    consumer = KafkaConsumer(topic, bootstrap_servers=rawi.broker.bootstrap, group_id=group, client_id="reader", enable_auto_commit=False)
    keep_joins(consumer)
    try:
        while len(consumer.assignment()) < 2:
            consumer.poll(timeout_ms=200)
        consumer.commit({TopicPartition(topic, 0): OffsetAndMetadata(1, "", -1)})
        found = rawi("lag", "--json").json
        assert [(p["committed"], p["end"], p["lag"]) for p in found["partitions"]] == [(1, 4, 3), (None, 3, 3)]
        assert (found["state"], found["total"]) == ("Stable", 6)
        assert found["partitions"][0]["owner"].startswith("reader@")
        assert [rawi("lag", "--max", n).code for n in (5, 6)] == [1, 0]
        assert "6 behind" in rawi("lag").out
    finally:
        consumer.close()
    assert rawi("lag", "--json").json["partitions"][0]["owner"] is None


def collect_leaked_sockets() -> None:
    """A client of kafka-python that could not connect leaves its sockets to the garbage collector, which would warn in some later test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


COMMANDS = [
    ["tail", "raw"],
    ["topics", "create"],
    ["topics", "describe"],
    ["outcomes", "https://x.example/"],
    ["dlq", "ls"],
    ["dlq", "show", "0:1"],
    ["dlq", "replay", "--yes"],
    ["lag"],
]


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] != "topics"], ids=" ".join)
def test_a_missing_topic_is_one_clear_line(rawi: Rawi, command: list[str]) -> None:
    ran = rawi(*command)
    assert (ran.code, ran.out) == (66, "")
    assert ran.err.startswith("rawi: no topic 'rawi-test-")
    assert ran.err.count("\n") == 1


def test_feed_says_that_the_topic_is_missing(rawi: Rawi, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("x")
    ran = rawi("feed", tmp_path / "a.html", "--url", "https://x.example/")
    assert (ran.code, ran.out, ran.err.count("\n")) == (66, "", 1)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_broker_that_is_away_is_one_clear_line(rawi: Rawi, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.tools.clients.BOOTSTRAP_TIMEOUT_MS", 300)
    address = f"127.0.0.1:{free_ports(1)[0]}"
    ran = rawi(*command, KAFKA_BOOTSTRAP_SERVERS=address)
    collect_leaked_sockets()
    assert (ran.code, ran.out) == (69, "")
    assert ran.err.startswith(f"rawi: no answer from Kafka at {address}")
    assert ran.err.count("\n") == 1


def test_a_refused_login_is_one_clear_line(own_kafka: Callable[..., LocalKafka], rawi: Rawi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.tools.clients.BOOTSTRAP_TIMEOUT_MS", 3000)
    jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="a" user_a="a";'
    broker = own_kafka(
        protocols=["SASL_PLAINTEXT"],
        extra={"sasl.enabled.mechanisms": "PLAIN", "listener.name.sasl_plaintext.plain.sasl.jaas.config": jaas},
    )
    login = {
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_of("SASL_PLAINTEXT"),
        "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "KAFKA_SASL_MECHANISM": "PLAIN",
        "KAFKA_SASL_USERNAME": "a",
    }
    refused = rawi("lag", **login, KAFKA_SASL_PASSWORD="wrong")
    collect_leaked_sockets()
    assert refused.code == 77
    assert "refused the login" in refused.err
    assert "wrong" not in refused.err
    assert refused.err.count("\n") == 1
    assert rawi("topics", "describe", **login, KAFKA_SASL_PASSWORD="a").code == 0
