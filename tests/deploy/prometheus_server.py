"""A real Prometheus for the tests, and questions to it."""

import json
import math
import signal
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.deploy.conftest import get
from workers.local.ports import free_ports


@contextmanager
def prometheus(targets: list[str], folder: Path, rules: Path | None = None, **jobs: list[str]) -> Iterator[str]:
    """A Prometheus that scrapes these each second as the job `rawi`, further jobs by name, with rules; yields host:port of its API."""
    [port] = free_ports(1)
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules)] if rules else [],
        "scrape_configs": [
            {"job_name": job.replace("_", "-"), "static_configs": [{"targets": found}]} for job, found in {"rawi": targets, **jobs}.items()
        ],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config), "utf-8")  # JSON is YAML
    command = ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb"]
    with (folder / "prometheus.log").open("wb") as log:
        server = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log, start_new_session=True)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def query(address: str, expression: str) -> dict[tuple[str, ...], float]:
    """The answer now: the labels' values, in the order of their names, and the number. Empty while the server does not answer."""
    try:
        _, body = get(address, "/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
        answer = json.loads(body)
    except (OSError, ValueError):
        return {}
    found = answer["data"]["result"] if answer["status"] == "success" else []
    return {tuple(value for _, value in sorted(series["metric"].items())): float(series["value"][1]) for series in found}


class Series(NamedTuple):
    """A series of an answer: its labels, and its points in seconds since 1970."""

    labels: dict[str, str]
    points: list[tuple[float, float]]


def query_range(address: str, expression: str, start_s: float, end_s: float, step_s: float) -> list[Series]:
    """The answer over a time, as a dashboard asks. Points that are no number are left out, and series without one. Raises on an error."""
    parameters = {"query": expression, "start": str(start_s), "end": str(end_s), "step": str(step_s)}
    code, body = get(address, "/api/v1/query_range?" + urllib.parse.urlencode(parameters))
    answer = json.loads(body)
    if code != 200 or answer["status"] != "success" or answer.get("warnings"):
        raise AssertionError(f"{expression}: {body.decode()}")
    found = [
        Series(series["metric"], [(float(at), float(value)) for at, value in series["values"] if math.isfinite(float(value))])
        for series in answer["data"]["result"]
    ]
    return [series for series in found if series.points]
