"""`python -m tests.faults.backlog PAGES [--kb N]`: a backlog drains with flat memory. Pages of 2 KB by default."""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.broker.bench_worker import page
from tests.faults.rig import Rig
from workers.local.kafka import LocalKafka
from workers.local.valkey import LocalValkey

CHUNK = 5_000
MAX_GROWTH = 1.05  # from the second to fifth tenth of the time to the last five, of a worker's usual memory


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.backlog")
    parser.add_argument("pages", type=int)
    parser.add_argument("--kb", type=int, default=2, help="size of a page")
    options = parser.parse_args()
    size = options.kb * 1000

    def make(n: int) -> tuple[bytes, None]:
        value = page(n)
        return value + b"<!-- " + b"x" * max(0, size - len(value)) + b" -->", None

    with tempfile.TemporaryDirectory(prefix="rawi-backlog-") as folder, LocalKafka() as kafka, LocalValkey() as valkey:
        # With a store of its own: without REDIS_URL a worker remembers pages itself, up to a bound, and grows until it is there.
        rig = Rig(kafka.bootstrap, "backlog", Path(folder), RAWI_LOG_LEVEL="WARNING", REDIS_URL=valkey.url)
        for fed in range(0, options.pages, CHUNK):
            rig.feed(min(CHUNK, options.pages - fed), make)
        started = time.monotonic()
        with rig.running("ab"):
            rig.drain(timeout_s=options.pages / 2 + 120)
        took_s = time.monotonic() - started
    assert rig.found is not None
    worker = max(rig.rss.values(), key=lambda points: points[-1][0] - points[0][0])
    tenths = [_megabytes(worker, n) for n in range(10)]
    early, late = statistics.median(tenths[1:5]), statistics.median(tenths[5:])
    print(
        f"{options.pages:,} pages of {options.kb} KB in {took_s:.0f} s: "
        f"lost {rig.found.lost}, twice {rig.found.duplicated}, lag {rig.found.lag}; "
        f"a worker's memory in each tenth of the time (median, MB): {' '.join(f'{mb:.0f}' for mb in tenths)}; "
        f"the most of any worker {rig.peak_rss() / 1e6:.0f} MB"
    )
    return 1 if rig.found.wrong or rig.found.duplicated or late > early * MAX_GROWTH else 0


def _megabytes(points: list[tuple[float, int]], tenth: int) -> float:
    sizes = [size for _, size in points]
    return statistics.median(sizes[len(sizes) * tenth // 10 : len(sizes) * (tenth + 1) // 10 or 1]) / 1e6


if __name__ == "__main__":
    sys.exit(main())
