"""The tools' Kafka clients. `config` is what `kafka_client_config(settings)` returns: where the broker is and who we are."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError

from workers.engine.record_batches import MAX_RECORD_BYTES, install
from workers.tools.errors import Config, Exit, ToolError, bootstrap_of, broker_errors

CLIENT_ID = "rawi-cli"
BOOTSTRAP_TIMEOUT_MS = 10_000
CALL_TIMEOUT_MS = 15_000
TRANSACTION_TIMEOUT_MS = 60_000
CLOSE_TIMEOUT_S = 5.0
_RETRY_S = 0.2

T = TypeVar("T")


@contextlib.contextmanager
def open_admin(config: Config) -> Iterator[KafkaAdminClient]:
    """An admin client for the block; kafka-python's errors become ToolErrors."""
    with broker_errors(config):
        admin = KafkaAdminClient(
            **config, client_id=CLIENT_ID, bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS, request_timeout_ms=CALL_TIMEOUT_MS
        )
        try:
            yield admin
        finally:
            admin.close()


@contextlib.contextmanager
def open_consumer(config: Config) -> Iterator[KafkaConsumer]:
    """A read_committed consumer of no group for the block; it commits nothing."""
    install()
    with broker_errors(config):
        consumer = KafkaConsumer(
            **config,
            client_id=CLIENT_ID,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # a record removed by retention while we read: go on with the next
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            fetch_max_bytes=16 * 1024 * 1024,
            max_partition_fetch_bytes=4 * 1024 * 1024,
            bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
            request_timeout_ms=30_000,
            metrics_enabled=False,
        )
        try:
            yield consumer
        finally:
            consumer.close(autocommit=False)


@contextlib.contextmanager
def open_producer(config: Config, *, transactional_id: str | None = None) -> Iterator[KafkaProducer]:
    """An idempotent (with an id: transactional) producer for the block; every in-sync replica acknowledges, zstd compresses."""
    with broker_errors(config):
        producer = make_producer(config, transactional_id=transactional_id)
        try:
            yield producer
        finally:
            producer.close(timeout=CLOSE_TIMEOUT_S)


def make_producer(config: Config, *, transactional_id: str | None = None) -> KafkaProducer:
    """Return the producer of `open_producer`, to be closed by the caller; raises KafkaError."""
    return KafkaProducer(
        **config,
        client_id=CLIENT_ID,
        transactional_id=transactional_id,
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        enable_idempotence=True,
        acks="all",
        compression_type="zstd",
        linger_ms=20,  # larger batches compress better
        batch_size=512 * 1024,
        max_request_size=MAX_RECORD_BYTES,
        max_block_ms=CALL_TIMEOUT_MS,
        delivery_timeout_ms=60_000,
        bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )


def require_topic(admin: KafkaAdminClient, topic: str, config: Config) -> list[int]:
    """Return the topic's partitions; raises ToolError if it does not exist."""
    found = [t for t in admin.describe_topics([topic]) if t["error_code"] == 0 and t["partitions"]]
    if not found:
        raise missing_topic(topic, config)
    return sorted(p["partition_index"] for p in found[0]["partitions"])


def missing_topic(topic: str, config: Config) -> ToolError:
    """Return the error for a topic that does not exist."""
    return ToolError(
        f"no topic {topic!r} on {bootstrap_of(config)} (or this user may not see it); `rawi topics create` makes Rawi's topics",
        Exit.NO_INPUT,
    )


def of_group(call: Callable[[], T]) -> T:
    """Return what a call about a group returns, tried again while its coordinator is not ready (a broker's first group makes it)."""
    deadline_s = time.monotonic() + CALL_TIMEOUT_MS / 1000
    while True:
        try:
            return call()
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError):
            if time.monotonic() > deadline_s:
                raise
            time.sleep(_RETRY_S)
