"""The Kafka clients and their settings, in one place, with why."""

from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from workers.engine import receiving, record_building
from workers.engine.joins import keep_joins
from workers.engine.record_batches import MAX_RECORD_BYTES, bound_polls, install
from workers.settings import Settings, kafka_client_config

# One fetch brings at most this much (compressed); a single larger record still comes. Pages wait here outside the engine's own bound.
FETCH_MAX_BYTES = 16 * 1024 * 1024
MAX_PARTITION_FETCH_BYTES = 4 * 1024 * 1024
# The broker aborts the transaction of a dead worker after this time (it looks every 10 s); until then its partitions' next owner waits.
TRANSACTION_TIMEOUT_MS = 15_000
# Together, what a reset may wait for must stay below the watchdog's 20 s.
MAX_BLOCK_MS = 6_000
REQUEST_TIMEOUT_MS = 10_000
DELIVERY_TIMEOUT_MS = 14_000
BOOTSTRAP_TIMEOUT_MS = 5_000


def make_consumer(settings: Settings, client_id: str) -> KafkaConsumer:
    """Return the consumer of the input topic. Offsets are committed by the delivery alone."""
    install()
    receiving.install()
    consumer = KafkaConsumer(
        settings.topics.input,
        **kafka_client_config(settings),
        client_id=client_id,
        group_id=settings.group_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",  # a new group starts with what is there: nothing is lost
        isolation_level="read_committed",  # pages of a crawler's aborted transaction are not pages
        allow_auto_create_topics=False,
        session_timeout_ms=int(settings.engine.session_timeout_s * 1000),
        heartbeat_interval_ms=int(settings.engine.session_timeout_s * 1000 / 5),
        # The loop polls all the time, and the watchdog ends it when it does not. It is also how long a rebalance waits for a member that
        # does not join again, and all others with it: after a broker's restart 64 s were seen, when this was 60.
        max_poll_interval_ms=20_000,
        fetch_max_bytes=FETCH_MAX_BYTES,
        max_partition_fetch_bytes=MAX_PARTITION_FETCH_BYTES,
        bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
        request_timeout_ms=30_000,
        reconnect_backoff_max_ms=2_000,  # back within 30 s of the broker's return
        metrics_enabled=False,  # Rawi has its own
    )
    bound_polls(consumer)
    keep_joins(consumer)
    return consumer


def make_producer(settings: Settings, client_id: str, transactional_id: str | None) -> KafkaProducer:
    """Return a producer; transactional with an id, else idempotent. Every record is acknowledged by all in-sync replicas."""
    record_building.install()
    return KafkaProducer(
        **kafka_client_config(settings),
        client_id=client_id,
        transactional_id=transactional_id,
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        enable_idempotence=True,
        acks="all",
        compression_type="zstd",
        partitioner=record_building.Partitioner(),
        # A commit flushes; until then records gather, or each page would be requests of its own (1.7 ms CPU a page). Not for longer than
        # the delivery's time-out allows after a request's.
        linger_ms=DELIVERY_TIMEOUT_MS - REQUEST_TIMEOUT_MS - 1_000,
        batch_size=512 * 1024,
        max_request_size=MAX_RECORD_BYTES,
        max_block_ms=MAX_BLOCK_MS,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        delivery_timeout_ms=DELIVERY_TIMEOUT_MS,
        bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
        reconnect_backoff_max_ms=2_000,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )


def make_admin(settings: Settings, client_id: str) -> KafkaAdminClient:
    """Return an admin client, for the group's members and the topics' limits."""
    config: dict[str, Any] = kafka_client_config(settings)
    return KafkaAdminClient(**config, client_id=client_id, bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS, request_timeout_ms=REQUEST_TIMEOUT_MS)
