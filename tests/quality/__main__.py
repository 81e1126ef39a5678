"""`make quality`: every corpus of ../shared and the seeds through the real line, scored by ../shared/tools, against pinned floors.

A page is judged by the block model of its fold, made without the pages of its site (folds.py), the seeds by the one that is shipped.
Prints tables; exit code 1 when a figure is below its floor (floors.yaml), 2 when the corpora are not there. `--write` renews
docs/quality.md. RAWI_SHARED names another folder than ../shared.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.quality import leaks

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DOC = ROOT / "docs" / "quality.md"
FIGURES = {"F1": r"\bF1 (\d\.\d+)", "SEG": r"\bSEG (\d\.\d+)"}
SEEDS = r"text (\d+) of \d+"
SEED_COUNT = 5

DOC_HEAD = """\
# Quality

Made by `make quality WRITE=1` (`python -m tests.quality --write`); do not edit. Figures of `score.py` on the developers' half of the
corpora and of `score_seeds.py` on the five seed documents: F1 of four-word shingles, SEG over "with" and "without" snippets, seeds as text
checks held of 70.
Out of fold by site: a page is judged by a block model that was made without the pages of its site: the figures are of unseen pages.
A figure below its floor fails. Floors and their reasons: `tests/quality/floors.yaml`; a floor goes down only by hand, with a reason there.

"""


class Result(NamedTuple):
    """One figure of one set. `floor` None: not pinned."""

    name: str
    figure: str
    value: float
    floor: float | None

    @property
    def is_low(self) -> bool:
        """Whether it is below its floor."""
        return self.floor is not None and self.value < self.floor


def main() -> int:
    """Run all, print, compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew docs/quality.md")
    parser.add_argument("names", nargs="*", help="only these corpora (default: all, and the seeds)")
    options = parser.parse_args()
    shared = Path(os.environ.get("RAWI_SHARED") or ROOT.parent / "shared")
    if not (shared / "corpora").is_dir() or not (shared / "tools" / "score.py").is_file():
        print(f"make quality: NOTHING WAS MEASURED: no corpora in {shared} (RAWI_SHARED names another folder)", file=sys.stderr)
        return 2
    floors = yaml.safe_load((HERE / "floors.yaml").read_text("utf-8"))
    pages: list[leaks.Page] = []
    results = list(measure(shared, floors["floors"], set(options.names), pages))
    table = as_table(results) + ("\n\n" + leaks.tables(pages) if pages else "")
    print(table)
    if options.write:
        DOC.write_text(DOC_HEAD + table + "\n", "utf-8")
    low = [result for result in results if result.is_low]
    for result in low:
        print(f"make quality: {result.name} {result.figure} is {result.value:g}, its floor is {result.floor:g}", file=sys.stderr)
    unseen = set(floors["floors"]) - {result.name for result in results}
    if unseen and not options.names:
        print(f"make quality: pinned, but not measured: {', '.join(sorted(unseen))}", file=sys.stderr)
    return 1 if low or (unseen and not options.names) else 0


def measure(shared: Path, floors: dict[str, dict[str, float]], names: set[str], pages: list[leaks.Page]) -> Iterator[Result]:
    """The figures of each set, as they come; `pages` is filled with those that have a gold body."""
    for folder in sorted((shared / "corpora").iterdir()):
        if (folder / "gold.jsonl").is_file() and (not names or folder.name in names):
            line = scored(shared / "tools" / "score.py", folder / "manifest.jsonl", folder, pages)
            for figure, pattern in FIGURES.items():
                if found := re.search(pattern, line):
                    yield Result(folder.name, figure, float(found[1]), floors.get(folder.name, {}).get(figure))
    for name, path in (("seeds_html", "html/{}.html"), ("seeds_text", "{}.txt")):
        if not names or name in names:
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as manifest:
                for number in range(SEED_COUNT):
                    page = shared / "seeds" / path.format(f"{number:03}")
                    manifest.write(json.dumps({"id": f"{number:03}", "path": str(page)}) + "\n")
                manifest.flush()
                line = scored(shared / "tools" / "score_seeds.py", Path(manifest.name), None, pages)
            found = re.search(SEEDS, line)
            yield Result(name, "text", float(found[1]) if found else 0.0, floors.get(name, {}).get("text"))


def scored(tool: Path, manifest: Path, folder: Path | None, pages: list[leaks.Page]) -> str:
    """Extract the pages of a manifest with the real line, score them, and return the last line that the tool prints."""
    jobs = os.cpu_count() or 1
    with tempfile.NamedTemporaryFile("w+b", suffix=".jsonl") as results:
        rawi = [str(Path(sys.executable).with_name("rawi")), "extract", "--jobs", str(jobs), "--manifest", str(manifest)]
        extract = rawi if folder is None else [sys.executable, "-m", "tests.quality.folds", str(manifest), str(jobs)]
        subprocess.run(extract, stdout=results, stderr=subprocess.DEVNULL, check=False, cwd=ROOT)
        results.seek(0)
        if folder is not None:
            pages += leaks.judge(folder, results, jobs)
        arguments = [results.name, "text"] if folder is None else [str(folder), results.name]
        done = subprocess.run([sys.executable, str(tool), *arguments], capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise SystemExit(f"make quality: {tool.name} printed nothing for {manifest}: {done.stderr.strip()[-300:]}")
    return lines[-1]


def as_table(results: list[Result]) -> str:
    """The results in Markdown."""
    rows = ["| set | figure | value | floor | |", "|---|---|---:|---:|---|"]
    for name, figure, value, floor in results:
        mark = "**below**" if floor is not None and value < floor else ""
        places = 0 if figure == "text" else 4
        pinned = "" if floor is None else f"{floor:.{places}f}"
        shown = f"{value:.{places}f}"
        rows.append(f"| {name} | {figure} | {shown} | {pinned} | {mark} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
