"""`python -m tests.faults [--short] [--write] [--only TEXT]`: makes the faults, prints the table, ends with 1 where a guarantee broke."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.ledger import Verdict
from tests.faults.plan import FAULTS, Fault
from tests.faults.report import Row, made_again, page, printed, replaced, table
from tests.faults.scenarios import NotRun, Place
from workers.local.kafka import LocalKafka
from workers.local.valkey import LocalValkey

REPO = Path(__file__).parents[2]
REPORT, README = REPO / "docs" / "reliability.md", REPO / "README.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--short", action="store_true", help="at most 6 minutes on two cores")
    parser.add_argument("--write", action="store_true", help="write docs/reliability.md and the README's table; with --only, those lines")
    parser.add_argument("--only", help="faults whose name holds this")
    parser.add_argument("--limit-s", type=float, help="begin no fault after so many seconds, and say which were left out")
    parser.add_argument("--keep", type=Path, help="a folder for the workers' logs")
    options = parser.parse_args()
    if "KAFKA_BOOTSTRAP_SERVERS" in os.environ or "REDIS_URL" in os.environ:
        print("the faults are made on servers of their own: unset KAFKA_BOOTSTRAP_SERVERS and REDIS_URL", file=sys.stderr)
        return 2
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="rawi-faults-") as folder, LocalKafka() as kafka, LocalValkey() as valkey:
        place = Place(kafka, valkey, options.keep or Path(folder))
        try:
            for fault in FAULTS:
                scale = fault.short if options.short else fault.long
                if (options.only or "") not in fault.name:
                    continue
                if isinstance(scale, str):
                    print(f"{fault.name}: not in the short form: {scale}", file=sys.stderr, flush=True)
                elif options.limit_s and time.monotonic() - started > options.limit_s:
                    rows.append(_left_out(fault, scale, f"{options.limit_s:g} s were over"))
                else:
                    rows.append(_run(fault, place, scale))
        finally:
            place.close()
    print(table(rows))
    if options.write and options.only:
        for file in (REPORT, README):
            text = file.read_text("utf-8")
            file.write_text(replaced(text, made_again(printed(text), rows)), "utf-8")
    elif options.write:
        part = page(rows, short=options.short, cores=os.cpu_count() or 0)
        for file, text in ((REPORT, part), (README, table(rows))):
            file.write_text(replaced(file.read_text("utf-8"), text), "utf-8")
    return 0 if rows and all(row.passed for row in rows) else 1


def _left_out(fault: Fault, scale: int, why: str) -> Row:
    print(f"{fault.name}: NOT RUN: {why}", file=sys.stderr, flush=True)
    return Row(fault, scale, Verdict(), [], 0, 0.0, problem=f"NOT RUN: {why}", made=False)


def _run(fault: Fault, place: Place, scale: int) -> Row:
    started = time.monotonic()
    try:
        rig = fault.run(place, scale)
    except NotRun as e:
        return _left_out(fault, scale, str(e))
    except Exception as e:  # noqa: BLE001 - whatever a fault breaks, the others are still run
        problem = f"FAILED: {type(e).__name__}: {str(e).splitlines()[0]}"
        row = Row(fault, scale, Verdict(), [], 0, time.monotonic() - started, problem=problem)
        print(f"{fault.name}: {type(e).__name__}: {e}", file=sys.stderr, flush=True)
        return row
    assert rig.found is not None
    row = Row(fault, scale, rig.found, rig.recovered_s, rig.peak_rss(), time.monotonic() - started, rig.asked_repeats)
    what = "held" if row.passed else f"BROKEN {rig.found}, recovered within {max(rig.recovered_s, default=0.0):.1f} s"
    print(
        f"{fault.name}: {what}; {row.took_s:.0f} s, {len(rig.exits)} workers started again",
        file=sys.stderr,
        flush=True,
    )
    return row


if __name__ == "__main__":
    sys.exit(main())
