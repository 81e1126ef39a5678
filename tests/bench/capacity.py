"""`python -m tests.bench.capacity [--write]`: the worked examples of docs/capacity.md, from the figures of docs/benchmarks.md."""

import math
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN, END = "<!-- printed by python -m tests.bench.capacity -->\n", "<!-- end of it -->"
RATES = (1, 100, 10_000)  # pages a second
HEADROOM = 1.5  # for peaks, and to catch up after an outage
LOOP_SHARE = 0.7  # of a core, from which on a worker's own thread would keep its slots waiting
LEAST_WORKERS = 2  # so that one may end
DEFAULT_PARTITIONS, PARTITIONS_PER_WORKER = 12, 2
REPLICAS = 3
INPUT_DAYS, OUTCOMES_DAYS, SEEN_DAYS, ARTICLES_DAYS = 7, 30, 30, 365  # the retentions of schemas/topics.yaml, RAWI_SEEN_TTL_S; a year
_DAY_S = 86_400
_ROW = re.compile(r"^  (\w+) +([\d.]+)(?= |$)", re.MULTILINE)


def figures() -> dict[str, float]:
    """What the run in docs/benchmarks.md measured, by name."""
    return {name: float(value) for name, value in _ROW.findall((DOCS / "benchmarks.md").read_text("utf-8"))}


def slots_of_a_worker(found: Mapping[str, float]) -> int:
    """How many children one worker's own thread keeps busy."""
    return int(LOOP_SHARE * found["kafka_children_cpu_ms_per_page"] / found["kafka_worker_loop_cpu_ms_per_page"])


def example(rate: int, found: Mapping[str, float]) -> dict[str, str]:
    """What so many new pages a second take, by what it is."""
    cores = rate * found["kafka_cpu_ms_per_page"] / 1000 * HEADROOM
    slots = max(LEAST_WORKERS, math.ceil(cores))
    workers = max(LEAST_WORKERS, math.ceil(slots / slots_of_a_worker(found)))
    memory_mb = workers * found["worker_rss_mb"] + slots * found["child_rss_mb"]
    partitions = DEFAULT_PARTITIONS * math.ceil(max(1, PARTITIONS_PER_WORKER * workers / DEFAULT_PARTITIONS))
    kinds = [found[f"kafka_{kind}_kb_per_page"] * rate * 1000 for kind in ("input", "articles", "outcomes")]
    stored = [REPLICAS * bytes_ * _DAY_S * days for bytes_, days in zip(kinds, (INPUT_DAYS, ARTICLES_DAYS, OUTCOMES_DAYS), strict=True)]
    return {
        "cores at work, with headroom": f"{cores:,.2g}" if cores < 10 else f"{cores:,.0f}",
        "workers x slots": f"{workers} x {math.ceil(slots / workers)}",
        "memory of the workers, usual": _size(memory_mb * 1e6),
        "partitions of `raw.pages`": str(partitions),
        "to Kafka (pages, articles, outcomes), before replication": f"{_size(sum(kinds))}/s",
        f"disk of `raw.pages`, {INPUT_DAYS} days, {REPLICAS} replicas": _size(stored[0]),
        f"disk of `articles`, a year, {REPLICAS} replicas": _size(stored[1]),
        f"disk of `pages.outcomes`, {OUTCOMES_DAYS} days, {REPLICAS} replicas": _size(stored[2]),
        "cores of Kafka (one replica) and Redis": f"{rate * found['kafka_broker_and_store_cpu_ms_per_page'] / 1000:,.2g}",
        "commands to Redis, in pipelines": f"{rate * found['store_commands_per_page']:,.0f}/s",
        "traffic of Redis": f"{_size(rate * found['store_kb_per_page'] * 1000)}/s",
        f"memory of Redis for {SEEN_DAYS} days": _size(rate * _DAY_S * SEEN_DAYS * found["store_memory_bytes_per_page"]),
    }


def page_part(found: Mapping[str, float]) -> str:
    """The examples side by side, and the formula held against the run's own wall clock."""
    examples = [example(rate, found) for rate in RATES]
    rows = [(name, *(one[name] for one in examples)) for name in examples[0]]
    predicted, measured = 1000 / found["kafka_cpu_ms_per_page"], found["kafka_pages_per_s_wall"]
    return "\n".join(
        (
            *_table(("", *(f"{rate:,} page{'s' * (rate > 1)}/s" for rate in RATES)), rows),
            "",
            f"Against what was measured: by CPU, one slot takes {predicted:.1f} pages a second; through Kafka on one core it took "
            f"{measured:.1f} ({100 * measured / predicted - 100:+.0f} %). One worker's own thread is busy at "
            f"{1000 * LOOP_SHARE / found['kafka_worker_loop_cpu_ms_per_page']:.0f} pages a second: {slots_of_a_worker(found)} slots.",
        )
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return [f"| {' | '.join(line)} |" for line in lines]


def _size(bytes_: float) -> str:
    """Two figures and a unit."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if bytes_ < 999.5 or unit == "TB":
            return f"{float(f'{bytes_:.2g}'):,.10g} {unit}"
        bytes_ /= 1000
    raise AssertionError("no unit")


def main() -> int:
    part = page_part(figures())
    if "--write" not in sys.argv[1:]:
        print(part)
        return 0
    path = DOCS / "capacity.md"
    before, _, rest = path.read_text("utf-8").partition(BEGIN)
    path.write_text(f"{before}{BEGIN}{part}\n{END}{rest.partition(END)[2]}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
