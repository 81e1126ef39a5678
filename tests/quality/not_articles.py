"""`python -m tests.quality.not_articles`: how many section pages are filtered, and how many articles wrongly, through the real line.

Prints a row a corpus, then each page of an article corpus that was filtered with its reason. Exit code 1 when a bound is missed, 2 when the
corpora are not there (RAWI_SHARED names another folder than ../shared).
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HUBS = "rtl_hubs"
ARTICLES = "rtl fundus fundus_eval n4k_dataset wcxb trafilatura magic_html daniel newspaper4k htmldate_mc".split()
MIN_HUBS_FILTERED = 0.95
MAX_ARTICLES_FILTERED = 0.005
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


def main() -> int:
    """Run all, print, compare."""
    shared = Path(os.environ.get("RAWI_SHARED") or ROOT.parent / "shared") / "corpora"
    if not (shared / HUBS / "manifest.jsonl").is_file():
        print(f"no corpora in {shared} (RAWI_SHARED names another folder)", file=sys.stderr)
        return 2
    hubs = outcomes(shared / HUBS)
    filtered = sum(reason is not None for reason in hubs.values())
    print(f"{HUBS}: {filtered} of {len(hubs)} filtered ({filtered / len(hubs):.1%}): {dict(Counter(hubs.values()))}")
    wrong, total, listed = 0, 0, []
    for name in ARTICLES:
        found = outcomes(shared / name)
        gone = {page: reason for page, reason in found.items() if reason is not None}
        mistaken = [page for page in gone if f"{name}/{page}" not in NOT_ARTICLES]
        wrong, total = wrong + len(mistaken), total + len(found)
        listed += [f"{'wrong' if page in mistaken else 'right'}: {name}/{page}: {reason}" for page, reason in gone.items()]
        print(f"{name}: {len(gone)} of {len(found)} filtered, {len(mistaken)} of them articles")
    print(f"articles: {wrong} of {total} wrongly filtered ({wrong / total:.2%})", *listed, sep="\n")
    return int(filtered < MIN_HUBS_FILTERED * len(hubs) or wrong > MAX_ARTICLES_FILTERED * total)


def outcomes(folder: Path) -> dict[str, str | None]:
    """By page, why it was filtered; None when it was not."""
    rawi = str(Path(sys.executable).with_name("rawi"))
    command = [rawi, "extract", "--manifest", str(folder / "manifest.jsonl"), "--jobs", str(os.cpu_count() or 1)]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    rows = map(json.loads, done.stdout.splitlines())
    return {row["id"]: row["reason"] if row["outcome"] == "filtered" else None for row in rows}


if __name__ == "__main__":
    sys.exit(main())
