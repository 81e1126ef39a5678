"""`python -m tests.sameness`: the scenario of issue 6, measured on a Valkey of its own; `--million`: memory of an index of that size."""

import argparse
import os
import sys
import time
from pathlib import Path

import redis

from tests.sameness import costs, libraries, million, reprints
from tests.sameness.pages import real_pages, stream
from tests.sameness.score import CLASSES, MIN_PRECISION, MIN_RECALL, run
from tests.sameness.worker import SmallWorker
from workers.local.valkey import LocalValkey
from workers.store.redis import RedisStore

SHARED = Path(os.environ.get("RAWI_SHARED") or Path(__file__).resolve().parents[3] / "shared")


def main() -> int:
    """Return 1 when a class misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m tests.sameness", description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--million", type=int, nargs="?", const=1_000_000, metavar="ARTICLES", help="memory and time of so many articles")
    parser.add_argument("--verbose", action="store_true", help="list what was taken for something else")
    parser.add_argument("--costs", action="store_true", help="CPU a page, on the real pages")
    parser.add_argument("--libraries", action="store_true", help="our MinHash beside others'")
    parser.add_argument("--reprints", action="store_true", help="real pairs from the corpora of ../shared")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of real pages (default: %(default)s, if there)")
    args = parser.parse_args()
    if args.libraries:
        libraries.run()
        return 0
    if args.reprints:
        reprints.run(args.shared / "corpora")
        return 0
    with LocalValkey() as server, redis.Redis.from_url(server.url) as client:
        if args.costs:
            store = RedisStore(client, prefix="costs:", ttl_s=86_400, items=10_000, horizon_s=86_400)
            costs.run(real_pages(args.shared), store)
            return 0
        if args.million:
            million.run(client, args.million)
            return 0
        return _scenario(client, args.pages, args.seed, args.shared, args.verbose)


def _scenario(client: redis.Redis, pages: int, seed: int, shared: Path, verbose: bool) -> int:
    store = RedisStore(client, prefix="scenario:", ttl_s=86_400, items=max(10_000, pages), horizon_s=86_400)
    started_s = time.process_time()
    score = run(SmallWorker(store), stream(pages, seed, real_pages(shared)))
    print(f"{pages} pages, seed {seed}; {time.process_time() - started_s:.0f} s of CPU")
    for kind in CLASSES:
        print(f"  {kind:8} precision {score.precision(kind):.4f} (bar {MIN_PRECISION})  recall {score.recall(kind):.4f} (bar {MIN_RECALL})")
    print("  outcomes:", ", ".join(f"{name} {count}" for name, count in score.outcomes.most_common()))
    if verbose:
        print("\n".join(score.wrong))
    print("PASS" if score.passed else "FAIL")
    return 0 if score.passed else 1


if __name__ == "__main__":
    sys.exit(main())
