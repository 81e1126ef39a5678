"""`make quality`: every corpus of ../shared and the seeds through the real line, scored by ../shared/tools, against pinned floors.

A page is judged by the block model of its fold, made without the pages of its site (folds.py), the seeds by the one that is shipped.
Prints tables; exit code 1 when a figure is below its floor (floors.yaml), 2 when the corpora are not there. `--write` renews
docs/quality.md, `--worst 10` lists the ten worst pages of each corpus. RAWI_SHARED names another folder than ../shared.
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

from tests.quality import leaks, not_articles
from tests.quality.folds import FOLDER
from workers.model.training.recipe import PAGES_MARK, pages_mark

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DOC = ROOT / "docs" / "quality.md"
FIGURES = {"F1": r"\bF1 (\d\.\d+)", "SEG": r"\bSEG (\d\.\d+)"}
SEEDS = r"text (\d+) of \d+"
SEED_FIGURES = {"text": SEEDS, "metadata": r"metadata (\d+) of \d+"}
SEED_COUNT = 5

DOC_HEAD = """\
# Quality

Made by `make quality WRITE=1` (`python -m tests.quality --write`); do not edit. Figures of `score.py` on the developers' half of the
corpora and of `score_seeds.py` on the five seed documents: F1 of four-word shingles, SEG over "with" and "without" snippets, seeds as
checks held: 70 of the text, 26 of metadata.
Out of fold by site: a page is judged by a block model that was made without the pages of its site: the figures are of unseen pages.
`filtered`: the share of section and home pages that are; `kept`: the share of articles that are not (`docs/not-an-article.md`).
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
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N worst pages of each corpus")
    parser.add_argument("names", nargs="*", help="only these corpora (default: all, and the seeds)")
    options = parser.parse_args()
    shared = Path(os.environ.get("RAWI_SHARED") or ROOT.parent / "shared")
    if not (shared / "corpora").is_dir() or not (shared / "tools" / "score.py").is_file():
        print(f"make quality: NOTHING WAS MEASURED: no corpora in {shared} (RAWI_SHARED names another folder)", file=sys.stderr)
        return 2
    floors = yaml.safe_load((HERE / "floors.yaml").read_text("utf-8"))
    pages: list[leaks.Page] = []
    results = []
    for result in measure(shared, floors["floors"], set(options.names), pages):
        results.append(result)
        print(f"{result.name} {result.figure} {result.value:g}", file=sys.stderr, flush=True)
    table = as_table(results) + ("\n\n" + leaks.tables(pages) if pages else "")
    print(table)
    if options.worst:
        print(leaks.worst(pages, options.worst))
    if options.write:
        DOC.write_text(DOC_HEAD + table + "\n", "utf-8")
    is_old = not options.names and pages_mark(shared / "corpora", os.cpu_count() or 1) != (FOLDER / PAGES_MARK).read_text("utf-8").strip()
    if is_old:
        print("make quality: the model was made of other features than this line gives of the corpora: make train", file=sys.stderr)
    low = [result for result in results if result.is_low]
    for result in low:
        print(f"make quality: {result.name} {result.figure} is {result.value:g}, its floor is {result.floor:g}", file=sys.stderr)
    unseen = set(floors["floors"]) - {result.name for result in results}
    if unseen and not options.names:
        print(f"make quality: pinned, but not measured: {', '.join(sorted(unseen))}", file=sys.stderr)
    return 1 if low or is_old or (unseen and not options.names) else 0


def measure(shared: Path, floors: dict[str, dict[str, float]], names: set[str], pages: list[leaks.Page]) -> Iterator[Result]:
    """The figures of each set, as they come; `pages` is filled with those that have a gold body."""
    outcomes: dict[str, not_articles.Outcomes] = {}
    for folder in sorted((shared / "corpora").iterdir()):
        if names and folder.name not in names:
            continue
        if (folder / "gold.jsonl").is_file():
            rows = not_articles.run(folder / "manifest.jsonl")
            outcomes[folder.name] = not_articles.outcomes(rows.splitlines())
            pages += leaks.judge(folder, rows.splitlines(), os.cpu_count() or 1)
            line = scored(shared / "tools" / "score.py", rows, str(folder))
            for figure, pattern in FIGURES.items():
                if found := re.search(pattern, line):
                    yield Result(folder.name, figure, float(found[1]), floors.get(folder.name, {}).get(figure))
        elif folder.name == not_articles.HUBS:
            outcomes[folder.name] = not_articles.outcomes(not_articles.run(folder / "manifest.jsonl").splitlines())
    for name, share in not_articles.shares(outcomes).items():
        figure = not_articles.FIGURE[name]
        yield Result(name, figure, round(share, 4), floors.get(name, {}).get(figure))
    for name, path in (("seeds_html", "html/{}.html"), ("seeds_text", "{}.txt")):
        if not names or name in names:
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as manifest:
                for number in range(SEED_COUNT):
                    page = shared / "seeds" / path.format(f"{number:03}")
                    manifest.write(json.dumps({"id": f"{number:03}", "path": str(page)}) + "\n")
                manifest.flush()
                command = [str(Path(sys.executable).with_name("rawi")), "extract", "--manifest", manifest.name]
                rows = subprocess.run(command, capture_output=True, check=False, cwd=ROOT).stdout
            line = scored(shared / "tools" / "score_seeds.py", rows, "")
            for figure, pattern in SEED_FIGURES.items():
                found = re.search(pattern, line)
                yield Result(name, figure, float(found[1]) if found else 0.0, floors.get(name, {}).get(figure))


def scored(tool: Path, rows: bytes, argument: str) -> str:
    """The last line that a scorer prints of what the line printed."""
    with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as results:
        results.write(rows)
        results.flush()
        given = [argument, results.name] if argument not in ("", "text") else [results.name, *filter(None, [argument])]
        done = subprocess.run([sys.executable, str(tool), *given], capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise SystemExit(f"make quality: {tool.name} printed nothing for {argument}: {done.stderr.strip()[-300:]}")
    return lines[-1]


def as_table(results: list[Result]) -> str:
    """The results in Markdown."""
    rows = ["| set | figure | value | floor | |", "|---|---|---:|---:|---|"]
    for name, figure, value, floor in results:
        mark = "**below**" if floor is not None and value < floor else ""
        places = 0 if figure in SEED_FIGURES else 4
        pinned = "" if floor is None else f"{floor:.{places}f}"
        shown = f"{value:.{places}f}"
        rows.append(f"| {name} | {figure} | {shown} | {pinned} | {mark} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
