"""What the delivery tests share: topics, numbered pages, workers as processes, and a ledger kept outside the worker."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from schemas import codec
from schemas.records import Outcome

RAWI = Path(sys.executable).parent / "rawi"
REPO = Path(__file__).parents[2]
DEADLINE_S = 150.0  # of anything awaited here: it ends by an event, this bounds a failure
_SENTENCE = "The harbour of Alder Bay reported quiet water on day {n}, and the ferry number {n} left its berth at the usual hour. "


def page(n: int) -> bytes:
    """A small article page, different for each n."""
    body = "".join(f"<p>{_SENTENCE.format(n=n * 10 + i)}{_SENTENCE.format(n=n * 10 + i + 5)}</p>" for i in range(4))
    return (
        f"<html><head><title>Ferry report {n}</title></head><body><article><h1>Ferry report {n}</h1>{body}</article></body></html>".encode()
    )


def url(n: int) -> str:
    return f"https://ferries.test/report/{n}"


@dataclass
class Bench:
    """Topics of one test on one broker, and the processes that work on them."""

    bootstrap: str
    make_topic: Callable[..., str]
    group: str
    log_dir: Path
    partitions: int = 4
    env: dict[str, str] = field(default_factory=dict)
    article_config: dict[str, object] = field(default_factory=dict)
    dlq_config: dict[str, object] = field(default_factory=dict)
    workers: list["Worker"] = field(default_factory=list)
    fed: int = 0

    def __post_init__(self) -> None:
        self.input = self.make_topic(self.partitions)
        self.articles = self.make_topic(2, **self.article_config)
        self.dlq = self.make_topic(1, **self.dlq_config)
        self.outcomes = self.make_topic(1)

    def environ(self) -> dict[str, str]:
        base = {key: value for key, value in os.environ.items() if not key.startswith(("RAWI_", "KAFKA_", "REDIS_"))}
        return (
            base
            | {
                "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
                "RAWI_INPUT_TOPIC": self.input,
                "RAWI_OUTPUT_TOPIC": self.articles,
                "RAWI_DLQ_TOPIC": self.dlq,
                "RAWI_OUTCOMES_TOPIC": self.outcomes,
                "RAWI_GROUP_ID": self.group,
                "RAWI_SLOTS": "1",
                "RAWI_HTTP_ADDR": "127.0.0.1:0",
                "RAWI_SESSION_TIMEOUT_S": "6",
                "RAWI_LOG_FORMAT": "json",
                "RAWI_LOG_LEVEL": "DEBUG",
                "RAWI_DLQ_MAX_CONSECUTIVE": "0",
                "RAWI_DLQ_MAX_SHARE": "0",
            }
            | self.env
        )

    def start(self, instance: str = "a", *, line: str | None = None, **env: str) -> "Worker":
        command = [str(RAWI), "run"] if line is None else [sys.executable, "-m", "tests.broker.hostile_worker", line]
        worker = Worker(
            command, self.environ() | {"RAWI_INSTANCE_ID": instance} | env, self.log_dir / f"{instance}-{len(self.workers)}.log"
        )
        self.workers.append(worker)
        return worker

    def stop(self) -> None:
        for worker in self.workers:
            worker.kill()

    def producer(self, **config: object) -> KafkaProducer:
        return KafkaProducer(
            bootstrap_servers=self.bootstrap,
            max_request_size=27_262_976,
            compression_type="zstd",
            linger_ms=5,
            allow_auto_create_topics=False,
            **config,
        )

    def feed(self, count: int) -> None:
        """Feed `count` more numbered pages, spread over the partitions."""
        with self.producer() as producer:
            for n in range(self.fed, self.fed + count):
                producer.send(self.input, page(n), headers=[("url", url(n).encode())], partition=n % self.partitions)
            producer.flush()
        self.fed += count

    def send(self, value: bytes | None, headers: list[tuple[str, bytes]], partition: int = 0, key: bytes | None = b"k") -> int:
        """Send one record; return its offset."""
        with self.producer() as producer:
            return int(producer.send(self.input, value, key=key, headers=headers, partition=partition).get(30).offset)

    def read(self, topic: str) -> list[object]:
        """Every record of a topic up to its end now, read committed."""
        with self._consumer() as consumer:
            partitions = [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic) or ())]
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            ends = consumer.end_offsets(partitions)
            records: list[object] = []
            deadline_s = time.monotonic() + DEADLINE_S
            while any(consumer.position(tp) < ends[tp] for tp in partitions):
                assert time.monotonic() < deadline_s, f"could not read {topic} to its end"
                for batch in consumer.poll(500).values():
                    records += batch
            return records

    def outcomes_until(self, count: int, *, alive: "Worker | None" = None) -> list[Outcome]:
        """Wait until the outcomes topic holds `count` outcomes (read committed); return all that came."""
        found: list[Outcome] = []
        for outcome in self.follow_outcomes(alive=alive):
            found.append(outcome)
            if len(found) >= count:
                return found
        raise AssertionError("unreachable")

    def follow_outcomes(self, *, alive: "Worker | None" = None) -> Iterator[Outcome]:
        """Outcomes as they are committed."""
        with self._consumer() as consumer:
            partition = TopicPartition(self.outcomes, 0)
            consumer.assign([partition])
            consumer.seek_to_beginning(partition)
            deadline_s = time.monotonic() + DEADLINE_S
            seen = 0
            while True:
                for batch in consumer.poll(200).values():
                    for record in batch:
                        seen += 1
                        yield codec.decode_outcome(record.value)
                if alive is not None and alive.process.poll() is not None:
                    raise AssertionError(f"the worker ended with {alive.process.returncode}:\n{alive.tail()}")
                assert time.monotonic() < deadline_s, f"only {seen} outcomes in time:\n" + "\n".join(w.tail() for w in self.workers)

    def assert_exactly_once(self) -> list[Outcome]:
        """Each input offset has exactly one outcome; `articles` holds exactly what those name."""
        outcomes = [codec.decode_outcome(record.value) for record in self.read(self.outcomes)]  # type: ignore[attr-defined]
        sources = Counter((o.source.partition, o.source.offset) for o in outcomes)
        fed = {(record.partition, record.offset) for record in self.read(self.input)}  # type: ignore[attr-defined]
        assert set(sources) == fed, f"lost: {sorted(fed - set(sources))[:20]}, unexplained: {sorted(set(sources) - fed)[:20]}"
        assert [source for source, times in sources.items() if times > 1] == []
        named = Counter(i for o in outcomes for i in o.article_ids)
        written = Counter(record.key.decode() for record in self.read(self.articles) if record.value is not None)  # type: ignore[attr-defined]
        assert written == named
        return outcomes

    def _consumer(self) -> KafkaConsumer:
        return KafkaConsumer(
            bootstrap_servers=self.bootstrap, isolation_level="read_committed", enable_auto_commit=False, fetch_max_bytes=64_000_000
        )


class Worker:
    """A worker process of the test; its log is a file."""

    def __init__(self, command: list[str], environ: dict[str, str], log_file: Path) -> None:
        self.log_file = log_file
        with log_file.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=environ, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True, cwd=REPO
            )

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def terminate(self, timeout_s: float = 25.0) -> int:
        """SIGTERM; return the exit code, which must come within issue 3's 25 s."""
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout_s)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)

    def wait(self) -> int:
        return self.process.wait(DEADLINE_S)

    def await_log(self, text: str, count: int = 1) -> None:
        """Wait until the log holds a text so many times."""
        deadline_s = time.monotonic() + DEADLINE_S
        while self.log_file.read_text(errors="replace").count(text) < count:
            assert time.monotonic() < deadline_s, f"no {text!r} in the log:\n{self.tail()}"
            assert self.process.poll() is None or text in self.log_file.read_text(errors="replace"), (
                f"ended with {self.process.returncode} before {text!r}:\n{self.tail()}"
            )
            time.sleep(0.05)  # a file cannot be awaited

    def peak_rss(self) -> int:
        """The most memory the process (not its children) ever held, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-lines:])
