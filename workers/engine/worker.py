"""Puts a worker together from its settings, runs it, and takes it down within its time."""

import contextlib
import os
import signal
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from types import FrameType

import structlog
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.errors import KafkaError
from prometheus_client import CollectorRegistry

from workers.engine.account import Account
from workers.engine.clients import make_admin, make_consumer, make_producer
from workers.engine.dead_letter_limit import DeadLetterLimit
from workers.engine.delivery import AtLeastOnce, Delivery, ExactlyOnce
from workers.engine.lookup import Lookup
from workers.engine.loop import Engine
from workers.engine.membership import Membership
from workers.engine.outputs import OutputMaker
from workers.engine.pages import Page
from workers.engine.stops import ExitCode, WorkerStops
from workers.engine.watch import JoinWatch, LagWatch, Watchdog
from workers.pipeline.line import DEFAULT_LINE
from workers.pool.pool import Pool, PoolBroken, PoolLimits
from workers.rules.load import rules_version
from workers.settings import Settings
from workers.store.open import open_store
from workers.telemetry.health import HealthServer, Heartbeat
from workers.telemetry.metrics import Metrics
from workers.telemetry.tracing import open_tracing

log = structlog.get_logger()
CONSUMER_CLOSE_TIMEOUT_MS = 2_000
JOIN_TIMEOUT_S = 75.0  # a rebalance may wait max.poll.interval.ms (60 s) for a member that does not answer


def run_worker(settings: Settings, instance_id: str, *, line: str = DEFAULT_LINE) -> None:
    """Run until SIGTERM or SIGINT. Raises WorkerStops when the worker cannot go on.

    `line` is the import path of what the children run (the tests' own hostile lines come this way).
    """
    client_id = f"rawi-{instance_id}-{uuid.uuid4().hex[:8]}"  # unique to this process: it tells a hand-over from a death
    registry = CollectorRegistry()
    metrics = Metrics(registry, top_sites=settings.top_sites)
    heartbeat = Heartbeat()
    try:
        tracing = open_tracing(settings.traces, instance_id)
    except ImportError as e:
        raise WorkerStops(ExitCode.CONFIG, str(e)) from e
    with contextlib.ExitStack() as stack:
        stack.callback(tracing.close)
        admin, consumer = _connect(settings, client_id)
        stack.callback(consumer.close, autocommit=False, timeout_ms=CONSUMER_CLOSE_TIMEOUT_MS)
        stack.callback(admin.close)
        _require_topics(settings, admin)
        consumer.partitions_for_topic(settings.topics.input)  # so that the first join already knows the partitions
        pool = stack.enter_context(_pool(settings, line, metrics))
        store = open_store(settings, metrics)
        stack.callback(store.close)
        membership = Membership(consumer, client_id, lambda: _members(admin, settings.group_id), window=settings.engine.max_open_pages)
        delivery = _delivery(settings, instance_id, client_id, consumer, membership)
        stack.callback(delivery.close)
        version = rules_version(settings.page.rules_dir)
        lookup = Lookup(store, version)
        engine = Engine(
            settings=settings.engine,
            consumer=consumer,
            membership=membership,
            delivery=delivery,
            pool=pool,
            lookup=lookup,
            outputs=OutputMaker(
                articles_topic=settings.topics.output,
                dlq_topic=settings.topics.dlq,
                outcomes_topic=settings.topics.outcomes,
                drop_duplicates=settings.duplicates == "drop",
                now=lambda: datetime.now(UTC),
            ),
            account=Account(metrics, tracing, lookup, clock=time.monotonic, wall_clock_s=time.time),
            limit=DeadLetterLimit(max_consecutive=settings.dlq.max_consecutive, max_share=settings.dlq.max_share),
            join=JoinWatch(lambda: _answers(admin), join_timeout_s=JOIN_TIMEOUT_S, clock=time.monotonic),
            lag=LagWatch(consumer, silent_partition_s=settings.engine.silent_partition_s, clock=time.monotonic),
            metrics=metrics,
            tracing=tracing,
            heartbeat=heartbeat,
            clock=time.monotonic,
        )
        health = HealthServer(settings.http_addr, registry, heartbeat, lambda: engine.joined, max_age_s=settings.engine.stall_timeout_s / 2)
        host, port = health.start()
        stack.callback(health.stop)
        watchdog = Watchdog(heartbeat, settings.engine.stall_timeout_s)
        watchdog.start()
        stack.callback(watchdog.stop)
        _stop_on_signal(engine)
        log.info(
            "worker.started",
            group=settings.group_id,
            instance=instance_id,
            delivery=settings.delivery,
            metrics=f"http://{host}:{port}/metrics",
        )
        try:
            engine.run()
        except PoolBroken as e:
            raise WorkerStops(ExitCode.STALLED, str(e)) from e
    log.info("worker.stopped")


def _connect(settings: Settings, client_id: str) -> tuple[KafkaAdminClient, KafkaConsumer]:
    try:
        return make_admin(settings, f"{client_id}-admin"), make_consumer(settings, client_id)
    except KafkaError as e:
        raise WorkerStops(
            ExitCode.UNAVAILABLE,
            f"cannot connect to Kafka at {settings.kafka.bootstrap_servers}: {type(e).__name__}: {e}. "
            "`rawi check-config --connect` tells more",
        ) from e


def _require_topics(settings: Settings, admin: KafkaAdminClient) -> None:
    topics = settings.topics
    wanted = [topic for topic in (topics.input, topics.output, topics.dlq, topics.outcomes) if topic]
    try:
        missing = sorted(set(wanted) - set(admin.list_topics()))
    except KafkaError as e:
        raise WorkerStops(ExitCode.UNAVAILABLE, f"cannot list the topics: {type(e).__name__}: {e}") from e
    if missing:
        raise WorkerStops(ExitCode.UNAVAILABLE, f"no such topic: {', '.join(missing)}. Create them with `rawi topics create`")


def _members(admin: KafkaAdminClient, group_id: str) -> frozenset[str]:
    members = admin.describe_groups([group_id])[group_id].get("members", [])
    return frozenset(member["client_id"] for member in members)


def _answers(admin: KafkaAdminClient) -> bool:
    try:
        return bool(admin.list_topics())
    except KafkaError:
        return False


def _delivery(settings: Settings, instance_id: str, client_id: str, consumer: KafkaConsumer, membership: Membership) -> Delivery:
    if settings.delivery == "at-least-once":
        return AtLeastOnce(lambda: make_producer(settings, client_id, None), consumer)
    transactional_id = f"{settings.group_id}.{instance_id}"
    return ExactlyOnce(lambda: make_producer(settings, client_id, transactional_id), membership.group)


@contextlib.contextmanager
def _pool(settings: Settings, line: str, metrics: Metrics) -> Iterator[Pool[Page]]:
    limits = PoolLimits(
        timeout_s=settings.page.timeout_s,
        max_memory_bytes=settings.page.max_memory_bytes,
        pages_per_process=settings.page.pages_per_process,
        max_result_bytes=settings.page.max_result_bytes,
    )
    pool: Pool[Page] = Pool(settings.slots, limits, settings.page.limits, metrics, line, settings.page.rules_dir)
    try:
        yield pool
    finally:
        pool.kill()


def _stop_on_signal(engine: Engine) -> None:
    def handle(signum: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, _exit_now)
        signal.signal(signal.SIGINT, _exit_now)
        engine.stop()

    def _exit_now(signum: int, _frame: FrameType | None) -> None:
        os._exit(128 + signum)

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
