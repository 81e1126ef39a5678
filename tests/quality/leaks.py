"""What the published bodies hold that the gold does not: by language the F1, and by kind of junk on how many pages it leaked."""

import json
import re
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
_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+")


class Page(NamedTuple):
    """What became of a page. `lost` and `added`: words that only the gold has, and that only the body has."""

    corpus: str
    id: str
    language: str
    figures: tuple[float, float, float]
    lost: int
    added: int
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
    gold, body = without(known["body"], optional), without("\n".join(paragraphs), optional)
    figures = counts(runs(gold), runs(body))
    lost, added = _words(gold) - _words(body), _words(body) - _words(gold)
    draft = drafted(folder / known["path"], known.get("url"))
    leaked = set()
    if draft is not None and draft.blocks is not None and draft.blocks.texts:
        labels, published = by_body(draft.blocks, known["body"], optional), set(paragraphs)
        for number, text in enumerate(map(clean_text, draft.blocks.texts)):
            if text in published and not labels.kept[number] and labels.weights[number]:
                leaked.add(_kind(draft.blocks.nodes[draft.blocks.node[number]]))
    language = str(known.get("lang") or "en")
    return Page(folder.name, str(known["id"]), language, figures, lost.total(), added.total(), frozenset(leaked))


def _words(text: str) -> Counter[str]:
    """Ideographs count one by one: they are written without spaces."""
    return Counter(_WORD.findall(text))


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


def worst(pages: list[Page], count: int) -> str:
    """The pages of each corpus with the lowest F1, in Markdown: what was lost and added, in words, and no text."""
    lines = ["| corpus | page | F1 | words lost | words added |", "|---|---|---:|---:|---:|"]
    for corpus in dict.fromkeys(page.corpus for page in pages):
        rows = sorted((f1([page.figures]), page) for page in pages if page.corpus == corpus)
        lines += [f"| {corpus} | {page.id} | {value:.2f} | {page.lost} | {page.added} |" for value, page in rows[:count]]
    return "\n".join(lines)
