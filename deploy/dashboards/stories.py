"""Stories: the story worker."""

from deploy.dashboards.model import OURS, PER_SECOND, SECONDS, SHORT, Board, Panel, Query, Row, gauge, quantile, rate

STORIES = Board(
    "rawi-stories",
    "Rawi stories",
    "What the story workers read, hold and write.",
    (
        Row(
            "Stories",
            (
                Panel(
                    "Articles read",
                    "Records of articles, by what became of them in the book.",
                    PER_SECOND,
                    "stacked",
                    (Query(rate("rawi_stories_articles_total", "verdict"), "{{verdict}}"),),
                ),
                Panel(
                    "Records written",
                    "Records on the stories' topic; a story is written again when a member comes.",
                    PER_SECOND,
                    "stacked",
                    (Query(rate("rawi_stories_records_total", "kind"), "{{kind}}"),),
                ),
                Panel(
                    "Held",
                    "Articles in the book, and stories that are published and not over.",
                    SHORT,
                    "time",
                    (Query(gauge("rawi_stories_articles_held"), "articles"), Query(gauge("rawi_stories_open"), "stories")),
                ),
                Panel(
                    "Not articles",
                    "Records on the articles' topic that could not be read; skipped.",
                    PER_SECOND,
                    "time",
                    (Query(rate("rawi_stories_invalid_records_total"), "invalid"),),
                ),
            ),
        ),
        Row(
            "Keeping up",
            (
                Panel(
                    "Lag",
                    "Records of articles waiting, by worker.",
                    SHORT,
                    "time",
                    (Query(gauge("rawi_stories_consumer_lag_records", "instance"), "{{instance}}"),),
                ),
                Panel(
                    "End-to-end latency",
                    "From the timestamp of an article's record to its story at the broker.",
                    SECONDS,
                    "time",
                    tuple(Query(quantile(q, "rawi_stories_end_to_end_latency_seconds"), f"p{q * 100:g}") for q in (0.5, 0.99)),
                ),
                Panel(
                    "Time of a batch",
                    "From a batch of articles to its stories and journal at the broker.",
                    SECONDS,
                    "time",
                    tuple(Query(quantile(q, "rawi_stories_batch_duration_seconds"), f"p{q * 100:g}") for q in (0.5, 0.99)),
                ),
                Panel(
                    "Since the last commit",
                    "Age of each worker's last commit. With lag it must stay small; without, it grows.",
                    SECONDS,
                    "time",
                    (Query(f"time() - rawi_stories_last_progress_timestamp_seconds{{{OURS}}}", "{{instance}}"),),
                ),
            ),
        ),
    ),
    known_by="rawi_stories_open",
)
