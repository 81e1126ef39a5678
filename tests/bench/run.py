"""The passes of a run, in an order that shares the machine's moods fairly, and what they come to."""

import contextlib
import os
import platform
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version

from tests.bench import cpu, pages, report
from tests.bench.report import Measure, Result, measure
from tests.bench.single import JUDGE, KINDS, Pass, Single, Whole
from tests.bench.through_kafka import KafkaPass, open_bench
from tests.bench.traffic import Traffic
from workers.local.kafka import KAFKA_VERSION

_WARM_UP_ROUND = 0
_QUIET_LOAD = 0.5  # processes that want a core, of the last minute
_PACKAGES = ("trafilatura", "htmldate", "lxml", "kafka-python", "msgspec", "zstandard")
Say = Callable[[str], None]


def run(source: str, limit: int | None, rounds: int, command: str, say: Say) -> Result:
    """Measure: a warm-up round, then `rounds` in which every kind of work passes over all pages, one after the other on one core.

    Raises ToolError, LocalServerError and BenchFailed, each with a message for the user.
    """
    loaded = pages.load(source, limit)
    core, other_core = cpu.choose_cores()
    notes = [] if core != other_core else ["one core only: broker and worker shared it"]
    if source == pages.SAMPLES:
        notes.append("the bars are for real pages (5 times as dear as these samples): name some with --pages")
    if os.getloadavg()[0] > _QUIET_LOAD:
        notes.append(f"the machine was not quiet: load {os.getloadavg()[0]:.1f} at the start")
    with _on_core(other_core), contextlib.ExitStack() as stack:
        singles = {kind: stack.enter_context(Single(kind, source, limit, core)) for kind in KINDS}
        kafka = stack.enter_context(open_bench(loaded, core, say))
        alone: dict[Whole, list[Pass]] = {kind: [] for kind in KINDS}
        after: list[Pass] = []  # the line again, behind Kafka: the two passes around it share whatever else the machine does
        fed: list[KafkaPass] = []
        again: list[KafkaPass] = []
        second = stack.enter_context(Single("line", source, limit, other_core))
        model = stack.enter_context(Single("block_model", source, limit, core))
        judged: list[Pass] = []
        speedups: list[float] = []
        for round_ in range(_WARM_UP_ROUND, rounds + 1):
            say(f"round {round_} of {rounds}" + (" (warm-up)" if round_ == _WARM_UP_ROUND else ""))
            for kind, single in singles.items():
                alone[kind].append(single.run(round_))
            judged.append(model.run(round_))
            fed.append(kafka.run(round_))
            after.append(singles["line"].run(round_))
            again.append(kafka.run(round_))
            speedups.append(_speedup(singles["line"], second, after[-1], round_))
        idle, memory = kafka.idle_cpu_share(), kafka.rss_bytes()
    count, size_mb = len(loaded), sum(len(page.value) for page in loaded) / 1e6
    line, fed_outcomes, again_outcomes = alone["line"][-1].outcomes, fed[-1].outcomes, again[-1].outcomes
    if fed_outcomes != line:
        notes.append("the line and the worker came to different outcomes: the ratio compares unlike work")
    if set(again_outcomes) != {"unchanged"}:
        notes.append("not every page of the re-crawl was unchanged")
    measures = _alone(alone, count, size_mb) | _through_kafka(fed, again, count) | _traffic(fed, again, count)
    measures |= _ratios(fed, again, alone, after)
    return Result(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        command=command,
        machine={"cpu": _cpu_name(), "cores": str(os.cpu_count()), "measured on core": str(core), "broker on core": str(other_core)},
        versions={"python": platform.python_version(), "Kafka": KAFKA_VERSION} | {name: version(name) for name in _PACKAGES},
        pages={"source": _named(source), "count": count, "megabytes": round(size_mb), "rounds": rounds},
        measures=measures
        | {
            "block_model_cpu_ms_per_page": measure(done.stage_ms[JUDGE] / done.outcomes["judged"] for done in judged[1:]),
            "line_two_processes_speedup": measure(speedups[1:]),
            "worker_idle_cpu_ms_per_s": measure([idle * 1000]),
            "worker_rss_mb": measure([memory[0] / 1e6]),
            "child_rss_mb": measure([memory[1] / 1e6]),
        },
        stage_share=report.shares(done.stage_ms for done in alone["line"][1:]),
        outcomes={"line": line, "through kafka": fed_outcomes, "the same again": again_outcomes},
        notes=notes,
    )


def _speedup(first: Single, second: Single, alone: Pass, round_: int) -> float:
    """Pages a second of CPU of two processes at a time, on a core each, over those of one just before: 2 where nothing is shared."""
    for single in (first, second):
        single.begin(round_)
    return sum(alone.cpu_s / single.finish().cpu_s for single in (first, second))


def _alone(alone: dict[Whole, list[Pass]], count: int, size_mb: float) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for kind, passes in alone.items():
        found[f"{kind}_pages_per_cpu_s"] = measure(count / done.cpu_s for done in passes[1:])
        found[f"{kind}_cpu_ms_per_page"] = measure(done.cpu_s * 1000 / count for done in passes[1:])
    line = alone["line"]
    page_ms = [ms for done in line[1:] for ms in done.page_cpu_ms]
    return found | {
        "line_first_pass_cpu_ms_per_page": measure([line[0].cpu_s * 1000 / count]),
        "line_page_p50_cpu_ms": measure([report.percentile(page_ms, 50)]),
        "line_page_p99_cpu_ms": measure([report.percentile(page_ms, 99)]),
        "line_mb_per_cpu_s": measure(size_mb / done.cpu_s for done in line[1:]),
        "line_peak_rss_mb": measure([line[-1].peak_rss_bytes / 1e6]),
    }


def _through_kafka(fed: list[KafkaPass], again: list[KafkaPass], count: int) -> dict[str, Measure]:
    def ms(passes: list[KafkaPass], part: Callable[[KafkaPass], float]) -> Measure:
        return measure(part(done) * 1000 / count for done in passes[1:])

    total_s = [done.cpu.total_s for done in fed[1:]]
    return {
        "kafka_pages_per_cpu_s": measure(count / spent_s for spent_s in total_s),
        "kafka_pages_per_s_wall": measure(count / done.wall_s for done in fed[1:]),
        "kafka_cpu_ms_per_page": ms(fed, lambda done: done.cpu.total_s),
        "kafka_extraction_cpu_ms_per_page": ms(fed, lambda done: done.extraction_cpu_s),
        "kafka_children_cpu_ms_per_page": ms(fed, lambda done: done.cpu.children_s),
        "kafka_worker_loop_cpu_ms_per_page": ms(fed, lambda done: done.cpu.loop_s),
        "kafka_worker_threads_cpu_ms_per_page": ms(fed, lambda done: done.cpu.threads_s),
        "kafka_broker_and_store_cpu_ms_per_page": ms(fed, lambda done: done.broker_cpu_s),
        "unchanged_cpu_ms_per_page": ms(again, lambda done: done.cpu.total_s),
        "unchanged_worker_cpu_ms_per_page": ms(again, lambda done: done.cpu.parent_s),
        "unchanged_pages_per_s_wall": measure(count / done.wall_s for done in again[1:]),
    }


def _traffic(fed: list[KafkaPass], again: list[KafkaPass], count: int) -> dict[str, Measure]:
    def each(passes: list[KafkaPass], part: Callable[[Traffic], float]) -> Measure:
        return measure(part(done.traffic) / count for done in passes[1:])

    return {
        "kafka_input_kb_per_page": each(fed, lambda found: found.input_bytes / 1000),
        "kafka_articles_kb_per_page": each(fed, lambda found: found.articles_bytes / 1000),
        "kafka_outcomes_kb_per_page": each(fed, lambda found: found.outcomes_bytes / 1000),
        "store_commands_per_page": each(fed, lambda found: found.store_commands),
        "store_kb_per_page": each(fed, lambda found: found.store_bytes / 1000),
        "store_memory_bytes_per_page": each(fed, lambda found: found.store_memory_bytes),
        "unchanged_outcomes_kb_per_page": each(again, lambda found: found.outcomes_bytes / 1000),
        "unchanged_store_commands_per_page": each(again, lambda found: found.store_commands),
    }


def _ratios(fed: list[KafkaPass], again: list[KafkaPass], alone: dict[Whole, list[Pass]], after: list[Pass]) -> dict[str, Measure]:
    total_s = [done.cpu.total_s for done in fed[1:]]
    around = list(zip(alone["line"][1:], after[1:], strict=True))
    around_s = [(before.cpu_s + behind.cpu_s) / 2 for before, behind in around]
    around_wall_s = [(before.wall_s + behind.wall_s) / 2 for before, behind in around]
    spent_s = {kind: [done.cpu_s for done in passes[1:]] for kind, passes in alone.items()}
    metadata_s = spent_s["trafilatura_metadata"]
    return {
        "trafilatura_metadata_to_line_cpu_ratio": report.paired_ratio(metadata_s, spent_s["line"]),
        "trafilatura_to_line_cpu_ratio": report.paired_ratio(spent_s["trafilatura"], spent_s["line"]),
        "line_to_lxml_cpu_ratio": report.paired_ratio(spent_s["line"], spent_s["lxml"]),
        "kafka_to_extraction_cpu_ratio": report.paired_ratio(total_s, [done.extraction_cpu_s for done in fed[1:]]),
        "kafka_to_line_cpu_ratio": report.paired_ratio(total_s, around_s),
        "kafka_to_line_wall_ratio": report.paired_ratio([done.wall_s for done in fed[1:]], around_wall_s),
        "kafka_worker_to_children_cpu_ratio": report.paired_ratio(
            [done.cpu.parent_s for done in fed[1:]], [done.cpu.children_s for done in fed[1:]]
        ),
        "kafka_to_trafilatura_metadata_cpu_ratio": report.paired_ratio(total_s, metadata_s),
        "unchanged_to_new_cpu_ratio": report.paired_ratio([done.cpu.total_s for done in again[1:]], total_s),
    }


@contextlib.contextmanager
def _on_core(core: int) -> Iterator[None]:
    """Keep this process, and the servers it starts, on a core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _cpu_name() -> str:
    lines = (cpu.PROC / "cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _named(source: str) -> str:
    """The source without this machine's folders."""
    return "shared/bench_pages.jsonl (real pages)" if source == str(pages.REAL_PAGES) else source
