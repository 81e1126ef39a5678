"""`python -m tests.sameness`: the scenario of issue 6, measured on a Valkey of its own; `--million`: memory of an index of that size."""

import argparse
import sys
import time

import redis

from tests.sameness import million
from tests.sameness.pages import stream
from tests.sameness.score import CLASSES, MIN_PRECISION, MIN_RECALL, run
from tests.sameness.worker import SmallWorker
from workers.local.valkey import LocalValkey
from workers.store.redis import RedisStore


def main() -> int:
    """Return 1 when a class misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m tests.sameness", description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--million", type=int, nargs="?", const=1_000_000, metavar="ARTICLES", help="memory and time of so many articles")
    parser.add_argument("--verbose", action="store_true", help="list what was taken for something else")
    args = parser.parse_args()
    with LocalValkey() as server, redis.Redis.from_url(server.url) as client:
        if args.million:
            million.run(client, args.million)
            return 0
        return _scenario(client, args.pages, args.seed, args.verbose)


def _scenario(client: redis.Redis, pages: int, seed: int, verbose: bool) -> int:
    store = RedisStore(client, prefix="scenario:", ttl_s=86_400, items=max(10_000, pages), horizon_s=86_400)
    started_s = time.process_time()
    score = run(SmallWorker(store), stream(pages, seed))
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
