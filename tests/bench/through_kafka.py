"""A real worker on a real Kafka and Valkey: feed it all pages, wait until every outcome is committed, and say what that cost."""

import contextlib
import os
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from schemas import codec
from tests.bench import cpu
from tests.bench.pages import BenchPage
from tests.bench.traffic import Traffic, traffic
from workers.demo.place import Place, Say, open_place
from workers.local.process import ServerProcess

_FOREIGN = ("RAWI_", "KAFKA_", "REDIS_")  # a bench is on servers of its own
_SETTINGS = {"RAWI_SLOTS": "1", "RAWI_DELIVERY": "exactly-once", "RAWI_DLQ_MAX_CONSECUTIVE": "0", "RAWI_DLQ_MAX_SHARE": "0"}
_PINNED = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); os.execv(sys.argv[2], sys.argv[2:])"
_EXTRACTION = "rawi_page_cpu_seconds_total "
_RAWI = "from workers.cli import main; main()"
_READY_TIMEOUT_S = 60.0
_SILENCE_S = 60.0  # without one outcome: something is broken
_AFTER_COMMIT_S = 0.3  # the worker logs, counts and remembers after its commit: that is its cost too
_IDLE_S = 2.0


class BenchFailed(Exception):
    """The worker ended or fell silent; the message is for the user."""


@dataclass(frozen=True, slots=True)
class KafkaPass:
    """What one pass over all pages cost."""

    cpu: cpu.TreeCpu  # of the worker and its children
    extraction_cpu_s: float  # of that, what the children spent in the line, by the worker's own count
    broker_cpu_s: float  # of every process of this run that is neither the worker's nor ours: Kafka and Valkey
    wall_s: float  # from the first send to the last committed outcome
    outcomes: dict[str, int]
    traffic: Traffic


class KafkaBench:
    """A worker pinned to a core, fed pass by pass."""

    def __init__(
        self, place: Place, pages: list[BenchPage], worker: ServerProcess, producer: KafkaProducer, consumer: KafkaConsumer
    ) -> None:
        self._place = place
        self._pages = pages
        self._worker = worker
        self._producer = producer
        self._consumer = consumer

    def run(self, round_: int) -> KafkaPass:
        """Feed every page under the URLs of a round; a round fed before is a re-crawl."""
        servers, traffic_before, extraction_before_s = self._servers(), traffic(self._place), self._extraction_cpu_s()
        before, servers_before_s = cpu.tree_cpu(self._worker.pid), sum(map(cpu.process_cpu_s, servers))
        started_s = time.perf_counter()
        for number, page in enumerate(self._pages):
            url = page.url_of(number, round_)
            headers = page.record_headers(url)
            self._producer.send(self._place.topics["input"], page.value, key=url.encode(), headers=headers)
        self._producer.flush()
        outcomes = self._await(len(self._pages))
        wall_s = time.perf_counter() - started_s
        time.sleep(_AFTER_COMMIT_S)  # nothing outside tells when this is done
        spent = cpu.tree_cpu(self._worker.pid) - before
        servers_s = sum(map(cpu.process_cpu_s, servers)) - servers_before_s
        extraction_s = self._extraction_cpu_s() - extraction_before_s
        return KafkaPass(spent, extraction_s, servers_s, wall_s, dict(outcomes), traffic(self._place) - traffic_before)

    def idle_cpu_share(self) -> float:
        """CPU seconds a second that the worker and its children use when there is nothing to do."""
        before, started_s = cpu.tree_cpu(self._worker.pid), time.perf_counter()
        time.sleep(_IDLE_S)
        return (cpu.tree_cpu(self._worker.pid) - before).total_s / (time.perf_counter() - started_s)

    def rss_bytes(self) -> tuple[int, int]:
        """Resident memory of the worker, and of the largest process below it."""
        return cpu.rss_bytes(self._worker.pid), max(map(cpu.rss_bytes, cpu.descendants(self._worker.pid)), default=0)

    @property
    def worker_pid(self) -> int:
        """For a profiler."""
        return self._worker.pid

    def _extraction_cpu_s(self) -> float:
        with urllib.request.urlopen(f"http://{self._place.http_address}/metrics", timeout=10.0) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(_EXTRACTION))

    def _servers(self) -> list[int]:
        workers = {self._worker.pid, *cpu.descendants(self._worker.pid)}
        return [pid for pid in cpu.descendants(os.getpid()) if pid not in workers and _is_server(pid)]

    def _await(self, count: int) -> Counter[str]:
        found: Counter[str] = Counter()
        heard_s = time.monotonic()
        while found.total() < count:
            for batch in self._consumer.poll(200).values():
                found.update(str(codec.decode_outcome(record.value).outcome) for record in batch)
                heard_s = time.monotonic()
            if not self._worker.running or time.monotonic() - heard_s > _SILENCE_S:
                raise BenchFailed(f"{found.total()} of {count} outcomes came. The end of the worker's log:\n{self._worker.log_tail()}")
        return found


@contextlib.contextmanager
def open_bench(pages: list[BenchPage], core: int, say: Say) -> Iterator[KafkaBench]:
    """Start Kafka and Valkey on this process's cores, and the worker on `core`; stop all of it at the end."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)} | _SETTINGS
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(open_place(say, environ))
        worker = ServerProcess("the worker", place.folder / "worker.log")
        stack.callback(worker.stop)
        command = [sys.executable, "-c", _PINNED, str(core), sys.executable, "-c", _RAWI, "run"]
        worker.launch(command, env=place.environment | {"RAWI_LOG_FORMAT": "json"})
        _wait_until_ready(place, worker)
        producer = stack.enter_context(_producer(place))
        consumer = stack.enter_context(_outcomes(place))
        yield KafkaBench(place, pages, worker, producer, consumer)


def _producer(place: Place) -> KafkaProducer:
    """A crawler's producer, as docs/producers.md asks for: zstd, and limits that real pages pass."""
    config: dict[str, Any] = {"compression_type": "zstd", "linger_ms": 20, "batch_size": 512 * 1024, "max_request_size": 27_262_976}
    return KafkaProducer(**place.config, **config, allow_auto_create_topics=False)


def _outcomes(place: Place) -> KafkaConsumer:
    consumer = KafkaConsumer(**place.config, isolation_level="read_committed", enable_auto_commit=False)
    topic = place.topics["outcomes"]
    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    return consumer


def _wait_until_ready(place: Place, worker: ServerProcess) -> None:
    deadline_s = time.monotonic() + _READY_TIMEOUT_S
    while not _ready(place.http_address):
        if not worker.running or time.monotonic() > deadline_s:
            raise BenchFailed(f"the worker is not ready. The end of its log:\n{worker.log_tail()}")
        time.sleep(0.1)


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/readyz", timeout=2.0) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _is_server(pid: int) -> bool:
    return (cpu.PROC / f"{pid}/comm").read_text().strip() in ("java", "valkey-server", "redis-server")
