"""Writes what is generated below deploy/: `python -m deploy.generate [FOLDER]` (needs the dependency group `deploy`). A test compares."""

import sys
from pathlib import Path

import yaml

from deploy.dashboards import BOARDS
from deploy.dashboards.render import to_json

RULES = "deploy/prometheus/rules/rawi.yml"
_RULE_HEAD = f"# Made from {RULES} by `python -m deploy.generate`; do not edit.\n"


def generated(root: Path) -> dict[str, str]:
    """Return path to text of every generated file, of the repository at `root`."""
    files = {f"deploy/grafana/dashboards/{name}.json": to_json(board) for name, board in BOARDS.items()}
    groups = yaml.safe_load((root / RULES).read_text("utf-8"))["groups"]
    rule = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": "rawi"}, "spec": {"groups": groups}}
    text = yaml.safe_dump(rule, sort_keys=False, width=140, allow_unicode=True)
    return files | {"deploy/kubernetes/components/monitoring/prometheus-rule.yaml": _RULE_HEAD + text}


def write(root: Path) -> None:
    """Write them."""
    for path, text in generated(root).items():
        (root / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
