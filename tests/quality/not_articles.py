"""How many section pages are filtered, and how many articles wrongly, through the real line: a part of `make quality`.

Alone (`python -m tests.quality.not_articles`) it prints a row a corpus, then each page of an article corpus that was filtered with its
reason; exit code 1 when a bound is missed, 2 when the corpora are not there (RAWI_SHARED names another folder than ../shared).
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import yaml

from tests.quality.folds import LINE

ROOT = Path(__file__).parent.parent.parent
HUBS = "rtl_hubs"
ARTICLES = "rtl fundus fundus_eval n4k_dataset wcxb trafilatura magic_html daniel newspaper4k htmldate_mc".split()
FIGURE = {HUBS: "filtered", "articles": "kept"}  # what is pinned in floors.yaml, as shares
Outcomes = dict[str, str | None]  # by page, why it was filtered; None when it was not
# Pages of the article corpora that are no article, looked at one by one: two lists of press releases, a directory, a search, an RSS file, a
# redirect, a shell, two videos without a text, a radio programme.
NOT_ARTICLES = frozenset(
    {
        "trafilatura/iwr.de.IWR-Pressedienst",
        "trafilatura/0b4609a864eb4fa0bbcb2b395f6be9eb",
        "wcxb/dev-4362",
        "wcxb/dev-4681",
        "htmldate_mc/1564637733",
        "htmldate_mc/1579141678",
        "htmldate_mc/1588233953",
        "htmldate_mc/1641303898",
        "newspaper4k/google_meta_refresh",
        "newspaper4k/sample_rss",
    }
)


def outcomes(rows: Iterable[bytes]) -> Outcomes:
    """From what the line printed of a corpus."""
    return {row["id"]: row["reason"] if row["outcome"] == "filtered" else None for row in map(json.loads, rows)}


def mistaken(name: str, found: Outcomes) -> list[str]:
    """The articles of a corpus that were filtered."""
    return [page for page, reason in found.items() if reason is not None and f"{name}/{page}" not in NOT_ARTICLES]


def shares(found: dict[str, Outcomes]) -> dict[str, float]:
    """The share of the section pages that were filtered, and that of the articles that were not, of the corpora there are."""
    figures = {}
    if hubs := found.get(HUBS):
        figures[HUBS] = sum(reason is not None for reason in hubs.values()) / len(hubs)
    articles = {name: pages for name, pages in found.items() if name in ARTICLES}
    if articles:
        wrong = sum(len(mistaken(name, pages)) for name, pages in articles.items())
        figures["articles"] = 1 - wrong / sum(map(len, articles.values()))
    return figures


def main() -> int:
    """Run all, print, compare."""
    shared = Path(os.environ.get("RAWI_SHARED") or ROOT.parent / "shared") / "corpora"
    if not (shared / HUBS / "manifest.jsonl").is_file():
        print(f"no corpora in {shared} (RAWI_SHARED names another folder)", file=sys.stderr)
        return 2
    found, listed = {}, []
    for name in (HUBS, *ARTICLES):
        found[name] = outcomes(run(shared / name / "manifest.jsonl").splitlines())
        gone = {page: reason for page, reason in found[name].items() if reason is not None}
        print(f"{name}: {len(gone)} of {len(found[name])} filtered: {dict(Counter(gone.values()))}")
        if name != HUBS:
            wrong = mistaken(name, found[name])
            listed += [f"{'wrong' if page in wrong else 'right'}: {name}/{page}: {reason}" for page, reason in gone.items()]
    figures = shares(found)
    print(f"{HUBS} filtered: {figures[HUBS]:.2%}; articles not filtered: {figures['articles']:.2%}", *listed, sep="\n")
    floors = yaml.safe_load((Path(__file__).parent / "floors.yaml").read_text("utf-8"))["floors"]
    return int(any(value < floors[name][FIGURE[name]] for name, value in figures.items()))


def run(manifest: Path, line: str = LINE) -> bytes:
    """What a line prints of the pages of a manifest. Section pages are never trained on: the model that is shipped judges them."""
    jobs = str(os.cpu_count() or 1)
    command = [sys.executable, "-m", "tests.quality.folds", str(manifest), jobs, line]
    if manifest.parent.name == HUBS:
        command = [str(Path(sys.executable).with_name("rawi")), "extract", "--manifest", str(manifest), "--jobs", jobs]
    return subprocess.run(command, capture_output=True, check=False, cwd=ROOT).stdout


if __name__ == "__main__":
    sys.exit(main())
