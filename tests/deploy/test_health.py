"""/healthz and /readyz of live workers, as a kubelet or a load balancer would ask."""

import json
import signal
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from tests.broker.bench_worker import page, url
from tests.deploy.conftest import MakeBench, await_that, get, http_address, status
from workers.engine.joins import keep_joins

pytestmark = pytest.mark.broker


def test_a_worker_without_a_partition_is_ready(make_bench: MakeBench) -> None:
    bench = make_bench(partitions=1)
    workers = [bench.start("a"), bench.start("b")]
    for worker in workers:
        await_that("both are ready", lambda worker=worker: status(worker, "/readyz") == 200)  # type: ignore[misc]
    await_that("one has nothing to do", lambda: any('"partitions":[]' in worker.log_file.read_text() for worker in workers))
    bench.feed(5)
    bench.outcomes_until(5)
    assert [status(worker, path) for worker in workers for path in ("/healthz", "/readyz")] == [200] * 4


def test_a_worker_is_not_ready_before_it_has_joined(make_bench: MakeBench) -> None:
    bench = make_bench(partitions=1)
    # A member that has joined and does not poll: the group waits for it, and so must the worker.
    with KafkaConsumer(bench.input, bootstrap_servers=bench.bootstrap, group_id=bench.group, enable_auto_commit=False) as member:
        keep_joins(member)
        await_that("the member has joined", lambda: member.poll(200) == {} and bool(member.assignment()))
        worker = bench.start("a")
        address = http_address(worker)
        code, body = get(address, "/readyz")
        assert code == 503
        assert json.loads(body)["status"] == "not ready"
        assert get(address, "/healthz")[0] == 200
    await_that("the worker has joined", lambda: get(address, "/readyz")[0] == 200)


def test_a_draining_worker_is_alive_and_not_ready(make_bench: MakeBench, tmp_path: Path) -> None:
    bench = make_bench(partitions=1)
    gate = tmp_path / "gate"
    bench.send(f"<p>WAIT-FOR {gate}</p>".encode() + page(0), [("url", url(0).encode())])
    worker = bench.start("a", line="tests.broker.hostile_lines:waits_for_a_file")
    worker.await_log("page.begun")
    assert status(worker, "/readyz") == 200
    worker.signal(signal.SIGTERM)
    worker.await_log("worker.draining")
    assert [status(worker, path) for path in ("/healthz", "/readyz")] == [200, 503]
    gate.touch()
    assert worker.process.wait(25) == 0
