"""What the published bodies hold that the gold does not: by language the F1, and by kind of junk on how many pages it leaked."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from workers.model.blocks import TAG_BIT, roots_of
from workers.model.training.corpora import drafted
from workers.model.training.labels import by_body
from workers.model.training.score import counts, f1, runs, without
from workers.stages.text import clean_text

# Kinds by the names of the elements around a block, the first that fits; without a gold body no kind can be told.
_KINDS = {
    "comments": "comment reply discuss",
    "caption or credit": "caption figure image photo gallery credit",
    "related, read also": "related recommend more read also teaser card recirc most popular trend latest feed",
    "newsletter, app, paywall": "newsletter subscri sign paywall login promo",
    "share": "share social",
    "cookies": "cookie consent privacy",
    "byline, author, date": "author byline bio meta date time",
    "tags": "tag topic keyword categor bread",
    "advertisement": "advert sponsor banner",
    "menu, footer, sidebar": "nav menu footer sidebar aside widget",
}
_BITS = {kind: roots_of(names) for kind, names in _KINDS.items()}
_CAPTION_TAGS = TAG_BIT["figcaption"] | TAG_BIT["figure"]
OTHER = "other"


class Page(NamedTuple):
    """What became of a page."""

    language: str
    figures: tuple[float, float, float]
    leaked: frozenset[str]


def judge(folder: Path, rows: Iterable[bytes], jobs: int) -> Iterator[Page]:
    """The pages of a corpus that have a gold body, from what the line printed of them."""
    paths = {row["id"]: row for row in map(json.loads, (folder / "manifest.jsonl").open(encoding="utf-8"))}
    gold = {row["id"]: row for row in map(json.loads, (folder / "gold.jsonl").open(encoding="utf-8"))}
    work = []
    for row in map(json.loads, rows):
        known = gold.get(row["id"], {})
        if known.get("body"):
            work.append(({**known, **paths[row["id"]]}, row["articles"][0]["paragraphs"] if row["articles"] else []))
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(_page, folder), *zip(*work, strict=True), chunksize=8)


def _page(folder: Path, known: dict[str, Any], paragraphs: list[str]) -> Page:
    optional = [p["text"] for p in known.get("optional_paragraphs") or [] if p.get("optional")]
    figures = counts(runs(without(known["body"], optional)), runs(without("\n".join(paragraphs), optional)))
    draft = drafted(folder / known["path"], known.get("url"))
    leaked = set()
    if draft is not None and draft.blocks is not None and draft.blocks.texts:
        labels, published = by_body(draft.blocks, known["body"], optional), set(paragraphs)
        for number, text in enumerate(map(clean_text, draft.blocks.texts)):
            if text in published and not labels.kept[number] and labels.weights[number]:
                leaked.add(_kind(draft.blocks.nodes[draft.blocks.node[number]]))
    return Page(str(known.get("lang") or "en"), figures, frozenset(leaked))


def _kind(node: Any) -> str:
    if node.tags & _CAPTION_TAGS:
        return "caption or credit"
    return next((kind for kind, bits in _BITS.items() if node.roots & bits), OTHER)


def tables(pages: list[Page]) -> str:
    """Both tables in Markdown."""
    leaked = Counter(kind for page in pages for kind in page.leaked)
    languages: dict[str, list[tuple[float, float, float]]] = {}
    for page in pages:
        languages.setdefault(page.language, []).append(page.figures)
    lines = ["| junk that leaked | pages | share |", "|---|---:|---:|"]
    lines += [f"| {kind} | {leaked[kind]} | {leaked[kind] / len(pages):.1%} |" for kind in (*_KINDS, OTHER)]
    lines += ["", "| language | pages | F1 |", "|---|---:|---:|"]
    lines += [
        f"| {language} | {len(rows)} | {f1(rows):.4f} |" for language, rows in sorted(languages.items(), key=lambda item: -len(item[1]))
    ]
    return "\n".join(lines)
