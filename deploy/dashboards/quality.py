"""Quality: what is in the articles, and what was cut from them."""

from deploy.dashboards.model import BYTES, PER_SECOND, RATIO, SHORT, Board, Panel, Query, Row, quantile, rate

_PUBLISHED, _UNKNOWN = 'outcome="published"', 'dedupe="unknown"'
_BY_MARKUP = f"on (markup) group_left {rate('rawi_articles_by_markup_total', 'markup')}"


def _filled(field: str) -> Panel:
    selected = f'field="{field}"'
    return Panel(
        f"{field} by kind of page",
        f"Share of articles with {field}, by the best source of the page: JSON-LD, meta elements, neither.",
        RATIO,
        "time",
        (Query(f"{rate('rawi_article_fields_total', 'markup', selected)} / {_BY_MARKUP}", "{{markup}}"),),
        width=8,
    )


QUALITY = Board(
    "rawi-quality",
    "Rawi quality",
    "What the articles hold, how far they can be trusted, and what was cut from them.",
    (
        Row(
            "Fields",
            (
                Panel(
                    "Fields filled",
                    "Share of the articles published in the range that have the field.",
                    RATIO,
                    "bars",
                    (
                        Query(
                            'sum by (field) (increase(rawi_article_fields_total{job="$job",instance=~"$instance"}[$__range])) '
                            "/ on () group_left "
                            'sum(increase(rawi_articles_total{job="$job",instance=~"$instance"}[$__range]))',
                            "{{field}}",
                        ),
                    ),
                    width=24,
                ),
                *(_filled(field) for field in ("headline", "datePublished", "authors", "publisher", "inLanguage", "mainImage")),
                Panel(
                    "Kinds of pages",
                    "Articles by the best source any of their fields came from.",
                    PER_SECOND,
                    "stacked",
                    (Query(rate("rawi_articles_by_markup_total", "markup"), "{{markup}}"),),
                ),
                Panel(
                    "Articles by page",
                    "Articles for each page published; above 1 when pages hold several.",
                    SHORT,
                    "time",
                    (Query(f"{rate('rawi_articles_total')} / {rate('rawi_pages_total', more=_PUBLISHED)}", "articles"),),
                ),
            ),
        ),
        Row(
            "Trust",
            (
                Panel(
                    "Quality score",
                    "How the scores of the articles published are spread, 0 to 1.",
                    SHORT,
                    "heatmap",
                    (Query(rate("rawi_article_quality_ratio_bucket", "le"), "{{le}}"),),
                ),
                Panel(
                    "Quality score, quantiles",
                    "Half, a tenth and a hundredth of the articles have a lower score.",
                    RATIO,
                    "time",
                    tuple(Query(quantile(q, "rawi_article_quality_ratio"), f"p{q * 100:g}") for q in (0.5, 0.1, 0.01)),
                ),
                Panel(
                    "Languages",
                    "Share of the articles published in the range, by language.",
                    RATIO,
                    "bars",
                    (
                        Query(
                            'sum by (language) (increase(rawi_article_languages_total{job="$job",instance=~"$instance"}[$__range])) '
                            "/ on () group_left "
                            'sum(increase(rawi_articles_total{job="$job",instance=~"$instance"}[$__range])) > 0',
                            "{{language}}",
                        ),
                    ),
                ),
                Panel(
                    "Not compared",
                    "Share of articles published while the store could not be asked: their sameness is unknown.",
                    RATIO,
                    "time",
                    (
                        Query(
                            f"{rate('rawi_article_dedupe_total', more=_UNKNOWN)} / {rate('rawi_article_dedupe_total')}",
                            "unknown",
                        ),
                    ),
                ),
            ),
        ),
        Row(
            "Sameness",
            (
                Panel(
                    "Duplicates",
                    "Articles that repeat an earlier one, by kind.",
                    PER_SECOND,
                    "stacked",
                    (Query(rate("rawi_duplicates_total", "kind"), "{{kind}}"),),
                ),
                Panel(
                    "Revisions",
                    "Articles whose text changed since they were last published.",
                    PER_SECOND,
                    "time",
                    (Query(rate("rawi_revisions_total"), "revisions"),),
                ),
            ),
        ),
        Row(
            "Cut",
            (
                Panel(
                    "Pieces cut, by class",
                    "Pieces cut from the bodies of published articles, for each article.",
                    SHORT,
                    "stacked",
                    (
                        Query(
                            f"{rate('rawi_removed_segments_total', 'class')} / on () group_left {rate('rawi_articles_total')} > 0",
                            "{{class}}",
                        ),
                    ),
                ),
                Panel(
                    "Size of an article",
                    "Mean bytes of an article's record.",
                    BYTES,
                    "time",
                    (Query(f"{rate('rawi_article_bytes_total')} / {rate('rawi_articles_total')}", "record"),),
                ),
                Panel(
                    "Shares of outcomes",
                    "What becomes of pages. A change here with no change of the crawl is a change of quality.",
                    RATIO,
                    "stacked",
                    (Query(f"{rate('rawi_pages_total', 'outcome')} / on () group_left {rate('rawi_pages_total')}", "{{outcome}}"),),
                ),
                Panel(
                    "Withdrawn",
                    "Tombstones written because a page is gone.",
                    PER_SECOND,
                    "time",
                    (Query(rate("rawi_tombstones_total"), "tombstones"),),
                ),
            ),
        ),
    ),
)
