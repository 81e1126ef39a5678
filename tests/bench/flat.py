"""`python -m tests.bench.flat --pages 200000`: whether a page costs and a process holds after many pages what it did after few.

The old process and a fresh one of so few pages take turns at the end: a machine is not the same after an hour.
"""

import argparse
import statistics
import sys
from pathlib import Path

from tests.bench import cpu, pages
from tests.bench.single import Pass, Single

PAGES = 5_000
STEPS = 10  # lines that are printed
FEW_PAGES = 1_000
TURNS = 5  # of either process at the end


def main() -> int:
    """Run the line over the pages again and again in one process, print cost and memory as they go; 2 without pages."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.flat", description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES, help="how many in all (default: %(default)s)")
    parser.add_argument("--source", type=Path, help="a manifest, folder or file (default: as make bench)")
    args = parser.parse_args()
    source = pages.where_from(args.source)
    count = len(pages.load(source, None))
    if not count:
        print(f"no pages in {source}", file=sys.stderr)
        return 2
    core, _ = cpu.choose_cores()
    many, few = -(-args.pages // count), -(-FEW_PAGES // count)
    every = max(1, many // STEPS)
    with Single("line", source, None, core) as old, Single("line", source, None, core) as fresh:
        for round_ in range(many):
            done = old.run(round_)
            if round_ % every == 0:
                print(_row((round_ + 1) * count, count, done), flush=True)
        for round_ in range(few):
            fresh.run(round_)
        turns = [(old.run(many + turn), fresh.run(few + turn)) for turn in range(TURNS)]
    costs = [after.cpu_s / before.cpu_s for after, before in turns]
    memory = turns[-1][0].peak_rss_bytes / turns[-1][1].peak_rss_bytes
    print(
        f"{many * count:,} pages over {few * count:,}: cost {statistics.median(costs):.3f} ({min(costs):.3f} to {max(costs):.3f}), "
        f"peak memory {memory:.3f}"
    )
    return 0


def _row(done: int, count: int, cost: Pass) -> str:
    return f"{done:>9,} pages  {cost.cpu_s * 1000 / count:7.2f} ms CPU a page  {cost.peak_rss_bytes / 1e6:7.1f} MB at most"


if __name__ == "__main__":
    sys.exit(main())
