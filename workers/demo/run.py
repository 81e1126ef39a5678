"""The demo from start to end: servers, topics, worker, pages, outcomes, articles on the screen, and nothing left behind."""

import itertools
import statistics
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console

from schemas.records import Article, Outcome
from workers.demo import show
from workers.demo.feeding import feed_pages, sample_page, samples_by_offset
from workers.demo.follow import DemoFailed, Follower, Offset, read_articles
from workers.demo.place import Place, Say, open_place
from workers.demo.verify import find_mismatches
from workers.demo.worker import DemoWorker
from workers.samples import Sample, load_samples
from workers.tools.clients import open_consumer
from workers.tools.feed import FeedReport, PageRecord, iter_pages
from workers.tools.terminal import progress

KEEP_CHECK_S = 0.5  # how often a demo that is kept up looks whether its worker lives


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says. `paths` empty: the sample pages. `until`: kept up until it is set; None: not kept up."""

    paths: Sequence[Path] = ()
    url_prefix: str | None = None
    show: int = 30
    until: threading.Event | None = None


class Run(msgspec.Struct, frozen=True):
    """What became of the fed pages, and the seconds from the first page fed to the last outcome read."""

    outcomes: dict[Offset, Outcome]
    seconds: float


def run_demo(options: Options, out: Console, notes: Console) -> None:
    """Run it. Raises DemoFailed, LocalServerError, ToolError or ConfigError, each with a message for the user."""
    started_s = time.monotonic()

    def say(text: str) -> None:
        notes.print(f"[{time.monotonic() - started_s:5.1f} s] {text}")

    samples = [] if options.paths else list(load_samples())
    report = FeedReport("")
    rounds = _rounds(options, samples, report)
    with open_place(say) as place:
        report.topic = place.topics["input"]
        say("starting the worker")
        worker = DemoWorker(place)
        try:
            worker.wait_until_ready()
            run = _feed_and_follow(place, worker, rounds, report, say)
            _show_and_verify(out, place, run, samples, report, options.show)
            if options.until is not None:
                _keep(out, place, worker, options.until)
            say("stopping the worker")
            worker.stop()
        finally:
            worker.kill()
        say("removing the demo's topics, group and keys")
    say("done")


def _rounds(options: Options, samples: list[Sample], report: FeedReport) -> list[Iterable[PageRecord]]:
    """Return the pages in rounds: a round is fed when every page before it has its outcome."""
    if options.paths:
        return [iter_pages(options.paths, url_prefix=options.url_prefix, on_problem=report.add_problem)]
    by_round = itertools.groupby(sorted(samples, key=lambda s: s.round), key=lambda s: s.round)
    return [[sample_page(sample) for sample in samples] for _, samples in by_round]


def _feed_and_follow(place: Place, worker: DemoWorker, rounds: list[Iterable[PageRecord]], report: FeedReport, say: Say) -> Run:
    begun_s = time.monotonic()
    with open_consumer(place.config) as consumer:
        follower = Follower(consumer, place.topics["outcomes"], worker.check)
        for pages in rounds:
            say(f"feeding {place.topics['input']}" if not follower.outcomes else "feeding what was crawled again")
            with progress("{task.completed} pages", total=False) as bar:
                task = bar.add_task("feeding", total=None)
                fed = feed_pages(place, pages, report, lambda r, bar=bar, task=task: bar.update(task, completed=r.pages))  # type: ignore[misc]
            say(f"processing {len(fed) - len(follower.outcomes)} pages")
            with progress("{task.completed} of {task.total} pages") as bar:
                task = bar.add_task("processing", total=len(fed))
                follower.wait_for(fed, lambda done, bar=bar, task=task: bar.update(task, completed=done))  # type: ignore[misc]
    return Run(follower.outcomes, time.monotonic() - begun_s)


def _show_and_verify(out: Console, place: Place, run: Run, samples: list[Sample], report: FeedReport, limit: int) -> None:
    """Print everything there is to see; raises DemoFailed when a sample did not become what it should."""
    by_offset = samples_by_offset(place, samples) if samples else {}
    order = list(by_offset) or sorted(run.outcomes, key=lambda offset: (offset[1], offset[0]))
    articles = read_articles(place.config, place.topics["output"])
    ids = dict.fromkeys(i for offset in order for i in run.outcomes[offset].article_ids)
    show.show_articles(out, [articles[i] for i in ids if i in articles], limit)
    show.show_outcomes(out, run.outcomes.values())
    for problem in report.problems:
        out.print(f"not fed: {problem.origin}: {problem.message}")
    out.print(_summary(place, run, articles))
    mismatches = find_mismatches(((sample, run.outcomes[offset]) for offset, sample in by_offset.items()), articles)
    if mismatches:
        show.show_mismatches(out, mismatches)
        raise DemoFailed(f"{len(mismatches)} of {len(samples)} samples did not become what samples.yaml expects")
    if not run.outcomes:
        raise DemoFailed("no page was fed")


def _summary(place: Place, run: Run, articles: dict[str, Article]) -> str:
    pages = len(run.outcomes)
    page_ms = statistics.median([o.timings.total_ms for o in run.outcomes.values()] or [0.0])
    return (
        f"{pages} pages became {len(articles)} articles in {run.seconds:.1f} s, feeding and commits included "
        f"({pages / run.seconds:.0f} pages/s; median {page_ms:.0f} ms a page).\n"
        f"Every page has exactly one outcome. Metrics, while it runs: http://{place.http_address}/metrics"
    )


def _keep(out: Console, place: Place, worker: DemoWorker, until: threading.Event) -> None:
    """Say how to talk to what runs, and wait."""
    show.show_ways_in(out, place)
    while not until.wait(KEEP_CHECK_S):
        worker.check()
