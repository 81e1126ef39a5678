"""The servers that every other test stands on: they start, keep their data over a kill, do not collide, and leave nothing behind."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from tests.conftest import Broker, MakeTopic, Unique, ValkeyServer
from workers.local import jars, ports
from workers.local.kafka import LocalKafka
from workers.local.process import LocalServerError
from workers.local.valkey import FakeValkey, LocalValkey

ROOT = Path(__file__).parents[2]
ANSWER_LIMIT_S = 30.0  # how long a test waits for an event that must come; far above what it takes


def produce_in_transactions(bootstrap: str, topic: str, transactional_id: str) -> None:
    """One record that is aborted, then one that is committed."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=transactional_id)
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, b"aborted")
    producer.flush()
    producer.abort_transaction()
    producer.begin_transaction()
    producer.send(topic, b"committed")
    producer.commit_transaction()
    producer.close()


def read_committed(bootstrap: str, topic: str) -> list[bytes]:
    """All values of partition 0 that a read_committed consumer sees."""
    partition = TopicPartition(topic, 0)
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed")
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    end = consumer.end_offsets([partition])[partition]
    values: list[bytes] = []
    deadline = time.monotonic() + ANSWER_LIMIT_S
    while consumer.position(partition) < end and time.monotonic() < deadline:
        values += [record.value for records in consumer.poll(timeout_ms=200).values() for record in records]
    consumer.close()
    return values


def wait_until_gone(pid: int) -> bool:
    """Whether the process ends in time; waits for the kernel's word, not for the clock."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watch], [], [], ANSWER_LIMIT_S)[0])
    finally:
        os.close(watch)


def test_a_broker_commits_a_transaction_and_keeps_it_over_a_kill(own_kafka: Callable[..., LocalKafka], unique: Unique) -> None:
    kafka, topic = own_kafka(), unique("topic")
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
        admin.create_topics([NewTopic(topic, 1, 1)])
        admin.wait_for_topics([topic])
    produce_in_transactions(kafka.bootstrap, topic, unique("tx"))
    assert read_committed(kafka.bootstrap, topic) == [b"committed"]
    before = kafka.bootstrap
    kafka.kill()
    assert not kafka.running
    kafka.start()
    assert kafka.bootstrap == before
    assert read_committed(kafka.bootstrap, topic) == [b"committed"]


def test_the_shared_broker_takes_records_of_25_mib(kafka: Broker, make_topic: MakeTopic) -> None:
    topic, page = make_topic(), os.urandom(26_000_000)
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, max_request_size=27_262_976)
    producer.send(topic, page).get(timeout=ANSWER_LIMIT_S)
    producer.close()
    assert read_committed(kafka.bootstrap, topic) == [page]


def test_kafka39_is_a_broker_of_its_own(kafka39: Broker, make_topic39: MakeTopic, unique: Unique) -> None:
    topic = make_topic39()
    produce_in_transactions(kafka39.bootstrap, topic, unique("tx"))
    assert read_committed(kafka39.bootstrap, topic) == [b"committed"]


def test_a_paused_broker_answers_again_when_it_is_resumed(own_kafka: Callable[..., LocalKafka]) -> None:
    kafka = own_kafka()
    kafka.pause()
    host, port = kafka.bootstrap.split(":")
    with socket.create_connection((host, int(port)), timeout=ANSWER_LIMIT_S):  # the kernel still accepts
        pass
    kafka.resume()
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
        assert admin.list_topics() is not None


def test_a_further_listener_has_a_port_of_its_own(own_kafka: Callable[..., LocalKafka]) -> None:
    jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="secret";'
    kafka = own_kafka(
        protocols=["SASL_PLAINTEXT"],
        extra={"sasl.enabled.mechanisms": "PLAIN", "listener.name.sasl_plaintext.plain.sasl.jaas.config": jaas},
    )
    assert kafka.bootstrap_of("SASL_PLAINTEXT") != kafka.bootstrap
    login = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "sasl_plain_username": "alice"}
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap_of("SASL_PLAINTEXT"), sasl_plain_password="secret", **login) as admin:
        assert admin.list_topics() is not None


def test_two_servers_started_at_once_do_not_collide(own_kafka: Callable[..., LocalKafka], own_valkey: Callable[..., LocalValkey]) -> None:
    with ThreadPoolExecutor(4) as threads:
        brokers = [threads.submit(own_kafka) for _ in range(2)]
        stores = [threads.submit(own_valkey) for _ in range(2)]
        kafkas, valkeys = [f.result() for f in brokers], [f.result() for f in stores]
    assert len({k.bootstrap for k in kafkas} | {v.url for v in valkeys}) == 4
    # The threads that started them have ended; the servers have not.
    assert all(kafka.running for kafka in kafkas)
    assert all(valkey.running for valkey in valkeys)


def test_the_valkey_fixture_answers(valkey: ValkeyServer, unique: Unique) -> None:
    key = unique("key")
    with redis.Redis.from_url(valkey.url) as client:
        assert client.set(key, b"1", nx=True, px=60_000)
        assert client.eval("return redis.call('get', KEYS[1])", 1, key) == b"1"
        client.delete(key)


def test_a_paused_valkey_times_out_and_a_killed_one_refuses(own_valkey: Callable[..., LocalValkey]) -> None:
    valkey = own_valkey()
    with redis.Redis.from_url(valkey.url, socket_timeout=0.2, retry=None) as client:
        valkey.pause()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        valkey.resume()
        assert redis.Redis.from_url(valkey.url).ping()
        valkey.kill()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        valkey.start()
        assert client.ping()


def test_a_closed_server_leaves_no_process_and_no_folder(own_kafka: Callable[..., LocalKafka]) -> None:
    kafka = own_kafka()
    pid = kafka.pid
    kafka.close()
    assert wait_until_gone(pid)
    assert not kafka.data_dir.exists()


def test_a_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = "from workers.local.valkey import LocalValkey\nprint(LocalValkey().start().pid, flush=True)\ninput()"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # what is killed cannot tidy up
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert wait_until_gone(pid)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
@pytest.mark.usefixtures("kafka")  # it starts servers itself: to be left out with them
def test_a_test_session_leaves_no_server_behind() -> None:
    mark = f"RAWI_TEST_MARK={uuid.uuid4().hex}"
    name, value = mark.split("=")
    tests = [f"{Path(__file__)}::{test}" for test in ("test_the_valkey_fixture_answers", "test_a_topic_is_made_and_deleted")]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert "2 passed" in run.stdout
    assert [p for p in Path("/proc").glob("[0-9]*/environ") if mark.encode() in _environment(p)] == []


def test_a_topic_is_made_and_deleted(kafka: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(3, cleanup_policy="compact")
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin:
        assert len(admin.describe_topics([topic])[0]["partitions"]) == 3


def test_a_taken_port_is_said_in_one_line(own_valkey: Callable[..., LocalValkey]) -> None:
    port = own_valkey().port
    valkey, kafka = LocalValkey(port), LocalKafka(port=port)
    try:
        with pytest.raises(LocalServerError, match="Address already in use"):
            valkey.start()
        with pytest.raises(LocalServerError, match="Address already in use"):
            kafka.start()
    finally:
        valkey.close()
        kafka.close()


def test_a_broker_that_cannot_start_says_why() -> None:
    kafka = LocalKafka(extra={"num.partitions": "many"})
    try:
        with pytest.raises(LocalServerError, match="many"):
            kafka.start()
    finally:
        kafka.close()


def test_free_ports_are_below_those_of_outgoing_connections() -> None:
    found = ports.free_ports(20)
    assert len(set(found)) == 20
    with socket.socket() as outgoing:
        outgoing.bind((ports.LOOPBACK, 0))
        assert max(found) < outgoing.getsockname()[1]


def test_of_two_downloads_at_once_the_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAWI_CACHE_DIR", str(tmp_path))

    def while_another_process_is_faster(version: str, _repository: Path, target: Path) -> None:
        target.mkdir()
        (target / "kafka.jar").write_text("ours")
        other = tmp_path / "kafka" / version
        other.mkdir()
        (other / "kafka.jar").write_text("theirs")

    monkeypatch.setattr(jars, "_download", while_another_process_is_faster)
    assert (jars.kafka_jars("4.2.0") / "kafka.jar").read_text() == "theirs"
    assert [entry.name for entry in (tmp_path / "kafka").iterdir()] == ["4.2.0"]


def test_the_fake_store_of_the_demo_answers() -> None:
    fake = FakeValkey()
    try:
        with redis.Redis.from_url(fake.url) as client:
            assert client.set("key", "1", nx=True)
            assert client.get("key") == b"1"
    finally:
        fake.close()


def _environment(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # ended meanwhile
        return b""
