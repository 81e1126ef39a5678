"""A Board as Grafana's JSON, by Grafana's own builders."""

import itertools
from typing import Any

from grafana_foundation_sdk.builders import bargauge, common, dashboard, heatmap, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode

from deploy.dashboards.model import SECONDS, Board, Panel

SOURCE = models.DataSourceRef(type_val="prometheus", uid="$datasource")
HEIGHT = {"stat": 4, "bars": 10}
BUILDERS: dict[str, Any] = {
    "time": timeseries.Panel,
    "stacked": timeseries.Panel,
    "stat": stat.Panel,
    "bars": bargauge.Panel,
    "heatmap": heatmap.Panel,
    "table": table.Panel,
}


def to_json(board: Board) -> str:
    """Return the dashboard's JSON, the same each time."""
    built = dashboard.Dashboard(board.title).uid(board.uid).description(board.description).tags(["rawi"])
    built = built.readonly().refresh("30s").time("now-1h", "now").timezone("browser").tooltip(models.DashboardCursorSync.CROSSHAIR)
    links = dashboard.DashboardLink("Rawi").type(models.DashboardLinkType.DASHBOARDS).tags(["rawi"]).keep_time(True).include_vars(True)
    built = built.link(links.as_dropdown(False))
    for variable in _variables(board):
        built = built.with_variable(variable)
    ids = itertools.count(1)
    for row in board.rows:
        built = built.with_row(dashboard.Row(row.title).id(next(ids)))
        for panel in row.panels:
            built = built.with_panel(_panel(panel).id(next(ids)))
    return str(JSONEncoder(sort_keys=True, indent=1).encode(built.build())) + "\n"


def _variables(board: Board) -> list[Any]:
    def query(name: str, label: str, expression: str) -> Any:
        asked = {"query": expression, "refId": f"rawi-{name}"}
        refresh = models.VariableRefresh.ON_TIME_RANGE_CHANGED
        return (
            dashboard.QueryVariable(name)
            .label(label)
            .datasource(SOURCE)
            .query(asked)
            .refresh(refresh)
            .sort(models.VariableSort.ALPHABETICAL_ASC)
        )

    def all_of(variable: Any) -> Any:
        everything = models.VariableOption(selected=True, text="All", value="$__all")
        return variable.multi(True).include_all(True).all_value(".*").current(everything)

    variables = [
        dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus"),
        query("job", "Job", f"label_values({board.known_by}, job)"),
        all_of(query("instance", "Instance", "label_values(" + board.known_by + '{job="$job"}, instance)')),
    ]
    if board.by_site:
        variables.append(all_of(query("site", "Site", 'label_values(rawi_site_pages_total{job="$job"}, site)')))
    return variables


def _panel(panel: Panel) -> Any:
    built = BUILDERS[panel.kind]()
    built = built.title(panel.title).description(panel.description).unit(panel.unit).datasource(SOURCE)
    built = built.span(panel.width).height(HEIGHT.get(panel.kind, 8))
    instant = panel.kind in ("bars", "table")
    for number, query in enumerate(panel.queries):
        target = prometheus.Dataquery().expr(query.expr).legend_format(query.legend).ref_id(chr(ord("A") + number))
        target = target.instant() if instant else target.range()
        if panel.kind in ("heatmap", "table"):
            target = target.format("heatmap" if panel.kind == "heatmap" else "table")
        built = built.with_target(target)
    return _STYLES[panel.kind](built, panel)


def _time(built: Any, panel: Panel) -> Any:
    legend = common.VizLegendOptions().display_mode(shapes.LegendDisplayMode.LIST).placement(shapes.LegendPlacement.BOTTOM)
    tooltip = common.VizTooltipOptions().mode(shapes.TooltipDisplayMode.MULTI)
    built = built.legend(legend.show_legend(True)).tooltip(tooltip).min(0).line_width(1).fill_opacity(10)
    built = built.show_points(shapes.VisibilityMode.NEVER)
    return built.decimals(2) if panel.unit == SECONDS else built


def _stacked(built: Any, panel: Panel) -> Any:
    return _time(built, panel).stacking(common.StackingConfig().mode(shapes.StackingMode.NORMAL)).fill_opacity(60)


def _stat(built: Any, panel: Panel) -> Any:
    good, bad = "green", "red"
    steps = [models.Threshold(value=None, color=good)]
    if panel.bad_above is not None:
        steps.append(models.Threshold(value=panel.bad_above, color=bad))
    if panel.bad_below is not None:
        steps = [models.Threshold(value=None, color=bad), models.Threshold(value=panel.bad_below, color=good)]
    thresholds = dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)
    return built.reduce_options(_last()).thresholds(thresholds).graph_mode(shapes.BigValueGraphMode.AREA)


def _plain(built: Any, panel: Panel) -> Any:
    return built


def _last() -> Any:
    return common.ReduceDataOptions().calcs(["lastNotNull"])


def _bars(built: Any, panel: Panel) -> Any:
    return built.reduce_options(_last()).orientation(shapes.VizOrientation.HORIZONTAL).min(0).max(1)


def _heatmap(built: Any, panel: Panel) -> Any:
    return built.color(heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Blues"))


_STYLES = {"time": _time, "stacked": _stacked, "stat": _stat, "bars": _bars, "heatmap": _heatmap, "table": _plain}
