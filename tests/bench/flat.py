"""`python -m tests.bench.flat --pages 200000`: whether a page costs and a process holds after many pages what it did after few."""

import argparse
import sys
from pathlib import Path

from tests.bench import cpu, pages
from tests.bench.single import Pass, Single

PAGES = 5_000
STEPS = 10  # lines that are printed
WARM_UP_PAGES = 1_000


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
    passes: list[Pass] = []
    with Single("line", source, None, core) as line:
        every = max(1, args.pages // count // STEPS)
        for round_ in range(max(-(-args.pages // count), WARM_UP_PAGES // count + 2)):
            passes.append(line.run(round_))
            if round_ % every == 0:
                print(_row((round_ + 1) * count, count, passes[-1]), flush=True)
    first, last = passes[WARM_UP_PAGES // count], passes[-1]
    print(
        f"the last pass over that after {WARM_UP_PAGES:,} pages: cost {last.cpu_s / first.cpu_s:.3f}, "
        f"peak memory {last.peak_rss_bytes / first.peak_rss_bytes:.3f}"
    )
    return 0


def _row(done: int, count: int, cost: Pass) -> str:
    return f"{done:>9,} pages  {cost.cpu_s * 1000 / count:7.2f} ms CPU a page  {cost.peak_rss_bytes / 1e6:7.1f} MB at most"


if __name__ == "__main__":
    sys.exit(main())
