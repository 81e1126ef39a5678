"""`python -m tests.fuzz SECONDS [FOLDER]`: atheris on the targets. What it finds is left in FOLDER, with the inputs it has learned."""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["schemas", "workers"]):
    from tests.fuzz import targets

    targets.line()  # imports the stages

from tests.hostile import CORPUS

MAX_SEED_BYTES = 8_192


def main() -> None:
    seconds, folder = sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else "/tmp/rawi-fuzz")  # noqa: S108
    learned, found = folder / "corpus", folder / "found"
    for each in (learned, found):
        each.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(CORPUS.values()):
        value = case.make()
        if value is not None and len(value) <= MAX_SEED_BYTES:
            kind = next((n for n, headers in enumerate(targets.HEADERS) if headers[-1] in case.headers), 0)
            (learned / f"seed-{number:03d}").write_bytes(bytes([kind]) + value)
    options = [f"-max_total_time={seconds}", "-timeout=15", "-rss_limit_mb=3000", f"-max_len={2 * MAX_SEED_BYTES}"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={found}/", str(learned)], targets.one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
