"""What a dashboard is, before Grafana's builders make its JSON."""

from typing import Literal, NamedTuple

Kind = Literal["time", "stacked", "stat", "bars", "heatmap", "table"]
# Units by Grafana's names.
RATIO, SECONDS, BYTES, SHORT = "percentunit", "s", "bytes", "short"
PER_SECOND, BYTES_PER_SECOND = "reqps", "Bps"

OURS = 'job="$job",instance=~"$instance"'  # the selector of every query


class Query(NamedTuple):
    """A PromQL expression, and how its series are named."""

    expr: str
    legend: str = ""


class Panel(NamedTuple):
    """One panel; `bad_above`: from where on a stat is red; `width` of 24 columns."""

    title: str
    description: str
    unit: str
    kind: Kind
    queries: tuple[Query, ...]
    width: int = 12
    bad_above: float | None = None
    bad_below: float | None = None


class Row(NamedTuple):
    """Panels under a heading."""

    title: str
    panels: tuple[Panel, ...]


class Board(NamedTuple):
    """A dashboard. `known_by`: a metric that each of its instances has; `by_site`: it has the variable `site`."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    known_by: str = "rawi_build_info"
    by_site: bool = False


def rate(metric: str, by: str = "", more: str = "") -> str:
    """Events a second, summed over the instances chosen, by labels."""
    selector = f"{OURS},{more}" if more else OURS
    grouped = f" by ({by}) " if by else ""
    return f"sum{grouped}(rate({metric}{{{selector}}}[$__rate_interval]))"


def quantile(q: float, histogram: str, by: str = "", more: str = "") -> str:
    """A quantile of a histogram over the instances chosen."""
    return f"histogram_quantile({q}, {rate(f'{histogram}_bucket', f'le, {by}' if by else 'le', more)})"


def gauge(metric: str, by: str = "") -> str:
    """A gauge summed over the instances chosen."""
    return f"sum{f' by ({by}) ' if by else ''}({metric}{{{OURS}}})"
