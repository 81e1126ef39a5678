"""What each part of the body's making earns: `python -m tests.quality.ablation [CORPUS ...]` prints a table, a row for each part left out.

The whole line, out of fold by site as `make quality` runs it: F1 of the corpora with a gold body, and the seeds' checks as HTML, of 70.
"""

import json
import os
import re
import sys
import tempfile
from copy import copy
from dataclasses import replace as changed
from pathlib import Path

from tests.quality import folds
from tests.quality.__main__ import SEED_COUNT, SEEDS, scored
from tests.quality.not_articles import run
from workers.model.blocks import cut
from workers.pipeline.draft import Draft, replace
from workers.pipeline.line import Line
from workers.stages.extract import body_lines, extract, plain
from workers.stages.swallowed import swallowed_in
from workers.stages.trafilatura_body import trafilatura_body

CORPORA = "rtl fundus fundus_eval n4k_dataset wcxb magic_html daniel newspaper4k readability_js omnivore".split()
WAYS = {
    "all of it": folds.LINE,
    "without the rules of segmentation": "tests.quality.ablation:without_rules",
    "without the block model (trafilatura and rules)": "tests.quality.ablation:without_model",
    "without the arbiter": "tests.quality.ablation:without_arbiter",
    "without recovery by the stated body": "tests.quality.ablation:without_stated",
    "without pruning before trafilatura": "tests.quality.ablation:without_pruning",
}


def without_rules() -> Line:
    """Nothing is cut from the body, and there is no second article."""
    return folds.line_with({folds.STAGE: folds.judging(lambda model: model), "segment": lambda draft: draft})


def without_model() -> Line:
    """What trafilatura finds, and the rules."""
    return folds.line_with({folds.STAGE: lambda draft: draft})


def without_arbiter() -> Line:
    """The blocks from the threshold on."""
    return folds.line_with({folds.STAGE: folds.judging(lambda model: changed(model, arbiter=None))})


def without_stated() -> Line:
    """The publisher's own `articleBody` is a feature of the model, and no body."""
    return folds.line_with({folds.STAGE: folds.judging(lambda model: changed(model, use_stated=False))})


def without_pruning() -> Line:
    """The page as it is for trafilatura."""
    return folds.line_with({folds.STAGE: folds.judging(lambda model: model), "extract": _extract_unpruned})


def _extract_unpruned(draft: Draft) -> Draft:
    made = extract(draft)
    if draft.tree is None:
        return made
    with plain(swallowed_in(draft.tree)):
        lines = [draft.joiners.restore(line) for line in body_lines(trafilatura_body(lambda: copy(draft.tree)))]
        return replace(made, blocks=cut(draft.tree, draft.joiners), parts={**made.parts, "paragraphs": lines})


def main() -> None:
    """Print a row as soon as it is known."""
    shared = Path(os.environ.get("RAWI_SHARED") or folds.FOLDER.parents[2].parent / "shared")
    names = sys.argv[1:] or CORPORA
    print(f"| | {' | '.join(names)} | seeds |\n|---{'|---:' * (len(names) + 1)}|", flush=True)
    for way, line in WAYS.items():
        figures = [_f1(shared, name, line) for name in names]
        print(f"| {way} | {' | '.join(figures)} | {_seeds(shared, line)} |", flush=True)


def _f1(shared: Path, name: str, line: str) -> str:
    folder = shared / "corpora" / name
    found = re.search(r"\bF1 (\d\.\d+)", scored(shared / "tools" / "score.py", run(folder / "manifest.jsonl", line), str(folder)))
    return found[1] if found else ""


def _seeds(shared: Path, line: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as manifest:
        for number in range(SEED_COUNT):
            path = shared / "seeds" / "html" / f"{number:03}.html"
            manifest.write(json.dumps({"id": f"{number:03}", "path": str(path)}) + "\n")
        manifest.flush()
        found = re.search(SEEDS, scored(shared / "tools" / "score_seeds.py", run(Path(manifest.name), line), "text"))
    return found[1] if found else ""


if __name__ == "__main__":
    main()
