"""`python -m tests.fuzz SECONDS [FOLDER]`: atheris on the targets. What it finds is left in FOLDER, with the inputs it has learned.

A process after another: atheris itself keeps some 60 KB of each input (the line without it keeps none), and would take a gigabyte
every few minutes.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

INPUTS_A_PROCESS = 15_000
# By the wall clock, as libFuzzer measures it: on a busy machine two bytes once took 17 s. The pool's own limit is 15 s.
TIMEOUT_S = 60
_MAX_SEED_BYTES = 8_192
_ONE = "--one-process"


def main() -> int:
    seconds, folder = float(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "/tmp/rawi-fuzz")  # noqa: S108
    if _ONE in sys.argv:
        _fuzz(int(seconds), folder)
    ends, processes, left_s = time.monotonic() + seconds, 0, seconds
    while left_s >= 1:
        done = subprocess.run([sys.executable, "-m", "tests.fuzz", str(int(left_s)), str(folder), _ONE], check=False)
        if done.returncode:
            print(f"found something: {folder / 'found'}")
            return done.returncode
        processes, left_s = processes + 1, ends - time.monotonic()
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"found nothing in {seconds:.0f} s ({cpu.ru_utime + cpu.ru_stime:.0f} s of CPU), "
        f"{processes} processes of up to {INPUTS_A_PROCESS:,} inputs"
    )
    return 0


def _fuzz(seconds: int, folder: Path) -> None:
    """Fuzz until the time, or the number of inputs, is over, and end the process."""
    import atheris

    with atheris.instrument_imports(include=["schemas", "workers"]):
        from tests.fuzz import targets

        targets.line()  # imports the stages

    from tests.hostile import CORPUS

    learned, found = folder / "corpus", folder / "found"
    for each in (learned, found):
        each.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(CORPUS.values()):
        value = case.make()
        if value is not None and len(value) <= _MAX_SEED_BYTES:
            kind = next((n for n, headers in enumerate(targets.HEADERS) if headers[-1] in case.headers), 0)
            (learned / f"seed-{number:03d}").write_bytes(bytes([kind]) + value)
    options = [f"-max_total_time={seconds}", f"-runs={INPUTS_A_PROCESS}", f"-timeout={TIMEOUT_S}", "-rss_limit_mb=3000"]
    options += [f"-max_len={2 * _MAX_SEED_BYTES}", f"-artifact_prefix={found}/", "-verbosity=0", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(learned)], targets.one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
