"""Live workers seen by promtool and by a real Prometheus."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.broker.bench_worker import Bench, Worker, page, url
from tests.deploy.conftest import MakeBench, await_that, get, http_address
from tests.deploy.prometheus_server import prometheus, query

pytestmark = pytest.mark.broker
PUBLISHED, NO_URL, GONE = 24, 5, 3


def feed_mixed(bench: Bench) -> int:
    """Feed articles, pages without a URL and pages that are gone; return how many in all."""
    bench.feed(PUBLISHED)
    for n in range(NO_URL):
        bench.send(page(n), [], partition=n % bench.partitions)
    for n in range(GONE):
        bench.send(b"gone", [("url", url(1_000 + n).encode()), ("http-status", b"410")], partition=n % bench.partitions)
    return PUBLISHED + NO_URL + GONE


def last_assignment(worker: Worker) -> list[int]:
    """The partitions a worker has begun with last, from its log."""
    lines = [json.loads(line) for line in worker.log_file.read_text("utf-8").splitlines() if '"group.began"' in line]
    return list(lines[-1]["partitions"]) if lines else []


def test_promtool_finds_nothing_wrong_with_the_metrics_of_a_live_worker(make_bench: MakeBench) -> None:
    bench = make_bench(partitions=1)
    worker = bench.start("a")
    bench.outcomes_until(feed_mixed(bench), alive=worker)
    code, metrics = get(http_address(worker), "/metrics")
    assert code == 200
    done = subprocess.run(["promtool", "check", "metrics"], input=metrics, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode() + done.stderr.decode()) == (0, "")


def test_prometheus_adds_up_the_pages_of_two_workers(make_bench: MakeBench, tmp_path: Path) -> None:
    bench = make_bench(partitions=2)
    workers = [bench.start("a"), bench.start("b")]
    for worker in workers:  # each has a partition before the first page comes
        await_that("the two share the topic", lambda worker=worker: len(last_assignment(worker)) == 1)  # type: ignore[misc]
    total = feed_mixed(bench)
    bench.outcomes_until(total, alive=workers[0])
    with prometheus([http_address(worker) for worker in workers], tmp_path) as address:
        expected = {("dead_lettered", "missing_url"): NO_URL, ("filtered", "gone"): GONE, ("published",): PUBLISHED}
        by_outcome = "sum by (outcome, reason) (rawi_pages_total) > 0"
        await_that(f"rawi_pages_total is {expected}", lambda: query(address, by_outcome) == expected)
        assert query(address, 'sum(up{job="rawi"})') == {(): 2}
        assert query(address, "count(sum by (instance) (rawi_pages_total) > 0)") == {(): 2}
        assert query(address, "sum(rawi_page_duration_seconds_count)") == {(): total}
        assert query(address, "sum(rawi_end_to_end_latency_seconds_count)") == {(): total}
        quantile = query(address, "histogram_quantile(0.99, sum by (le) (rawi_end_to_end_latency_seconds_bucket))")
        assert 0 < quantile[()] < 600
