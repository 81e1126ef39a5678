"""A run: topics, a feeder that keeps work waiting, workers under a supervisor, a follower of what is committed."""

import os
import subprocess
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaError

from schemas import codec
from tests.broker.bench_worker import Bench, Worker, page, url
from tests.faults.ledger import Books, Harm, Letter, Place, Verdict, judge

PARTITIONS = 4
BACKLOG = 120  # pages kept waiting while faults happen: a fault on an idle worker proves nothing
RECOVER_S = 120.0  # an end for what never comes back
DRAIN_S = 240.0
CLIENT = {"reconnect_backoff_max_ms": 500, "request_timeout_ms": 15_000, "bootstrap_timeout_ms": 60_000}
MakePage = Callable[[int], tuple[bytes, Harm | None]]  # by its number: the value, and how it is made to fail


def ordinary(n: int) -> tuple[bytes, Harm | None]:
    """A page to be published."""
    return page(n), None


class Rig:
    """One scenario's topics and processes on one cluster."""

    def __init__(self, bootstrap: str, name: str, folder: Path, *, replicas: int = 1, line: str | None = None, **env: str) -> None:
        self.bootstrap = bootstrap
        self._replicas = replicas
        self._line = line
        run = uuid.uuid4().hex[:8]
        self._names = iter(f"rawi-test-{name}-{run}-{n}" for n in range(100))
        self.bench = Bench(bootstrap, self.make_topic, next(self._names), folder, PARTITIONS, dict(env))
        self.guilty: dict[Place, Harm] = {}
        self.asked_repeats: int | None = None  # how many pages a scenario has done again; None: it cannot say
        self.sent_s: dict[Place, float] = {}
        self.latencies_s: list[float] = []
        self.rss: dict[int, list[tuple[float, int]]] = defaultdict(list)  # by process: seconds and bytes
        self.exits: list[int] = []
        self.recovered_s: list[float] = []
        self.found: Verdict | None = None
        self.clock = folder / "clock"  # what a hostile worker reads at SIGUSR1
        self.bench.env["RAWI_TEST_CLOCK_FILE"] = str(self.clock)
        self._seen: set[Place] = set()
        self._last_s: dict[int, float] = dict.fromkeys(range(PARTITIONS), 0.0)  # by partition: when its last outcome was written
        self._turn = threading.Condition()
        self._workers: dict[str, Worker] = {}
        self._held: set[str] = set()  # instances that the supervisor leaves alone
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    # what is there

    def make_topic(self, partitions: int = 1, **_config: object) -> str:
        name = next(self._names)
        with KafkaAdminClient(bootstrap_servers=self.bootstrap, **CLIENT) as admin:
            # The broker's time on each record: whether an outcome was written after a fault must not hang on a worker's clock.
            config = {"max.message.bytes": "27262976", "message.timestamp.type": "LogAppendTime"}
            admin.create_topics([NewTopic(name, partitions, self._replicas, topic_configs=config)])
            admin.wait_for_topics([name])
        return name

    @contextmanager
    def running(self, instances: str = "ab") -> Iterator[None]:
        """Workers under supervision and the follower, until the end of the scenario."""
        self._thread(self._follow)
        for instance in instances:
            self.begin(instance)
        self._thread(self._supervise)
        try:
            yield
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join(30)
            self.bench.stop()

    def _thread(self, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, daemon=True))
        self._threads[-1].start()

    # workers

    def begin(self, instance: str) -> Worker:
        """Start a worker (again); the supervisor starts it again whenever it ends."""
        self._workers[instance] = self.bench.start(instance, line=self._line)
        self._held.discard(instance)
        return self._workers[instance]

    def worker(self, instance: str) -> Worker:
        return self._workers[instance]

    def hold(self, instance: str) -> Worker:
        """The worker, left alone by the supervisor from now on."""
        self._held.add(instance)
        return self._workers[instance]

    def release(self, instance: str) -> None:
        """The supervisor's again."""
        self._held.discard(instance)

    def _supervise(self) -> None:
        while not self._over.wait(0.2):
            for instance, worker in list(self._workers.items()):
                if worker.process.poll() is not None and instance not in self._held:
                    self.exits.append(worker.process.returncode)
                    self.begin(instance)
            for worker in self._workers.values():
                with suppress(OSError, IndexError):
                    pages = int(Path(f"/proc/{worker.process.pid}/statm").read_text().split()[1])
                    self.rss[worker.process.pid].append((time.monotonic(), pages * os.sysconf("SC_PAGESIZE")))

    # pages

    @contextmanager
    def feeding(self, make: MakePage = ordinary, *, rate: float | None = None) -> Iterator[None]:
        """Keep work waiting (or, with a rate, feed so many a second) until the end of the block."""
        over = threading.Event()
        feeder = threading.Thread(target=self._feed, args=(make, over, rate), daemon=True)
        feeder.start()
        try:
            yield
        finally:
            over.set()
            feeder.join(RECOVER_S)

    def feed(self, count: int, make: MakePage = ordinary) -> None:
        """Feed so many more pages at once."""
        with self.bench.producer(delivery_timeout_ms=300_000, max_block_ms=300_000, **CLIENT) as producer:
            self._send(producer, count, make)

    def _feed(self, make: MakePage, over: threading.Event, rate: float | None) -> None:
        with self.bench.producer(delivery_timeout_ms=300_000, max_block_ms=300_000, **CLIENT) as producer:
            while not over.is_set():
                if rate is not None:
                    self._send(producer, 1, make)
                    over.wait(1 / rate)
                elif self.bench.fed - len(self._seen) < BACKLOG:
                    self._send(producer, 40, make)
                else:
                    over.wait(0.05)

    def _send(self, producer: Any, count: int, make: MakePage) -> None:
        sent = []
        for n in range(self.bench.fed, self.bench.fed + count):
            value, harm = make(n)
            sent.append((producer.send(self.bench.input, value, headers=[("url", url(n).encode())], partition=n % PARTITIONS), harm))
        producer.flush()
        for future, harm in sent:
            record = future.get(300)
            place = (record.partition, record.offset)
            self.sent_s[place] = time.monotonic()
            if harm:
                self.guilty[place] = harm
        self.bench.fed += count

    # what is committed

    def _follow(self) -> None:
        with ExitStack() as stack:
            consumer = stack.enter_context(
                KafkaConsumer(bootstrap_servers=self.bootstrap, isolation_level="read_committed", enable_auto_commit=False, **CLIENT)
            )
            consumer.assign([TopicPartition(self.bench.outcomes, 0)])
            consumer.seek_to_beginning()
            while not self._over.is_set():
                try:
                    batches = consumer.poll(200)
                except KafkaError:
                    continue
                for record in (record for batch in batches.values() for record in batch):
                    source = codec.decode_outcome(record.value).source
                    self._note((source.partition, source.offset), record.timestamp / 1000)

    def _note(self, place: Place, written_s: float) -> None:
        with self._turn:
            if place not in self._seen and place in self.sent_s:
                self.latencies_s.append(time.monotonic() - self.sent_s[place])
            self._seen.add(place)
            self._last_s[place[0]] = max(self._last_s[place[0]], written_s)
            self._turn.notify_all()

    def progress(self, count: int, timeout_s: float = RECOVER_S) -> None:
        """Wait until so many more pages have an outcome."""
        with self._turn:
            goal = len(self._seen) + count
            if not self._turn.wait_for(lambda: len(self._seen) >= goal, timeout_s):
                raise TimeoutError(f"{count - goal + len(self._seen)} of {count} outcomes in {timeout_s:.0f} s\n{self.tails()}")

    def recovery(self) -> None:
        """Wait until every partition has an outcome written from now on, and note how long that took."""
        self.recovered_s.append(self.moved_on())

    def moved_on(self) -> float:
        """Wait as `recovery` does; return how long it took, in seconds."""
        started_s = time.time()
        with self._turn:
            if not self._turn.wait_for(lambda: min(self._last_s.values()) > started_s, RECOVER_S):
                stuck = [p for p, last_s in self._last_s.items() if last_s <= started_s]
                raise TimeoutError(f"partitions {stuck} did not move in {RECOVER_S:.0f} s\n{self.tails()}")
        return time.time() - started_s

    def drain(self, timeout_s: float = DRAIN_S) -> None:
        """Wait until every page fed has an outcome, stop the workers, read every topic and judge. What is missing shows in `found`."""
        with self._turn:
            self._turn.wait_for(lambda: len(self._seen) >= self.bench.fed, timeout_s)
        for instance, worker in self._workers.items():
            self._held.add(instance)
            if worker.process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    worker.terminate()
        self.found = judge(self.books(), guilty=self.guilty)

    def tails(self) -> str:
        return "\n".join(f"--- {name}\n{worker.tail(12)}" for name, worker in self._workers.items())

    # the books

    def books(self) -> Books:
        bench = self.bench
        letters = [dict(record.headers) for record in bench.read(bench.dlq)]  # type: ignore[attr-defined]
        return Books(
            fed=frozenset((record.partition, record.offset) for record in bench.read(bench.input)),  # type: ignore[attr-defined]
            committed=self.committed(),
            outcomes=[codec.decode_outcome(record.value) for record in bench.read(bench.outcomes)],  # type: ignore[attr-defined]
            articles=[(record.key.decode(), record.value) for record in bench.read(bench.articles)],  # type: ignore[attr-defined]
            letters=[
                Letter(
                    place=(int(each["dlq-source-partition"]), int(each["dlq-source-offset"])),
                    reason=each["dlq-reason"].decode(),
                    attempts=int(each["dlq-attempts"]),
                )
                for each in letters
            ],
        )

    def committed(self) -> dict[int, int]:
        with KafkaAdminClient(bootstrap_servers=self.bootstrap, **CLIENT) as admin:
            offsets = admin.list_group_offsets({self.bench.group: [TopicPartition(self.bench.input, p) for p in range(PARTITIONS)]})
        return {tp.partition: max(0, offset.offset) for tp, offset in offsets[self.bench.group].items()}

    def peak_rss(self) -> int:
        """The most any worker (its parent process, which holds what is in flight) had resident, in bytes."""
        return max((size for sizes in self.rss.values() for _, size in sizes), default=0)
