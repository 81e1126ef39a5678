"""How the trees are made, and the mark of what they were made from."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from workers.model.features import Described, describe
from workers.model.rivals import Rivals, rivals
from workers.model.training.corpora import TRAINED, Page, load, page_of, read
from workers.model.training.labels import Labels, label
from workers.model.words import Floats
from workers.pipeline.draft import Draft
from workers.samples import load_samples

SEED = 4
SETTINGS = {
    "border_count": 32,
    "bootstrap_type": "Bernoulli",
    "boosting_type": "Plain",
    "thread_count": 2,  # fixed: another number sums in another order
    "random_seed": SEED,
    "allow_writing_files": False,
    "verbose": False,
}
BLOCKS = {
    "iterations": 600,  # half as many, learning faster, leave more to the seed: docs/block-model.md
    "depth": 8,
    "learning_rate": 0.05,
    "l2_leaf_reg": 12.0,
    "rsm": 0.2,
    "subsample": 0.5,
    "loss_function": "Logloss",
}
RIVALS = {
    "iterations": 500,
    "depth": 4,
    "learning_rate": 0.03,
    "l2_leaf_reg": 10.0,
    "rsm": 0.3,
    "subsample": 0.6,
    "loss_function": "PairLogit",
}
PAGES_MARK = "pages.sha256"  # the file of `pages_mark`, beside the models of the folds
_EVERY = 4
_GOLD_CHARS = 80  # a sample's blocks from here on stand for its gold
_STEPS = 100.0  # to one: what processors round otherwise is far below
_OFF = 0.13717  # so that simple fractions stand on no edge between two steps


def made_from() -> str:
    """A hash of what the line makes of the demo's pages (blocks, features, labels, the bodies' features), and of the recipe.

    It is stored in the files: a model whose hash is another was made by another line, and `make train` would give other files. The pages
    are this project's own, so that a test can ask without the corpora. Numbers count in steps, for what processors round otherwise.
    """
    return _mark(_pages())


def pages_mark(corpora: Path, jobs: int) -> str:
    """The same of every fourth page that the model is trained on: for `make quality`, which has the corpora.

    Of the numbers their means, in three figures: among so many some stand on the edge of a step, and processors round them to either side
    (seen: another mark of the same line on another machine).
    """
    digest = hashlib.sha256(msgspec.json.encode([SETTINGS, BLOCKS, RIVALS, sorted(TRAINED)]))
    sums: dict[int, NDArray[np.float64]] = {}
    rows: dict[int, int] = {}
    for page in load(corpora, tuple(TRAINED), jobs, every=_EVERY):
        described, labels, bodies = _made_of(page)
        digest.update("\0".join((*page.blocks.texts, *described.names)).encode("utf-8", "surrogatepass"))
        digest.update((labels.kept.tobytes() if labels else b"") + bodies.kept.tobytes())
        for number, values in enumerate((described.values, bodies.features)):
            sums[number] = values.sum(axis=0, dtype=np.float64) + sums.get(number, 0.0)
            rows[number] = rows.get(number, 0) + len(values)
    means = [f"{mean:.3g}" for number, columns in sums.items() for mean in columns / rows[number]]
    digest.update(" ".join(means).encode())
    return digest.hexdigest()


def _mark(pages: Iterable[Page]) -> str:
    digest = hashlib.sha256(msgspec.json.encode([SETTINGS, BLOCKS, RIVALS, sorted(TRAINED)]))
    for page in pages:
        described, labels, bodies = _made_of(page)
        digest.update("\0".join((*page.blocks.texts, *described.names)).encode("utf-8", "surrogatepass"))
        for values in (described.values, *([labels.weights] if labels else []), bodies.features):
            digest.update(_stepped(values).tobytes())
        digest.update((labels.kept.tobytes() if labels else b"") + bodies.kept.tobytes())
    return digest.hexdigest()


def _made_of(page: Page) -> tuple[Described, Labels | None, Rivals]:
    """What the line makes of a page, the bodies by probabilities that need no model."""
    described = describe(page.blocks, page.beside)
    return described, label(page), rivals(described.extracted * np.float32(0.98) + np.float32(0.01), described)


def _stepped(values: Floats) -> NDArray[np.int32]:
    return np.floor(np.clip(values, -1e6, 1e6).astype(np.float64) * _STEPS + _OFF).astype(np.int32)


def _pages() -> Iterator[Page]:
    for sample in load_samples():
        draft = read(sample.value, sample.headers) if sample.value else None
        if draft is not None and draft.blocks is not None and draft.blocks.texts:
            yield _page(draft)


def _page(draft: Draft) -> Page:
    gold = "\n".join(text for text in draft.blocks.texts if len(text) >= _GOLD_CHARS)
    return page_of(draft, {"corpus": "samples", "id": draft.url, "body": gold or "none"})
