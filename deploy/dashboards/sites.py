"""Sites: the busiest ones, where RAWI_TOP_SITES asks for them."""

from deploy.dashboards.model import PER_SECOND, RATIO, Board, Panel, Query, Row, rate

_SITE = 'site=~"$site"'
_PUBLISHED = f'{_SITE},outcome="published"'
_ARTICLES = rate("rawi_site_articles_total", "site", _SITE)


def _share(field: str) -> Panel:
    more = f'{_SITE},field="{field}"'
    return Panel(
        f"{field} by site",
        f"Share of a site's articles that have {field}. A fall at one site is a change of its markup.",
        RATIO,
        "time",
        (Query(f"{rate('rawi_site_article_fields_total', 'site', more)} / {_ARTICLES}", "{{site}}"),),
    )


SITES = Board(
    "rawi-sites",
    "Rawi sites",
    "The busiest sites one by one. Empty unless the workers run with RAWI_TOP_SITES above 0.",
    (
        Row(
            "Pages",
            (
                Panel(
                    "Pages by site",
                    "Pages of the busiest sites; the rest is other.",
                    PER_SECOND,
                    "stacked",
                    (Query(rate("rawi_site_pages_total", "site", _SITE), "{{site}}"),),
                ),
                Panel(
                    "Outcomes",
                    "What became of the pages of the sites chosen.",
                    PER_SECOND,
                    "stacked",
                    (Query(rate("rawi_site_pages_total", "outcome", _SITE), "{{outcome}}"),),
                ),
                Panel(
                    "Published share",
                    "Share of a site's pages that became articles.",
                    RATIO,
                    "time",
                    (
                        Query(
                            f"{rate('rawi_site_pages_total', 'site', _PUBLISHED)} / {rate('rawi_site_pages_total', 'site', _SITE)}",
                            "{{site}}",
                        ),
                    ),
                ),
                Panel("Articles by site", "Articles published.", PER_SECOND, "stacked", (Query(_ARTICLES, "{{site}}"),)),
            ),
        ),
        Row(
            "Quality",
            (
                Panel(
                    "Quality by site",
                    "Mean quality score of a site's articles.",
                    RATIO,
                    "time",
                    (Query(f"{rate('rawi_site_quality_score_total', 'site', _SITE)} / {_ARTICLES}", "{{site}}"),),
                    width=24,
                ),
                *(_share(field) for field in ("headline", "datePublished", "authors", "mainImage")),
            ),
        ),
    ),
    by_site=True,
)
