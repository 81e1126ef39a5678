"""Puts the story worker together from its settings, runs it, and takes it down within its time."""

import asyncio
import contextlib
import os
import signal
import uuid
from typing import Any, cast

import faust
import structlog
from kafka.errors import KafkaError
from prometheus_client import CollectorRegistry

from workers.engine.clients import make_admin
from workers.engine.stops import ExitCode, WorkerStops
from workers.engine.watch import Watchdog
from workers.settings import Settings
from workers.stories.agents import Reader, Writer
from workers.stories.app import make_app, make_journal, raw_topic
from workers.stories.batches import Batches, Partitions
from workers.stories.names import index_topic, journal_topic
from workers.stories.watch import Watch
from workers.telemetry.health import HealthServer, Heartbeat
from workers.telemetry.story_metrics import StoryMetrics

log = structlog.get_logger()
STOP_TIMEOUT_S = 20.0  # with it a stop takes at most 25 s, under Kubernetes' 30


def run_stories(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises WorkerStops when the worker cannot go on."""
    _require_topics(settings)
    # Not asyncio.run(): it would cancel what a failed Faust still does, and wait for it.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_Run(settings).run())
    log.info("stories.stopped")


class _Run:
    """One run: the app, its agents, and what ends it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._registry = CollectorRegistry()
        self._metrics = StoryMetrics(self._registry)
        self._heartbeat = Heartbeat()
        self._stop: asyncio.Event
        self._failure: BaseException | None = None
        self._ready = False
        self._batches: tuple[Batches, ...] = ()

    async def run(self) -> None:
        self._stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal, number)
        app = self._app()
        with contextlib.ExitStack() as stack:
            self._serve(stack)
            watchdog = Watchdog(self._heartbeat, self._settings.engine.stall_timeout_s)
            watchdog.start()
            stack.callback(watchdog.stop)
            watch = Watch(app, self._batches, self._metrics, silent_s=self._settings.engine.silent_partition_s)
            tasks = [asyncio.create_task(work) for work in (self._beat(), self._guard(app), watch.run(self._fail), self._stop.wait())]
            starting = asyncio.create_task(app.start())
            starting.add_done_callback(self._started)
            await tasks[-1]
            self._ready = False
            stopped = await self._take_down(app, starting)
            for task in tasks:
                task.cancel()
        if self._failure is not None or not stopped:
            reason = str(self._failure) if self._failure else f"not stopped within {STOP_TIMEOUT_S:.0f} s"
            if isinstance(self._failure, WorkerStops):
                raise self._failure
            raise WorkerStops(ExitCode.STALLED, reason)

    def _app(self) -> faust.App:
        settings = self._settings
        app = make_app(settings)
        journal, stories, index = make_journal(app), raw_topic(app, settings.topics.stories), raw_topic(app, index_topic(app.conf.id))
        reader = Reader(index, self._metrics)
        writer = Writer(settings.stories, journal, stories, self._metrics)

        async def restore() -> None:
            writer.restore()
            for batches in self._batches:
                batches.resume()

        journal.on_recover(restore)  # after each rebalance

        def partitions() -> Partitions:
            return cast(Partitions, app.consumer)

        read_batches = Batches(settings.topics.output, reader.handle, partitions, self._fail)
        self._batches = (read_batches, Batches(index_topic(app.conf.id), writer.handle, partitions, self._fail))
        app.on_partitions_revoked.connect(self._hold)

        # No replies: a header of any producer's record would name a topic for them (Faust-Ag-ReplyTo). These agents yield nothing.

        @app.agent(raw_topic(app, settings.topics.output), name="read", concurrency=1, use_reply_headers=False)
        async def read(stream: Any) -> None:
            await self._batches[0].run(stream)

        @app.agent(index, name="write", concurrency=1, use_reply_headers=False)
        async def write(stream: Any) -> None:
            await self._batches[1].run(stream)

        return app

    async def _hold(self, *_: object, **__: object) -> None:
        """Batches in hand come to their end before partitions go to another worker."""
        for batches in self._batches:
            await batches.hold()

    def _serve(self, stack: contextlib.ExitStack) -> None:
        settings = self._settings
        max_age_s = settings.engine.stall_timeout_s / 2
        health = HealthServer(settings.stories.http_addr, self._registry, self._heartbeat, lambda: self._ready, max_age_s=max_age_s)
        host, port = health.start()
        stack.callback(health.stop)
        log.info("stories.started", group=settings.stories_group_id, metrics=f"http://{host}:{port}/metrics")

    async def _beat(self) -> None:
        while True:
            self._heartbeat.beat()
            await asyncio.sleep(0.5)

    async def _guard(self, app: faust.App) -> None:
        """A crash of Faust's is ours."""
        while not app.crashed:
            await asyncio.sleep(0.2)  # an event of Faust's own loop handling cannot be awaited before it has started
        await self._fail(app.crash_reason or RuntimeError("Faust crashed"))

    async def _fail(self, reason: BaseException) -> None:
        if self._failure is None:
            self._failure = reason
            if not isinstance(reason, WorkerStops):
                log.error("stories.failed", error=f"{type(reason).__name__}: {reason}", exc_info=reason)
        self._stop.set()
        await asyncio.Event().wait()  # whoever failed does nothing more: what it had in hand is not acknowledged

    def _started(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is None:
            self._ready = True
            log.info("stories.ready")
        elif not task.cancelled():
            self._failure = self._failure or task.exception()
            self._stop.set()

    async def _take_down(self, app: faust.App, starting: "asyncio.Task[None]") -> bool:
        """Whether all was taken down in good order, and in time."""
        starting.cancel()
        if self._failure is not None:
            return False
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await self._hold()
                await app.stop()
        except TimeoutError:
            return False
        return True

    def _on_signal(self, number: int) -> None:
        if self._stop.is_set():
            os._exit(128 + number)
        self._stop.set()


def _require_topics(settings: Settings) -> None:
    group = settings.stories_group_id
    wanted = (settings.topics.output, settings.topics.stories, index_topic(group), journal_topic(group))
    try:
        admin = make_admin(settings, f"rawi-stories-{uuid.uuid4().hex[:8]}")
        try:
            missing = sorted(set(wanted) - set(admin.list_topics()))
        finally:
            admin.close()
    except KafkaError as e:
        raise WorkerStops(
            ExitCode.UNAVAILABLE,
            f"cannot connect to Kafka at {settings.kafka.bootstrap_servers}: {type(e).__name__}: {e}. "
            "`rawi check-config --connect` tells more",
        ) from e
    if missing:
        raise WorkerStops(ExitCode.UNAVAILABLE, f"no such topic: {', '.join(missing)}. Create them with `rawi topics create`")
