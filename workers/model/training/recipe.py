"""How the trees are made, and the mark of what they were made from."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import numpy as np

from workers.model.features import Described, describe
from workers.model.rivals import Rivals, rivals
from workers.model.training.corpora import TRAINED, Page, load, page_of, read
from workers.model.training.labels import Labels, label
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


def made_from() -> str:
    """A hash of what the line makes of the demo's pages (blocks, features, labels, the bodies' features), and of the recipe.

    It is stored in the files: a model whose hash is another was made by another line, and `make train` would give other files. The pages
    are this project's own, so that a test can ask without the corpora. It counts every bit: processors make the same numbers.
    """
    return _mark(_pages())


def pages_mark(corpora: Path, jobs: int) -> str:
    """The same of every fourth page that the model is trained on: for `make quality`, which has the corpora."""
    return _mark(load(corpora, tuple(TRAINED), jobs, every=_EVERY))


def _mark(pages: Iterable[Page]) -> str:
    digest = hashlib.sha256(msgspec.json.encode([SETTINGS, BLOCKS, RIVALS, sorted(TRAINED)]))
    for page in pages:
        described, labels, bodies = _made_of(page)
        digest.update("\0".join((*page.blocks.texts, *described.names)).encode("utf-8", "surrogatepass"))
        for values in (described.values, *([labels.weights, labels.kept] if labels else []), bodies.features, bodies.kept):
            digest.update(values.tobytes())
    return digest.hexdigest()


def _made_of(page: Page) -> tuple[Described, Labels | None, Rivals]:
    """What the line makes of a page, the bodies by probabilities that need no model."""
    described = describe(page.blocks, page.beside)
    return described, label(page), rivals(described.extracted * np.float32(0.98) + np.float32(0.01), described)


def _pages() -> Iterator[Page]:
    for sample in load_samples():
        draft = read(sample.value, sample.headers) if sample.value else None
        if draft is not None and draft.blocks is not None and draft.blocks.texts:
            yield _page(draft)


def _page(draft: Draft) -> Page:
    gold = "\n".join(text for text in draft.blocks.texts if len(text) >= _GOLD_CHARS)
    return page_of(draft, {"corpus": "samples", "id": draft.url, "body": gold or "none"})
