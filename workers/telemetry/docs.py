"""Makes `docs/metrics.md` from the metrics: `python -m workers.telemetry.docs [FOLDER]`. A test compares."""

import sys
from pathlib import Path

from prometheus_client import CollectorRegistry

from schemas.reasons import OutcomeKind
from workers.pipeline.facts import FIELDS, MARKUPS
from workers.telemetry import metrics, story_metrics

_HEAD = """\
# Metrics

Made from `workers/telemetry/metrics.py` by `python -m workers.telemetry.docs`; do not edit.

Served at `/metrics` on `RAWI_HTTP_ADDR` (default `127.0.0.1:9108`), as Prometheus text or OpenMetrics. Besides: `process_*` (the
worker's own CPU, memory and file handles, without the pool's processes) and `python_gc_*`. Every series exists from the start, at 0.
Nothing has a label per URL or partition (`rawi lag` shows partitions). `site` is bounded by `RAWI_TOP_SITES` and `other`; at 0, the
default, the metrics of sites have no series at all. A site that loses its label to a busier one ends its series.

| metric | type | labels | what |
|---|---|---|---|
"""

_STORIES_HEAD = """
## The story worker's

Made from `workers/telemetry/story_metrics.py`; served on `RAWI_STORIES_HTTP_ADDR` (default `127.0.0.1:9109`), with the process's own.

| metric | type | labels | what |
|---|---|---|---|
"""


def metrics_md() -> str:
    """Return the text of docs/metrics.md."""
    families = metrics.Metrics(CollectorRegistry()).families
    rows = [f"| `{f.name}` | {f.type} | {' '.join(f'`{label}`' for label in f.labels)} | {f.help} |\n" for f in families]
    told = [f"| `{f.name}` | {f.type} | {' '.join(f'`{label}`' for label in f.labels)} | {f.help} |\n" for f in _story_families()]
    return _HEAD + "".join(rows) + _STORIES_HEAD + "".join(told) + "\n" + "\n".join(_closed_sets()) + "\n"


def _story_families() -> list[metrics.Family]:
    return story_metrics.StoryMetrics(CollectorRegistry()).families


def write(folder: Path) -> None:
    """Write the file below `folder`, the root of the repository."""
    (folder / "docs").mkdir(exist_ok=True)
    (folder / "docs" / "metrics.md").write_text(metrics_md(), encoding="utf-8")


def _closed_sets() -> list[str]:
    lines = ["## Labels", "", "| `outcome` | `reason` |", "|---|---|"]
    lines += [
        f"| `{outcome}` | {_words(reasons) if outcome != OutcomeKind.PUBLISHED else 'empty'} |"
        for outcome, reasons in metrics.REASONS.items()
    ]
    lines += ["", "| metric | label | values |", "|---|---|---|"]
    lines += [
        f"| `rawi_stage_duration_seconds` | `stage` | {_words(metrics.STAGES)} |",
        f"| `rawi_article_fields_total` | `field` | {_words(FIELDS)} |",
        f"| `rawi_article_fields_total`, `rawi_articles_by_markup_total` | `markup` | {_words(MARKUPS)} |",
        f"| `rawi_article_languages_total` | `language` | {_words(metrics.LANGUAGES)} |",
        f"| `rawi_article_dedupe_total` | `dedupe` | {_words(metrics.DEDUPE)} |",
        f"| `rawi_removed_segments_total` | `class` | {_words(metrics.SEGMENT_CLASSES)} |",
        f"| `rawi_site_pages_total` | `outcome` | {_words(tuple(metrics.REASONS))} |",
        f"| `rawi_site_article_fields_total` | `field` | {_words(metrics.SITE_FIELDS)} |",
        f"| `rawi_pool_restarts_total` | `cause` | {_words(metrics.RESTART_CAUSES)} |",
        f"| `rawi_store_requests_total` | `result` | {_words(metrics.STORE_RESULTS)} |",
        f"| `rawi_transactions_total` | `result` | {_words(metrics.TRANSACTION_RESULTS)} |",
        f"| `rawi_stories_articles_total` | `verdict` | {_words(story_metrics.VERDICTS)} |",
        f"| `rawi_stories_records_total` | `kind` | {_words(story_metrics.RECORD_KINDS)} |",
    ]
    return lines


def _words(values: object) -> str:
    assert isinstance(values, tuple)
    return " ".join(f"`{value}`" for value in values)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
