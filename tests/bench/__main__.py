"""`python -m tests.bench`: measure, print, write."""

import argparse
import os
import shlex
import sys
from pathlib import Path

import msgspec

from tests.bench import pages, report
from tests.bench.chart import svg
from tests.bench.report import Result
from tests.bench.run import run
from tests.bench.through_kafka import BenchFailed
from workers.local.process import LocalServerError
from workers.tools.errors import ToolError

QUICK_PAGES, QUICK_ROUNDS, ROUNDS = 40, 2, 3


def main() -> int:
    """Return the exit code: 1 when the run failed, or with --strict missed a bar; 2 for a wrong command line."""
    args = _arguments()
    if not hasattr(os, "sched_setaffinity"):
        return _failed("the bench needs Linux: it pins processes to cores and reads /proc")
    try:
        before = None if args.compare is None else msgspec.json.decode(args.compare.read_bytes(), type=Result)
    except (OSError, msgspec.MsgspecError) as e:
        return _failed(f"cannot read {args.compare}: {e}")
    source = pages.where_from(args.pages)
    say(f"pages: {source}")
    command = shlex.join(["python", "-m", "tests.bench", *sys.argv[1:]])
    limit, rounds = (QUICK_PAGES, QUICK_ROUNDS) if args.quick else (None, args.rounds)
    try:
        result = run(source, limit, rounds, command, say)
    except (ToolError, LocalServerError, BenchFailed, EOFError) as e:
        return _failed(str(e))
    print(report.text(result))
    if before is not None:
        print("\n" + report.comparison(before, result))
    if args.out is not None:
        args.out.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
    if args.chart is not None:
        args.chart.write_text(svg(result), "utf-8")
    return 0 if result.passed or not args.strict else 1


def say(message: str) -> None:
    """Progress, for a person."""
    print(message, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--pages", type=Path, help="a manifest, folder or file (default: ../shared/bench_pages.jsonl, else the samples)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="measured passes after the warm-up (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_PAGES} pages, {QUICK_ROUNDS} rounds")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--chart", type=Path, help="write a chart as SVG")
    parser.add_argument("--compare", type=Path, help="print the changes against an earlier --out")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error("--rounds must be at least 1")
    return args


def _failed(message: str) -> int:
    say(f"bench: {message}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
