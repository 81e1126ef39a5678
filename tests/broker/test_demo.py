"""`rawi demo` as a user types it: on servers of its own, and on a user's, where it must leave nothing behind."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from kafka import KafkaAdminClient

from tests.conftest import Broker, ValkeyServer
from workers.demo.worker import RAWI

TIMEOUT_S = 180.0
PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"
PARAGRAPH = "<p>The council of the invented town of {0} met on Tuesday to speak of bridges, bread and the price of string.</p>"


def rawi_demo(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAWI_", "KAFKA_", "REDIS_"))}
    cached = {name: os.environ[name] for name in ("RAWI_CACHE_DIR",) if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", RAWI, "demo", *arguments],
        env=kept | cached | environ,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def yours(kafka: Broker, valkey: ValkeyServer) -> dict[str, str]:
    return {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap, "REDIS_URL": valkey.url}


def left_behind(kafka: Broker, valkey: ValkeyServer) -> list[str]:
    """Whatever is called rawi-demo-* on the servers."""
    with KafkaAdminClient(bootstrap_servers=kafka.bootstrap) as admin, redis.Redis.from_url(valkey.url) as store:
        groups = [group["group_id"] for group in admin.list_groups()]
        keys = [key.decode() for key in store.scan_iter(match="rawi-demo-*")]
        return sorted(name for name in [*admin.list_topics(), *groups, *keys] if name.startswith("rawi-demo-"))


@pytest.mark.broker
def test_the_demo_shows_articles_and_every_sample_becomes_what_it_should() -> None:
    done = rawi_demo()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Town votes to keep its last steam ferry running" in done.stdout
    assert "ميناء الرملة" in done.stdout
    assert "decompression_bomb" in done.stdout
    assert re.search(r"http://127\.0\.0\.1:\d+/metrics", done.stdout)
    assert "Traceback" not in done.stderr


def test_on_servers_of_yours_the_demo_leaves_nothing_behind(kafka: Broker, valkey: ValkeyServer, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE.format("Of bridges", "".join(PARAGRAPH.format(n) for n in "ABCDE")), "utf-8")
    (tmp_path / "b.html").write_text("", "utf-8")
    done = rawi_demo("--pages", str(tmp_path), **yours(kafka, valkey))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Of bridges" in done.stdout
    assert "empty_page" in done.stdout
    assert left_behind(kafka, valkey) == []


def test_when_the_worker_ends_the_demo_says_why_and_leaves_nothing_behind(kafka: Broker, valkey: ValkeyServer, tmp_path: Path) -> None:
    for n in range(4):
        (tmp_path / f"{n}.json").write_text(f'{{"no": "envelope", "number": {n}}}', "utf-8")
    done = rawi_demo("--pages", str(tmp_path), **yours(kafka, valkey), RAWI_DLQ_MAX_CONSECUTIVE="1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "rawi: the worker ended (exit code 65)" in done.stderr
    assert "RAWI_DLQ_MAX_CONSECUTIVE" in done.stderr
    assert "Traceback" not in done.stderr
    assert left_behind(kafka, valkey) == []


def test_a_path_that_does_not_exist_is_one_clear_line() -> None:
    done = rawi_demo("--pages", "/no/such/folder")
    assert done.returncode == 66
    assert done.stderr == "rawi: no file or folder '/no/such/folder'\n"
