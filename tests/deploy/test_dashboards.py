"""The dashboards: what is committed is what the code makes, and every panel has something to show of live workers."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard
from kafka import KafkaAdminClient

from deploy.dashboards import BOARDS
from deploy.generate import generated
from schemas import codec
from tests.broker.bench_worker import RAWI, REPO, Bench, Worker
from tests.conftest import MakeTopic, Unique, ValkeyServer
from tests.deploy.conftest import MakeBench, await_that, status
from tests.deploy.prometheus_server import prometheus, query, query_range
from workers.local.ports import free_ports
from workers.stories.names import index_topic, journal_topic

DASHBOARDS = {name: json.loads((REPO / f"deploy/grafana/dashboards/{name}.json").read_text("utf-8")) for name in BOARDS}
# As Grafana puts them in, for a scrape each second.
VARIABLES = {"$instance": ".*", "$site": ".*", "$__rate_interval": "10s", "$__range": "30s"}
PAGES_PER_SECOND = 8
# RAWI_TEST_DRAWING=docs/overview.png also draws the overview, of a longer run.
DRAWING = os.environ.get("RAWI_TEST_DRAWING")
SCRAPES = 120 if DRAWING else 15


def panels(name: str) -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARDS[name]["panels"] if panel["type"] != "row"]


def expression(target: dict[str, Any]) -> str:
    text = str(target["expr"])
    job = "rawi-stories" if "rawi_stories_" in text else "rawi"
    for variable, value in (VARIABLES | {"$job": job}).items():
        text = text.replace(variable, value)
    assert "$" not in text, text
    return text


@pytest.mark.parametrize("path", generated(REPO))
def test_what_is_committed_is_what_the_code_makes(path: str) -> None:
    assert (REPO / path).read_text("utf-8") == generated(REPO)[path], "run: python -m deploy.generate"


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_is_one_by_grafanas_published_types(name: str) -> None:
    read = Dashboard.from_json(DASHBOARDS[name])
    assert json.loads(JSONEncoder(sort_keys=True).encode(read)) == DASHBOARDS[name]


@pytest.mark.parametrize("name", BOARDS)
def test_every_panel_says_what_it_shows_and_in_which_unit(name: str) -> None:
    variables = [variable["name"] for variable in DASHBOARDS[name]["templating"]["list"]]
    assert variables[:3] == ["datasource", "job", "instance"]
    assert len({panel["title"] for panel in panels(name)}) == len(panels(name)) > 4
    for panel in panels(name):
        assert panel["description"].endswith(".")
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["targets"]
        for target in panel["targets"]:
            assert 'job="$job"' in target["expr"]
            assert 'instance=~"$instance"' in target["expr"]


@contextmanager
def samples_feeding(bench: Bench, folder: Path) -> Iterator[None]:
    """The samples, for ever, as the compose file's profile feeds them."""
    with (folder / "feed.log").open("wb") as log:
        command = [str(RAWI), "feed", "--samples", "0", "--rate", str(PAGES_PER_SECOND)]
        feeder = subprocess.Popen(command, env=bench.environ(), stdout=log, stderr=log, start_new_session=True)
    try:
        yield
        assert feeder.poll() is None, (folder / "feed.log").read_text()
    finally:
        feeder.send_signal(signal.SIGINT)
        feeder.wait(30)


@contextmanager
def story_worker(bench: Bench, group: str, topic: str, address: str) -> Iterator[None]:
    """A story worker on the bench's articles, with the topics of its own, which are deleted at the end."""
    environ = bench.environ() | {"RAWI_STORIES_GROUP_ID": group, "RAWI_STORIES_TOPIC": topic, "RAWI_STORIES_HTTP_ADDR": address}
    subprocess.run([str(RAWI), "topics", "create"], env=environ, check=True, capture_output=True)
    worker = Worker([str(RAWI), "stories"], environ, bench.log_dir / "stories.log")
    try:
        yield
        assert worker.process.poll() is None, worker.tail()
    finally:
        worker.kill()
        with KafkaAdminClient(bootstrap_servers=bench.bootstrap) as admin:
            admin.delete_topics([index_topic(group), journal_topic(group)])


def silent_panels(address: str, since_s: float) -> dict[str, str]:
    """The queries that bring nothing, by dashboard and panel."""
    end_s = time.time()
    return {
        f"{name}: {panel['title']}: {target['refId']}": expression(target)
        for name in BOARDS
        for panel in panels(name)
        for target in panel["targets"]
        if not query_range(address, expression(target), since_s, end_s, 1.0)
    }


def seconds_to_outcome(bench: Bench) -> Iterator[float]:
    """From each page's timestamp to its outcome's record, in seconds; the commit comes at most RAWI_COMMIT_INTERVAL_S after it."""
    fed: dict[tuple[int, int], int] = {(r.partition, r.offset): r.timestamp for r in bench.read(bench.input)}  # type: ignore[attr-defined]
    for record in bench.read(bench.outcomes):
        source = codec.decode_outcome(record.value).source  # type: ignore[attr-defined]
        yield (record.timestamp - fed[source.partition, source.offset]) / 1000  # type: ignore[attr-defined]


@pytest.mark.broker
def test_every_panel_is_alive_and_a_rolling_upgrade_under_load_loses_nothing(
    make_bench: MakeBench, make_topic: MakeTopic, unique: Unique, valkey: ValkeyServer, tmp_path: Path
) -> None:
    bench = make_bench(partitions=4, env={"RAWI_TOP_SITES": "20", "REDIS_URL": str(valkey), "RAWI_REDIS_PREFIX": f"{tmp_path.name}:"})
    addresses = dict(zip("ab", (f"127.0.0.1:{port}" for port in free_ports(2)), strict=True))
    workers = {name: bench.start(name, RAWI_HTTP_ADDR=address) for name, address in addresses.items()}
    rules = REPO / "deploy/prometheus/rules/rawi.yml"
    [stories_port] = free_ports(1)
    stories = f"127.0.0.1:{stories_port}"
    with (
        story_worker(bench, unique("stories"), make_topic(1), stories),
        prometheus(list(addresses.values()), tmp_path, rules, rawi_stories=[stories]) as address,
    ):
        began_s = time.time()
        with samples_feeding(bench, tmp_path):
            scraped = 'min(count_over_time(rawi_site_articles_total{site="other"}[10m])) or min(count_over_time(rawi_articles_total[10m]))'
            await_that("both were scraped for a while", lambda: query(address, scraped).get((), 0) >= SCRAPES, deadline_s=SCRAPES * 4 + 60)
            assert silent_panels(address, began_s) == {}
            assert query_range(address, "rawi_no_such_metric", began_s, time.time(), 1.0) == []

            for name in workers:  # as a StatefulSet's update goes: one after the other, each ready before the next
                assert workers[name].terminate() == 0
                workers[name] = bench.start(name, RAWI_HTTP_ADDR=addresses[name])
                await_that("the new one is ready", lambda name=name: status(workers[name], "/readyz") == 200)  # type: ignore[misc]
            if DRAWING:
                from tests.deploy.drawing import draw

                draw(DASHBOARDS["overview"], expression, address, began_s, REPO / DRAWING)
        fed = len(bench.read(bench.input))
        bench.outcomes_until(fed, alive=workers["a"])
        bench.assert_exactly_once()
        latencies = sorted(seconds_to_outcome(bench))
        p99_s = latencies[int(0.99 * len(latencies))]
        print(f"rolling upgrade: {fed} pages, latency p50 {latencies[fed // 2]:.2f} s, p99 {p99_s:.2f} s, worst {latencies[-1]:.2f} s")
        assert p99_s < 10
        assert query(address, "job:rawi_pages:rate5m") != {}
        assert query(address, 'ALERTS{alertstate="firing"}') == {}
