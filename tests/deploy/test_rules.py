"""The rules: promtool's tests, each alert fired and cleared, its runbook, and only metrics that exist."""

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from tests.broker.bench_worker import REPO
from workers.telemetry.metrics import Metrics

RULES = REPO / "deploy/prometheus/rules/rawi.yml"
TESTS = Path(__file__).parent / "rules/alerts.yaml"
# Of Prometheus itself and of the worker's process.
FOREIGN = {"up", "process_start_time_seconds"}
_KEYWORDS = """sum rate increase changes absent time by on and unless group_left max_over_time job instance outcome field markup""".split()


@cache
def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]


ALERTS = {rule["alert"]: rule for rule in rules() if "alert" in rule}


def promtool(*arguments: str) -> str:
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool_accepts_the_rules() -> None:
    assert f"SUCCESS: {len(rules())} rules found" in promtool("check", "rules", str(RULES))


def test_each_alert_does_what_its_test_says() -> None:
    assert "SUCCESS" in promtool("test", "rules", str(TESTS))


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_is_quiet_then_fires_then_clears_in_its_test(alert: str) -> None:
    checks = [check for test in yaml.safe_load(TESTS.read_text("utf-8"))["tests"] for check in test["alert_rule_test"]]
    fires = [bool(check["exp_alerts"]) for check in checks if check["alertname"] == alert]
    assert fires[0] is False
    assert True in fires
    assert fires[-1] is False


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_says_how_bad_it_is_and_what_to_do(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    runbook = (REPO / rule["annotations"]["runbook_url"]).read_text("utf-8")
    assert f"`{alert}`" in runbook
    assert re.findall(r"^## (.*)$", runbook, re.MULTILINE) == ["What it means", "Look at", "Do"]


def test_no_runbook_is_without_an_alert() -> None:
    named = {rule["annotations"]["runbook_url"] for rule in ALERTS.values()}
    assert {str(path.relative_to(REPO)) for path in (REPO / "docs/runbooks").glob("*.md")} == named


def test_the_rules_ask_only_for_metrics_that_exist() -> None:
    families = Metrics(CollectorRegistry()).families
    suffixes = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("",), "gauge": ("",)}
    known = {family.name + suffix for family in families for suffix in suffixes[family.type]}
    known |= {rule["record"] for rule in rules() if "record" in rule} | FOREIGN | set(_KEYWORDS)
    for rule in rules():
        expression = re.sub(r"#.*|\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}", "", rule["expr"])
        assert set(re.findall(r"[a-zA-Z_][a-zA-Z0-9_:]*", expression)) <= known, rule
