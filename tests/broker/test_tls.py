"""TLS, SASL and ACLs on real servers: clients made from Settings connect, and what is wrong is told in one clear line."""

import gc
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
import trustme
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from kafka import KafkaAdminClient, OffsetAndMetadata, TopicPartition
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, NewTopic, ResourcePattern, ResourceType

from workers.engine.clients import make_admin, make_consumer, make_producer
from workers.local.kafka import LocalKafka
from workers.local.valkey import LocalValkey
from workers.settings import Settings, load_settings, redis_client_kwargs
from workers.settings.probe import try_kafka, try_redis

# kafka-python 3.0.12 leaves the sockets of failed handshakes to the garbage collector.
pytestmark = [pytest.mark.broker, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

USER, PASSWORD, REDIS_PASSWORD = "rawi", "p@ss: word", "p@ss:word"
GROUP = "rawi-test-tls"
TRY_MS = 3_000  # for connections that must fail: the client tries again until then
TOPICS = {name: f"rawi-test-tls-{name.lower()}" for name in ("INPUT", "OUTPUT", "DLQ", "OUTCOMES")}


class Files:
    """Certificates: an authority, a server's for 127.0.0.1, a client's; and another authority that signed none of them."""

    def __init__(self, folder: Path) -> None:
        ca, stranger = trustme.CA(), trustme.CA()
        self.server_cert = ca.issue_cert("127.0.0.1", "localhost")
        client = ca.issue_cert("rawi@example.org")
        self.ca, self.other_ca, self.client, self.server = (folder / name for name in ("ca.pem", "other.pem", "client.pem", "server.pem"))
        ca.cert_pem.write_to_path(self.ca)
        stranger.cert_pem.write_to_path(self.other_ca)
        client.private_key_and_cert_chain_pem.write_to_path(self.client)
        # Java reads keys in PKCS 8 only.
        key = load_pem_private_key(self.server_cert.private_key_pem.bytes(), None)
        pkcs8 = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.server.write_bytes(pkcs8 + b"".join(blob.bytes() for blob in self.server_cert.cert_chain_pems))


@pytest.fixture(autouse=True)
def _sockets_left_behind() -> Iterator[None]:
    """Collected here, where they are no error, and not in another module's test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The certificates of this module's servers."""
    return Files(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def secured(files: Files) -> Iterator[LocalKafka]:
    """A broker with a listener for mutual TLS, and one for TLS with SCRAM-SHA-512 or PLAIN."""
    login = "org.apache.kafka.common.security"
    extra = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(files.server),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(files.ca),
        "listener.name.ssl.ssl.client.auth": "required",
        "listener.name.sasl_ssl.ssl.client.auth": "none",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",  # the plain listener: the broker itself, and the test's preparations
        "ssl.principal.mapping.rules": f"RULE:^.*$/{USER}/",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": f"{login}.scram.ScramLoginModule required;",
        "listener.name.sasl_ssl.plain.sasl.jaas.config": f'{login}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
    }
    scram = ("--add-scram", f'SCRAM-SHA-512=[name={USER},password="{PASSWORD}"]')
    with LocalKafka(protocols=("SSL", "SASL_SSL"), extra=extra, format_args=scram) as kafka:
        with closing(make_admin(load(kafka, "PLAINTEXT"), "rawi-test-tls")) as admin:
            admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1) for name in TOPICS.values()])
            admin.wait_for_topics(list(TOPICS.values()))
            grant(admin)
        yield kafka


def load(kafka: LocalKafka, protocol: str, **environ: object) -> Settings:
    names = {f"RAWI_{name}_TOPIC": topic for name, topic in TOPICS.items()} | {"RAWI_GROUP_ID": GROUP}
    where = {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_of(protocol), "KAFKA_SECURITY_PROTOCOL": protocol}
    return load_settings(names | where | {name: str(value) for name, value in environ.items()}, None)


def sasl(kafka: LocalKafka, files: Files, mechanism: str, password: str = PASSWORD, **environ: object) -> Settings:
    credentials = {"KAFKA_SASL_MECHANISM": mechanism, "KAFKA_SASL_USERNAME": USER, "KAFKA_SASL_PASSWORD": password}
    return load(kafka, "SASL_SSL", **({"KAFKA_SSL_CAFILE": files.ca} | credentials | environ))


def exchange(settings: Settings, plain: Settings) -> None:
    """A page comes in; with the worker's own rights it is read, and an article and its offset are committed as one transaction."""
    with closing(make_producer(plain, "rawi-test-crawler", None)) as crawler:
        crawler.send(settings.topics.input, b"page").get(timeout=30)
    with (
        closing(make_consumer(settings, "rawi-test")) as consumer,
        closing(make_producer(settings, "rawi-test", f"{GROUP}.1")) as producer,
        closing(make_admin(settings, "rawi-test")) as admin,
    ):
        [record, *_] = next(records for _ in range(300) for records in consumer.poll(timeout_ms=100).values())
        assert admin.describe_groups([GROUP])[GROUP]["members"]
        producer.init_transactions()
        producer.begin_transaction()
        for topic in (settings.topics.output, settings.topics.dlq, settings.topics.outcomes):
            producer.send(topic, b"record")
        offsets = {TopicPartition(record.topic, record.partition): OffsetAndMetadata(record.offset + 1, "", -1)}
        producer.send_offsets_to_transaction(offsets, consumer.group_metadata())
        producer.commit_transaction()


def grant(admin: KafkaAdminClient) -> None:
    """The rights that docs/security-kafka-redis.md lists, and no others."""
    rights = [
        (ResourceType.TOPIC, TOPICS["INPUT"], (ACLOperation.READ, ACLOperation.DESCRIBE)),
        *((ResourceType.TOPIC, TOPICS[name], (ACLOperation.WRITE, ACLOperation.DESCRIBE)) for name in ("OUTPUT", "DLQ", "OUTCOMES")),
        (ResourceType.GROUP, GROUP, (ACLOperation.READ, ACLOperation.DESCRIBE)),
        (ResourceType.TRANSACTIONAL_ID, f"{GROUP}.", (ACLOperation.WRITE, ACLOperation.DESCRIBE)),
    ]
    acls = [
        ACL(f"User:{USER}", "*", operation, ACLPermissionType.ALLOW, ResourcePattern(kind, name, pattern))
        for kind, name, operations in rights
        for operation in operations
        for pattern in [ACLResourcePatternType.PREFIXED if kind is ResourceType.TRANSACTIONAL_ID else ACLResourcePatternType.LITERAL]
    ]
    assert not admin.create_acls(acls)["failed"]


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_clients_connect_by_tls_with_a_password(secured: LocalKafka, files: Files, mechanism: str) -> None:
    settings = sasl(secured, files, mechanism)
    assert try_kafka(settings) == []
    exchange(settings, load(secured, "PLAINTEXT"))


def test_clients_connect_by_mutual_tls(secured: LocalKafka, files: Files) -> None:
    settings = load(secured, "SSL", KAFKA_SSL_CAFILE=files.ca, KAFKA_SSL_CERTFILE=files.client)
    assert try_kafka(settings) == []
    exchange(settings, load(secured, "PLAINTEXT"))


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_a_wrong_password_is_one_clear_line_without_it(secured: LocalKafka, files: Files, mechanism: str) -> None:
    settings = sasl(secured, files, mechanism, password="hush-hush")
    [problem] = try_kafka(settings, TRY_MS)
    assert problem.startswith(f"Kafka at {settings.kafka.bootstrap_servers} (SASL_SSL): it ")
    assert "KAFKA_SASL_PASSWORD" in problem
    assert "hush-hush" not in problem


def test_a_mechanism_the_broker_does_not_offer_is_one_clear_line(secured: LocalKafka, files: Files) -> None:
    [problem] = try_kafka(sasl(secured, files, "SCRAM-SHA-256"), TRY_MS)
    assert problem.startswith("Kafka at ")
    assert "KAFKA_SASL_MECHANISM" in problem


def test_a_broker_signed_by_another_authority_is_one_clear_line(secured: LocalKafka, files: Files) -> None:
    [problem] = try_kafka(sasl(secured, files, "PLAIN", KAFKA_SSL_CAFILE=files.other_ca), TRY_MS)
    assert problem.endswith("its certificate is not signed by an authority in KAFKA_SSL_CAFILE")


def test_a_missing_client_certificate_is_one_clear_line(secured: LocalKafka, files: Files) -> None:
    [problem] = try_kafka(load(secured, "SSL", KAFKA_SSL_CAFILE=files.ca), TRY_MS)
    assert problem.endswith("it asks for a client certificate (KAFKA_SSL_CERTFILE)")


def test_tls_to_a_plain_listener_is_one_clear_line(secured: LocalKafka, files: Files) -> None:
    [problem] = try_kafka(load(secured, "SSL", KAFKA_SSL_CAFILE=files.ca, KAFKA_BOOTSTRAP_SERVERS=secured.bootstrap), TRY_MS)
    assert problem.startswith(f"Kafka at {secured.bootstrap} (SSL): ")
    assert "\n" not in problem


def test_missing_topics_are_named(secured: LocalKafka) -> None:
    [problem] = try_kafka(load(secured, "PLAINTEXT", RAWI_DLQ_TOPIC="rawi-test-none"))
    assert problem.startswith("RAWI_DLQ_TOPIC: no topic rawi-test-none on Kafka at")


def test_a_topic_without_rights_to_it_is_named(secured: LocalKafka, files: Files) -> None:
    with closing(make_admin(load(secured, "PLAINTEXT"), "rawi-test-tls")) as admin:
        admin.create_topics([NewTopic("rawi-test-tls-hidden", num_partitions=1, replication_factor=1)])
        admin.wait_for_topics(["rawi-test-tls-hidden"])
    [problem] = try_kafka(sasl(secured, files, "PLAIN", RAWI_DLQ_TOPIC="rawi-test-tls-hidden"))
    assert "RAWI_DLQ_TOPIC: no topic rawi-test-tls-hidden" in problem
    assert "or no right to see it" in problem


def test_nobody_there_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    environ = {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}", "REDIS_URL": f"redis://127.0.0.1:{port}"}
    settings = load_settings(environ, None)
    [problem] = try_kafka(settings, 1_000)
    assert "ECONNREFUSED" in problem
    [problem] = try_redis(settings)
    assert "refused" in problem


class TlsFront:
    """TLS before a plain server, as a proxy would do it: the packaged valkey-server is built without TLS."""

    def __init__(self, files: Files, target_port: int, *, client_certificate: bool) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        files.server_cert.configure_cert(self._context)
        if client_certificate:
            self._context.verify_mode = ssl.CERT_REQUIRED
            self._context.load_verify_locations(files.ca)
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        target = ("127.0.0.1", self._target_port)
        with (
            client,
            suppress(OSError),
            self._context.wrap_socket(client, server_side=True) as secure,
            socket.create_connection(target) as plain,
        ):
            threading.Thread(target=self._copy, args=(plain, secure), daemon=True).start()
            self._copy(secure, plain)

    @staticmethod
    def _copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def acl_valkey() -> Iterator[LocalValkey]:
    """A Valkey whose user may do under `rawi:` what Rawi does, and nothing else."""
    rule = f"{USER} on >{REDIS_PASSWORD} ~rawi:* +get +set +del +ping +client|setinfo +client|setname"
    with LocalValkey(extra_args=("--user", *rule.split())) as valkey:
        yield valkey


def redis_settings(port: int, *, scheme: str = "redis", password: str = quote(REDIS_PASSWORD), **environ: object) -> Settings:
    url = f"{scheme}://{USER}:{password}@127.0.0.1:{port}/0"
    return load_settings({"REDIS_URL": url, "RAWI_REDIS_TIMEOUT_S": "2"} | {name: str(value) for name, value in environ.items()}, None)


def test_a_redis_user_with_few_rights_is_enough(acl_valkey: LocalValkey) -> None:
    settings = redis_settings(acl_valkey.port)
    assert try_redis(settings) == []
    with redis.Redis(**redis_client_kwargs(settings)) as client:
        client.set("rawi:test", b"1", ex=60)
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.get("other")


def test_a_wrong_redis_password_is_one_clear_line_without_it(acl_valkey: LocalValkey) -> None:
    assert try_redis(redis_settings(acl_valkey.port, password="hush-hush")) == [
        f"Redis at redis://{USER}:***@127.0.0.1:{acl_valkey.port}/0: it refuses the user or the password in REDIS_URL"
    ]


def test_a_redis_user_without_rights_to_our_keys_is_one_clear_line(acl_valkey: LocalValkey) -> None:
    [problem] = try_redis(redis_settings(acl_valkey.port, RAWI_REDIS_PREFIX="other:"))
    assert "the user may not do what is needed under other:*" in problem


@pytest.mark.parametrize("client_certificate", [False, True])
def test_redis_by_tls_and_by_mutual_tls(acl_valkey: LocalValkey, files: Files, client_certificate: bool) -> None:
    with closing(TlsFront(files, acl_valkey.port, client_certificate=client_certificate)) as front:
        own = files.client if client_certificate else ""
        assert try_redis(redis_settings(front.port, scheme="rediss", REDIS_SSL_CAFILE=files.ca, REDIS_SSL_CERTFILE=own)) == []
        [problem] = try_redis(redis_settings(front.port, scheme="rediss", REDIS_SSL_CAFILE=files.other_ca))
        assert problem.endswith("its certificate is not signed by an authority in REDIS_SSL_CAFILE")


def test_redis_by_tls_from_a_server_that_does_not_speak_it_is_one_clear_line(acl_valkey: LocalValkey, files: Files) -> None:
    [problem] = try_redis(redis_settings(acl_valkey.port, scheme="rediss", REDIS_SSL_CAFILE=files.ca))
    assert "\n" not in problem
