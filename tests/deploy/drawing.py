"""A drawing of a dashboard from a run's data, for the README: matplotlib in the place of Grafana, with the same panels and queries."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.deploy.prometheus_server import Series, query_range

_COLUMNS = 24
_COLUMN_IN, _ROW_IN = 0.5, 0.28
_UNITS: dict[str, Callable[[float], str]] = {
    "percentunit": lambda value: f"{value:.1%}",
    "s": lambda value: f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s",
    "reqps": lambda value: f"{value:.1f}/s",
    "short": lambda value: f"{value:g}",
}
_GREEN, _RED = "#2e7d32", "#c62828"
_MAX_LEGENDS = 12

Ask = Callable[[dict[str, Any]], str]


def draw(dashboard: dict[str, Any], expression: Ask, address: str, since_s: float, path: Path) -> None:
    """Draw it as it looks now into a file; `expression` gives a target's query with its variables put in."""
    mpl.rcParams.update({"font.size": 7, "axes.titlesize": 8, "axes.titleweight": "bold"})
    height = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"]) + 2
    figure = Figure(figsize=(_COLUMNS * _COLUMN_IN, height * _ROW_IN), layout=None)
    caption = f"{dashboard['title']}: a drawing of the dashboard by matplotlib, from a test run's data (two workers, restarted in turn)"
    figure.text(0.01, 1 - 0.5 / height, caption, va="top", fontsize=8, color="#555555")
    end_s = time.time()
    for panel in dashboard["panels"]:
        box = panel["gridPos"]
        left, top = box["x"] / _COLUMNS, 1 - (box["y"] + 2) / height
        if panel["type"] == "row":
            figure.text(left + 0.01, top - 0.6 / height, panel["title"], va="center", fontsize=9, fontweight="bold")
            continue
        answers = [(target, query_range(address, expression(target), since_s, end_s, 1.0)) for target in panel["targets"]]
        bottom = top - box["h"] / height
        place = (left + 0.045, bottom + 1.3 / height, box["w"] / _COLUMNS - 0.06, (box["h"] - 2.6) / height)
        axes = figure.add_axes(place)
        axes.set_title(panel["title"], loc="left")
        (_draw_stat if panel["type"] == "stat" else _draw_lines)(axes, panel, answers, since_s)
    figure.savefig(path, dpi=90, facecolor="white")


def _draw_stat(axes: Any, panel: dict[str, Any], answers: list[tuple[dict[str, Any], list[Series]]], since_s: float) -> None:
    axes.set_axis_off()
    value = answers[0][1][0].points[-1][1]
    defaults = panel["fieldConfig"]["defaults"]
    steps = defaults["thresholds"]["steps"]
    colour = [step["color"] for step in steps if step["value"] is None or value >= step["value"]][-1]
    text = _UNITS[defaults["unit"]](value)
    axes.text(0.0, 0.35, text, fontsize=18, color=_RED if colour == "red" else _GREEN, va="center", transform=axes.transAxes)


def _draw_lines(axes: Any, panel: dict[str, Any], answers: list[tuple[dict[str, Any], list[Series]]], since_s: float) -> None:
    unit = _UNITS[panel["fieldConfig"]["defaults"]["unit"]]
    lines = [(_legend(target["legendFormat"], series.labels), series.points) for target, found in answers for series in found]
    lines = [line for line in lines if any(value for _, value in line[1])] or lines[:1]
    stacked = panel["fieldConfig"]["defaults"].get("custom", {}).get("stacking", {}).get("mode") == "normal"
    if stacked:
        moments = sorted({at for _, points in lines for at, _ in points})
        levels = [[dict(points).get(at, 0.0) for at in moments] for _, points in lines]
        axes.stackplot([at - since_s for at in moments], levels, labels=[name for name, _ in lines], alpha=0.7)
    else:
        for name, points in lines:
            axes.plot([at - since_s for at, _ in points], [value for _, value in points], label=name, linewidth=1)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda value, _position: unit(value))
    axes.xaxis.set_major_formatter(lambda value, _position: f"{value:.0f} s")
    axes.grid(alpha=0.25)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    handles, names = axes.get_legend_handles_labels()
    axes.legend(handles[:_MAX_LEGENDS], names[:_MAX_LEGENDS], fontsize=5.5, ncols=2, loc="upper left", framealpha=0.6)


def _legend(pattern: str, labels: dict[str, str]) -> str:
    for name, value in labels.items():
        pattern = pattern.replace("{{" + name + "}}", value)
    return pattern
