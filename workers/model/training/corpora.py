"""The corpora's pages as the model sees them: blocks, the texts beside, the gold body."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from courlan import extract_domain
from lxml.html import HtmlElement

from workers.model.blocks import Blocks, cut
from workers.model.page import Beside, beside
from workers.pipeline.draft import Draft, Filtered, Invalid, Limits
from workers.pipeline.line import draft_of
from workers.pool.messages import Job
from workers.stages.decode import STAGES as DECODE
from workers.stages.extract import extract
from workers.stages.joiners import Joiners
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse
from workers.stages.structured import prepare_structured_data

# Folder -> licence of the collection. Nothing is trained on any other folder.
TRAINED = {
    "fundus": "MIT",
    "fundus_eval": "MIT",
    "n4k_dataset": "Apache-2.0",
    "wcxb": "CC-BY-4.0",
    "magic_html": "Apache-2.0",
    "readability_js": "Apache-2.0",
    "newspaper4k": "MIT",
}
MEASURED = ("rtl", "daniel", "omnivore")  # copyleft, or a source of its own: never trained on
_FILL = (("structured", prepare_structured_data), ("metadata", read_metadata), ("extract", extract))


@dataclass(frozen=True, slots=True)
class Page:
    """A page with a gold body. `optional`: lines of it that count neither way."""

    corpus: str
    id: str
    site: str
    language: str
    blocks: Blocks
    beside: Beside
    gold: str
    optional: list[str]


def load(root: Path, corpora: tuple[str, ...], jobs: int) -> list[Page]:
    """The pages of some corpora that have a gold body and blocks, in the order of the gold files."""
    rows = [row for corpus in corpora for row in _rows(root, corpus)]
    with ProcessPoolExecutor(jobs) as pool:
        return [page for page in pool.map(partial(_page, root), rows, chunksize=8) if page is not None]


def _rows(root: Path, corpus: str) -> Iterator[dict[str, object]]:
    gold = (json.loads(line) for line in (root / corpus / "gold.jsonl").open(encoding="utf-8"))
    paths = {row["id"]: row for row in map(json.loads, (root / corpus / "manifest.jsonl").open(encoding="utf-8"))}
    for row in gold:
        if row.get("body"):
            yield {**row, **paths[row["id"]], "corpus": corpus}


def _page(root: Path, row: dict[str, object]) -> Page | None:
    corpus = str(row["corpus"])
    draft = drafted(root / corpus / str(row["path"]), str(row["url"]) if row.get("url") else None)
    if draft is None or draft.tree is None:
        return None
    blocks = cut(draft.tree, Joiners(draft.html or ""))
    if not blocks.texts:
        return None
    paragraphs, optional = row.get("optional_paragraphs") or [], []
    assert isinstance(paragraphs, list)
    optional = [p["text"] for p in paragraphs if p.get("optional")]
    texts = beside(draft.tree, draft.parts["paragraphs"], draft.parts.get("headline"))
    site = _site(draft.url or _own_url(draft.tree)) or f"{corpus}/{row['id']}"
    return Page(corpus, str(row["id"]), site, str(row.get("lang") or "en"), blocks, texts, str(row["body"]), optional)


def drafted(path: Path, url: str | None) -> Draft | None:
    """A page through the line up to the extractor; None when it ends before."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        value = file.read()
    headers = [("content-type", b"text/html"), *([("url", url.encode())] if url else [])]
    try:
        draft = draft_of(Job(headers=headers, timestamp_ms=0, has_value=True, url_required=False), value, Limits())
        for _, stage in (*DECODE, ("parse", parse), *_FILL):
            draft = stage(draft)
    except (Filtered, Invalid):
        return None
    return draft


def _own_url(tree: HtmlElement) -> str | None:
    found = tree.xpath('//link[@rel="canonical"]/@href|//meta[@property="og:url"]/@content')
    return next((str(url) for url in found if urlsplit(str(url)).hostname), None)


def _site(url: str | None) -> str | None:
    """The registered domain without its last part, so that a publisher's national editions are one site."""
    domain = extract_domain(url) if url else None
    return domain.split(".")[0] if domain else None
