"""The corpora's pages as the model sees them: blocks, the texts beside, and what is known of the body."""

import gzip
import json
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from courlan import extract_domain
from lxml.html import HtmlElement

from workers.model.blocks import Blocks
from workers.model.page import Beside, beside
from workers.model.training.compose import compose
from workers.pipeline.draft import Draft, Filtered, Invalid, Limits
from workers.pipeline.line import draft_of
from workers.pool.messages import Job
from workers.stages.decode import STAGES as DECODE
from workers.stages.extract import extract
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse
from workers.stages.structured import prepare_structured_data
from workers.structured.walk import look

FOLDS = 4

# Folder -> licence of the collection. Nothing is trained on any other folder.
TRAINED = {
    "fundus": "MIT",
    "fundus_eval": "MIT",
    "n4k_dataset": "Apache-2.0",
    "wcxb": "CC-BY-4.0",
    "magic_html": "Apache-2.0",
    "readability_js": "Apache-2.0",
    "newspaper4k": "MIT",
    "trafilatura": "Apache-2.0",
    "htmldate_mc": "Apache-2.0",
}
MEASURED = ("rtl", "daniel", "omnivore")  # copyleft, or a source of its own: never trained on
_COMPOSED_EVERY = 3  # pages
_FILL = (("structured", prepare_structured_data), ("metadata", read_metadata), ("extract", extract))


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is known of its body: `gold`, or snippets of it and of what is not, or nothing but what the publisher states."""

    corpus: str
    id: str
    site: str
    language: str
    blocks: Blocks
    beside: Beside
    gold: str = ""
    optional: list[str] = field(default_factory=list)  # lines of the gold that count neither way
    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    composed: bool = False  # of two pages: the second one's article stands after the first one's

    @property
    def fold(self) -> int:
        """Of cross-validation. Pages of a site are in one."""
        return fold_of(self.site)


def fold_of(site: str) -> int:
    """The fold of a site."""
    return zlib.crc32(site.encode()) % FOLDS


def load(root: Path, corpora: tuple[str, ...], jobs: int, every: int = 1) -> list[Page]:
    """The pages of some corpora that have blocks, and those composed of two of them, in order of corpus and id; or every n-th of them."""
    rows = [row for corpus in corpora for row in _rows(root, corpus)]
    partners = _partners(rows)
    with ProcessPoolExecutor(jobs) as pool:
        pages = [page for found in pool.map(partial(_pages, root), rows[::every], partners[::every], chunksize=8) for page in found]
    return sorted(pages, key=lambda page: (corpora.index(page.corpus), page.id))


def _rows(root: Path, corpus: str) -> Iterator[dict[str, Any]]:
    paths = {row["id"]: row for row in map(json.loads, (root / corpus / "manifest.jsonl").open(encoding="utf-8"))}
    for row in map(json.loads, (root / corpus / "gold.jsonl").open(encoding="utf-8")):
        yield {**row, **paths[row["id"]], "corpus": corpus}


def _partners(rows: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """For every third page with a gold body in a corpus to train on: the one of its fold before it, whose article is put after its own."""
    partners: list[dict[str, Any] | None] = []
    last: dict[int, dict[str, Any]] = {}
    for number, row in enumerate(rows):
        fold = fold_of(_site(row.get("url")) or "")
        can = bool(row.get("body")) and row["corpus"] in TRAINED and row.get("url")
        partners.append(last.get(fold) if can and number % _COMPOSED_EVERY == 0 else None)
        if can:
            last[fold] = row
    return partners


def _pages(root: Path, row: dict[str, Any], partner: dict[str, Any] | None) -> list[Page]:
    draft = _drafted(root, row)
    if draft is None:
        return []
    pages = [page_of(draft, row)]
    other = _drafted(root, partner) if partner else None
    if partner and other and compose(draft, row["body"], other, partner["body"]):
        pages.append(replace(page_of(extract(draft), row), id=f"{row['id']}+{partner['id']}", composed=True))
    return pages


def page_of(draft: Draft, row: dict[str, Any]) -> Page:
    """A page, and what a row says of it."""
    return Page(
        row["corpus"],
        str(row["id"]),
        site_of(draft),
        str(row.get("lang") or "en"),
        draft.blocks,
        beside(look(draft.tree).read, draft.parts["paragraphs"], draft.parts.get("headline")),
        row.get("body") or "",
        [p["text"] for p in row.get("optional_paragraphs") or [] if p.get("optional")],
        row.get("with_segments") or [],
        row.get("without_segments") or [],
    )


def _drafted(root: Path, row: dict[str, Any]) -> Draft | None:
    draft = drafted(root / row["corpus"] / row["path"], row.get("url"))
    return draft if draft is not None and draft.blocks is not None and draft.blocks.texts else None


def drafted(path: Path, url: str | None) -> Draft | None:
    """A page through the line up to the extractor; None when it ends before."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        return read(file.read(), [("content-type", b"text/html"), *([("url", url.encode())] if url else [])])


def read(value: bytes, headers: list[tuple[str, bytes]]) -> Draft | None:
    """A record through the line up to the extractor; None when it ends before."""
    try:
        draft = draft_of(Job(headers=headers, timestamp_ms=0, has_value=True, url_required=False), value, Limits())
        for _, stage in (*DECODE, ("parse", parse), *_FILL):
            draft = stage(draft)
    except (Filtered, Invalid):
        return None
    return draft


def site_of(draft: Draft) -> str:
    """The site of a page, by its URL, or by the one it gives itself; else it is one of its own."""
    return _site(draft.url or _own_url(draft.tree)) or draft.page_sha256


def _own_url(tree: HtmlElement) -> str | None:
    found = tree.xpath('//link[@rel="canonical"]/@href|//meta[@property="og:url"]/@content')
    return next((str(url) for url in found if urlsplit(str(url)).hostname), None)


def _site(url: str | None) -> str | None:
    """The registered domain without its last part, so that a publisher's national editions are one site."""
    domain = extract_domain(url) if url else None
    return domain.split(".")[0] if domain else None
