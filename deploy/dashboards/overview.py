"""Overview: is all well, at one look."""

from deploy.dashboards.model import PER_SECOND, RATIO, SECONDS, SHORT, Board, Panel, Query, Row, gauge, quantile, rate

_LATENCY = "rawi_end_to_end_latency_seconds"
_IN_TIME = 'le="30.0"'
_DEAD, _FILTERED = 'outcome="dead_lettered"', 'outcome="filtered"'

OVERVIEW = Board(
    "rawi-overview",
    "Rawi overview",
    "Is it keeping up, is it right, is it healthy: one look.",
    (
        Row(
            "Now",
            (
                Panel(
                    "Pages",
                    "Pages whose outcome was committed, of every kind.",
                    PER_SECOND,
                    "stat",
                    (Query(rate("rawi_pages_total")),),
                    width=4,
                ),
                Panel("Articles", "Articles published.", PER_SECOND, "stat", (Query(rate("rawi_articles_total")),), width=4),
                Panel(
                    "Within 30 s",
                    "Share of pages committed within 30 s of their record's timestamp; the objective is 99 %.",
                    RATIO,
                    "stat",
                    (Query(f"{rate(f'{_LATENCY}_bucket', more=_IN_TIME)} / {rate(f'{_LATENCY}_count')}"),),
                    width=4,
                    bad_below=0.99,
                ),
                Panel(
                    "Waiting",
                    "Records of the input topic that are not yet committed.",
                    SHORT,
                    "stat",
                    (Query(gauge("rawi_consumer_lag_records")),),
                    width=4,
                ),
                Panel(
                    "Dead-lettered",
                    "Share of pages that could not be processed.",
                    RATIO,
                    "stat",
                    (Query(f"{rate('rawi_pages_total', more=_DEAD)} / {rate('rawi_pages_total')}"),),
                    width=4,
                    bad_above=0.05,
                ),
                Panel("Workers", "Workers that answer.", SHORT, "stat", (Query('sum(up{job="$job",instance=~"$instance"})'),), width=4),
            ),
        ),
        Row(
            "Keeping up",
            (
                Panel(
                    "Pages by outcome",
                    "Each record of the input topic is counted once, when its outcome is committed.",
                    PER_SECOND,
                    "stacked",
                    (Query(rate("rawi_pages_total", "outcome"), "{{outcome}}"),),
                ),
                Panel(
                    "End-to-end latency",
                    "From a record's timestamp to the commit of its outcome. Feeding an archive counts as late.",
                    SECONDS,
                    "time",
                    tuple(Query(quantile(q, _LATENCY), f"p{q * 100:g}") for q in (0.5, 0.95, 0.99)),
                ),
                Panel(
                    "Lag",
                    "Records waiting, and in the partition that has most.",
                    SHORT,
                    "time",
                    (
                        Query(gauge("rawi_consumer_lag_records"), "all"),
                        Query('max(rawi_consumer_lag_max_records{job="$job",instance=~"$instance"})', "fullest partition"),
                    ),
                ),
                Panel(
                    "CPU by page",
                    "CPU time of the workers and their pools for each page.",
                    SECONDS,
                    "time",
                    (
                        Query(f"{rate('rawi_page_cpu_seconds_total')} / {rate('rawi_pages_total')}", "pool"),
                        Query(f"{rate('process_cpu_seconds_total')} / {rate('rawi_pages_total')}", "worker"),
                    ),
                ),
            ),
        ),
        Row(
            "Right",
            (
                Panel(
                    "Filtered by reason",
                    "Pages that are no articles.",
                    PER_SECOND,
                    "stacked",
                    (Query(f"{rate('rawi_pages_total', 'reason', _FILTERED)} > 0", "{{reason}}"),),
                ),
                Panel(
                    "Dead letters by reason",
                    "Pages that could not be processed; rawi dlq ls shows them.",
                    PER_SECOND,
                    "stacked",
                    (Query(rate("rawi_pages_total", "reason", _DEAD), "{{reason}}"),),
                ),
                Panel(
                    "Languages",
                    "Articles published, by language.",
                    PER_SECOND,
                    "stacked",
                    (Query(f"{rate('rawi_article_languages_total', 'language')} > 0", "{{language}}"),),
                ),
                Panel(
                    "Quality",
                    "Quality score of the articles published: the mean, and the worst tenth.",
                    RATIO,
                    "time",
                    (
                        Query(f"{rate('rawi_article_quality_ratio_sum')} / {rate('rawi_article_quality_ratio_count')}", "mean"),
                        Query(quantile(0.1, "rawi_article_quality_ratio"), "p10"),
                    ),
                ),
            ),
        ),
    ),
)
