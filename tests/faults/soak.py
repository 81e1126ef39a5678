"""`python -m tests.faults.soak HOURS [--every MINUTES] [--only FAULT] [--keep FOLDER]`: a steady load, faults, what it came to."""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import redis

from tests.faults.rig import Rig
from workers.local.kafka import LocalKafka
from workers.local.valkey import LocalValkey

RATE = 8.0  # pages a second: well below what one worker takes, so that latency is the worker's and not a backlog's
FAULTS = ("kill", "restart", "stop", "broker_kill", "broker_pause", "store_kill", "store_flush")
WITNESS = "w"  # never killed: its memory is followed from beginning to end
# Issue 7's.
MAX_SLOPE_BYTES_H = 1_000_000
MAX_RECOVERY_S = 30.0  # after the broker's return
MIN_LIFE_SHARE = 0.9  # of the soak: a worker that began late shows no slope
WARM_UP_SHARE = 0.25  # of the witness's life: caches fill, heaps find their size


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak")
    parser.add_argument("hours", type=float)
    parser.add_argument("--every", type=float, default=5.0, help="minutes between faults")
    parser.add_argument("--keep", type=Path, help="a new folder for the broker's data and all logs: a soak that breaks off must tell why")
    parser.add_argument("--only", choices=FAULTS, help="this fault alone")
    options = parser.parse_args()
    if options.keep and options.keep.exists():
        parser.error(f"{options.keep} is there already: name a new folder")
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rawi-soak-")))
        (folder / "workers").mkdir(parents=True)
        kafka = stack.enter_context(LocalKafka(data_dir=folder / "kafka"))
        valkey = stack.enter_context(LocalValkey())
        rig = Rig(kafka.bootstrap, "soak", folder / "workers", REDIS_URL=valkey.url, RAWI_LOG_LEVEL="INFO")
        faults = _faults(rig, kafka, valkey)
        dice, made, broker_s = random.Random(), 0, [0.0]
        end = time.monotonic() + options.hours * 3600
        with rig.running(f"ab{WITNESS}"):
            with rig.feeding(rate=RATE):
                rig.progress(10)
                while (left := end - time.monotonic()) > 0:
                    time.sleep(min(left, options.every * 60))
                    if time.monotonic() < end or not made:
                        name = options.only or dice.choice(FAULTS)
                        print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr, flush=True)
                        faults[name]()
                        rig.recovery()
                        broker_s += rig.recovered_s[-1:] if name.startswith("broker") else []
                        made += 1
            rig.drain()
        return _tell(rig, options.hours, made, max(broker_s))


def _faults(rig: Rig, kafka: LocalKafka, valkey: LocalValkey) -> dict[str, Callable[[], None]]:
    def kill() -> None:
        rig.worker(random.choice("ab")).process.kill()

    def restart() -> None:
        instance = random.choice("ab")
        rig.hold(instance).terminate()
        rig.begin(instance)

    def stop() -> None:
        worker = rig.worker("a")
        worker.signal(signal.SIGSTOP)
        time.sleep(8)  # past the session of 6 s
        worker.signal(signal.SIGCONT)

    def broker_kill() -> None:
        kafka.kill()
        kafka.start()

    def broker_pause() -> None:
        kafka.pause()
        time.sleep(5)
        kafka.resume()

    def store_kill() -> None:
        valkey.kill()
        time.sleep(5)
        valkey.start()

    def store_flush() -> None:
        redis.Redis.from_url(valkey.url).flushall()

    return dict(zip(FAULTS, (kill, restart, stop, broker_kill, broker_pause, store_kill, store_flush), strict=True))


def slope_bytes_h(points: list[tuple[float, int]]) -> float:
    """Least squares through (seconds, bytes), in bytes an hour; the first quarter is left out."""
    first, last = points[0][0], points[-1][0]
    kept = [(s, size) for s, size in points if s >= first + WARM_UP_SHARE * (last - first)]
    mean_s = sum(s for s, _ in kept) / len(kept)
    mean = sum(size for _, size in kept) / len(kept)
    spread = sum((s - mean_s) ** 2 for s, _ in kept)
    return 3600 * sum((s - mean_s) * (size - mean) for s, size in kept) / spread if spread else 0.0


def _tell(rig: Rig, hours: float, made: int, broker_s: float) -> int:
    assert rig.found is not None
    found, latencies = rig.found, sorted(rig.latencies_s)
    longest = max(rig.rss.values(), key=lambda points: points[-1][0] - points[0][0])
    slope = slope_bytes_h(longest)
    lived_h = (longest[-1][0] - longest[0][0]) / 3600
    print(
        "| hours | faults | pages | lost | twice | unexplained | p50 | p99 | slowest recovery | after a broker's | memory's slope | peak |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    p50, p99 = (latencies[min(len(latencies) - 1, int(len(latencies) * share))] for share in (0.5, 0.99))
    print(
        f"| {hours:g} | {made} | {found.pages:,} | {found.lost} | {found.duplicated} | {found.unexplained} | {p50:.2f} s | {p99:.2f} s "
        f"| {max(rig.recovered_s):.1f} s | {broker_s:.1f} s | {slope / 1e6:+.2f} MB/h over {lived_h:.2f} h "
        f"| {rig.peak_rss() / 1e6:.0f} MB |"
    )
    print(f"cores {os.cpu_count()}, {RATE:g} pages/s; slope of the worker that lived longest, its first quarter left out", file=sys.stderr)
    broken = [
        f"{found}" if found.wrong or found.duplicated else "",
        f"{broker_s:.1f} s until all went on after a broker's return" if broker_s > MAX_RECOVERY_S else "",
        f"memory grows by {slope / 1e6:.2f} MB an hour" if hours >= 1 and slope > MAX_SLOPE_BYTES_H else "",
        f"no worker lived longer than {lived_h:.2f} h" if lived_h < MIN_LIFE_SHARE * hours else "",
    ]
    for what in filter(None, broken):
        print(f"BROKEN: {what}", file=sys.stderr)
    return 1 if any(broken) else 0


if __name__ == "__main__":
    sys.exit(main())
