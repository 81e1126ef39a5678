"""What the deployment tests share: a bench on the session's Kafka, and what its workers say over HTTP."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broker.bench_worker import Bench, Worker
from tests.conftest import Broker, MakeTopic, Unique

MakeBench = Callable[..., Bench]
DEADLINE_S = 60.0


@pytest.fixture
def make_bench(kafka: Broker, make_topic: MakeTopic, unique: Unique, tmp_path: Path) -> Iterator[MakeBench]:
    """`make_bench(partitions=4, **Bench's fields)`."""
    made: list[Bench] = []

    def make(**options: Any) -> Bench:
        made.append(Bench(kafka.bootstrap, make_topic, unique("group"), tmp_path, **options))
        return made[-1]

    yield make
    for bench in made:
        bench.stop()


def http_address(worker: Worker) -> str:
    """host:port of a worker's HTTP server, from its log."""
    worker.await_log('"worker.started"')
    lines = [json.loads(line) for line in worker.log_file.read_text("utf-8").splitlines() if '"worker.started"' in line]
    return str(lines[-1]["metrics"]).removeprefix("http://").removesuffix("/metrics")


def get(address: str, path: str) -> tuple[int, bytes]:
    """Status and body."""
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def status(worker: Worker, path: str) -> int:
    return get(http_address(worker), path)[0]


def await_that(what: str, happens: Callable[[], bool], *, deadline_s: float = DEADLINE_S) -> None:
    """Ask again and again: for what can only be asked over HTTP."""
    end_s = time.monotonic() + deadline_s
    while not happens():
        assert time.monotonic() < end_s, f"not in time: {what}"
        time.sleep(0.1)
