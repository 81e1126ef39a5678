"""`rawi feed`: pages from files into a topic."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workers.tools.feed import FeedReport, PageRecord

_SHOWN_PROBLEMS = 10


class Key(StrEnum):
    """What the key of a page's record is."""

    URL = "url"
    HOST = "host"
    NONE = "none"


def feed(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders (read with their subfolders).", metavar="PATH...", show_default=False)
    ] = None,
    topic: Annotated[str | None, typer.Option(help="Topic to feed.", show_default="RAWI_INPUT_TOPIC")] = None,
    url: Annotated[str | None, typer.Option(help="URL of the page, when PATH is one file of one page.")] = None,
    url_prefix: Annotated[
        str | None, typer.Option(help="URL of a file without one: this and its path within the folder.", metavar="URL")
    ] = None,
    content_type: Annotated[str | None, typer.Option(help="Instead of the one the file's name says.", metavar="TYPE")] = None,
    key: Annotated[Key, typer.Option(help="Key of the records. Pages of a key stay in order.")] = Key.URL,
    rate: Annotated[float | None, typer.Option(help="At most so many pages a second.", min=0.01)] = None,
    limit: Annotated[int | None, typer.Option("--limit", "-n", help="At most so many pages.", min=1)] = None,
    samples: Annotated[
        int | None, typer.Option(help="Instead of PATH: the demo's sample pages, so many times; 0: for ever.", metavar="TIMES", min=0)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one line of JSON.")] = False,
) -> None:
    """Feed pages from files into the input topic.

    Takes .html, .xhtml, .txt, .json (an envelope), .warc, and .jsonl (lines of a manifest, {"id", "path", "url"}, or envelopes), each
    also with .gz; a folder with a manifest.jsonl is read by it. Every page becomes one record; a WARC gives one for each response.
    Pages that cannot be fed are listed on stderr, the others go on.

    Example: rawi feed crawl-2026-03.warc.gz

    Example: rawi feed saved/ --url-prefix https://news.example/

    Example: rawi feed --samples 0 --rate 5

    Exit codes: 0 all fed, 1 some could not be, 2 a URL is missing, 66 no such file or topic, 69 no broker, 77 not permitted.
    """
    from workers.demo.feeding import sample_editions
    from workers.settings import kafka_client_config, load_settings
    from workers.tools.errors import Exit, ToolError, clean_exit
    from workers.tools.feed import FeedReport, KeyBy
    from workers.tools.feed import feed as feed_pages
    from workers.tools.page_files import iter_pages
    from workers.tools.terminal import progress

    with clean_exit():
        settings = load_settings()
        report = FeedReport(topic or settings.topics.input)
        if bool(paths) == (samples is not None):
            raise ToolError("name files to feed, or --samples; not both", Exit.USAGE)
        pages: Iterator[PageRecord]
        if samples is not None:
            pages = sample_editions(samples or None)
        else:
            pages = iter_pages(paths or [], url=url, url_prefix=url_prefix, content_type=content_type, on_problem=report.add_problem)
        try:
            with progress("{task.completed:,} pages", "{task.fields[size]}", total=False) as bar:
                task = bar.add_task(f"feeding {report.topic}", total=None, size="")

                def show(done: FeedReport) -> None:
                    bar.update(task, completed=done.pages, size=_size(done.bytes))

                config = kafka_client_config(settings)
                feed_pages(config, report.topic, pages, report=report, key=KeyBy(key), rate=rate, limit=limit, on_sent=show)
        except BaseException:
            if report.pages or report.problems:  # what was fed before the end
                _tell(report, as_json)
            raise
        _tell(report, as_json)
        if report.problems or not report.pages:
            raise SystemExit(Exit.FAILED)


def _tell(report: "FeedReport", as_json: bool) -> None:
    from workers.tools.terminal import json_line, notes, safe_line

    for problem in report.problems[:_SHOWN_PROBLEMS]:
        notes().print(safe_line(f"not fed: {problem.origin}: {problem.message}"))
    if len(report.problems) > _SHOWN_PROBLEMS:
        notes().print(f"... and {len(report.problems) - _SHOWN_PROBLEMS} more")
    if as_json:
        typer.echo(json_line({"topic": report.topic, "pages": report.pages, "bytes": report.bytes, "errors": len(report.problems)}))
    else:
        typer.echo(f"fed {report.pages:,} pages, {_size(report.bytes)}, to {report.topic}; {len(report.problems):,} errors")


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB" if size_bytes >= 100_000 else f"{size_bytes:,} bytes"
