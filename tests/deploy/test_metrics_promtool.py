"""What Prometheus' own tool says of the metrics."""

import shutil
import subprocess

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from workers.telemetry.metrics import Metrics


def test_promtool_finds_nothing_wrong_with_the_metrics() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.fail("promtool is missing: apt-get install prometheus", pytrace=False)
    registry = CollectorRegistry()
    Metrics(registry)
    done = subprocess.run([promtool, "check", "metrics"], input=generate_latest(registry), capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode() + done.stderr.decode()) == (0, "")
