"""The model card, made with the model."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from workers.model.choose import THRESHOLD
from workers.model.rivals import FEATURES
from workers.model.training.corpora import MEASURED, TRAINED, Page
from workers.model.training.evaluate import Judged, grid, table
from workers.model.trees import Trees

_COMMONEST = 30
_HEAD = """\
# Model card: the block model

Made by `make train`, together with `blocks.npz`; do not edit. The same pages, line and locked packages give the same files, byte for byte,
whatever the processor: what of that was tried is in `docs/block-model.md`, "Making it again".

**What it does.** For each block of a page (the text between two block-level tags) it gives the probability that the block belongs to the
article's body. `workers/model/choose.py` takes the blocks from {threshold} on, and those of the publisher's own `articleBody` with them
where the two agree but the model stops too soon. That is one of the bodies that `workers/model/rivals.py` makes of a page (others: from
other thresholds on, inside one container, trafilatura's, the publisher's); the arbiter, {arbiter_trees} small trees over {arbiter_features}
numbers about each body, takes the best. trafilatura's body is one of the model's inputs too, and stands where the model finds less than an
article.

**What it is.** {trees} symmetric trees of depth {depth} with {questions} questions about {features} features, none of which is
a site or a word of a language. Class and id names count only by roots that developers use everywhere
(`workers/model/blocks.py`). Applied without the training library.

**What it is not for.** Pages that are no article; single blocks taken from their page; which of several
articles on a page is the main one, beyond what the golds below show.

## Data

Trained on {pages} pages of {sites} sites: most by a gold body, {snippets} by snippets of it and of what is not, or by the publisher's own
`articleBody`, and {composed} composed of two of them (a second article put after the first). Each page weighs the same, the last two kinds
half. The pages are not in this repository,
and no text of theirs is in the model.

| collection | licence | pages |
|---|---|---|
"""
_MEASURED_NOTE = """
Never trained on, only measured: {names} (copyleft collections, or pages whose licence is their publisher's own).

## Figures

F1 over runs of four words, precision and recall averaged over pages (`workers/model/training/score.py`).
*extractor*: trafilatura's body as this project calls it;
*block model*: its blocks from the threshold on; *with rules of choice*: what `choose.py` makes of them; *arbiter*: the body that it takes,
before the rules of segmentation; *best rival*: the body that the gold would take of those the arbiter has;
*blocks chosen with the gold*: the best that any choice of whole blocks can reach.

Out of fold by site (each page judged by trees that saw no page of its site; four folds):

"""


def text(trees: Trees, arbiter: Trees, pages: Sequence[Page], out_of_fold: Sequence[Judged], measured: Sequence[Judged]) -> str:
    """The card's Markdown."""
    by_corpus = Counter(page.corpus for page in pages)
    lines = [f"| {corpus} | {licence} | {by_corpus[corpus]} |" for corpus, licence in TRAINED.items()]
    head = _HEAD.format(
        threshold=THRESHOLD,
        trees=len(trees.tree_splits),
        arbiter_trees=len(arbiter.tree_splits),
        arbiter_features=len(FEATURES),
        depth=trees.tree_splits.shape[1],
        questions=len(trees.split_border),
        features=len(trees.feature_names),
        pages=len(pages),
        snippets=sum(not page.gold for page in pages),
        composed=sum(page.composed for page in pages),
        sites=len({page.site for page in pages}),
    )
    found = grid(out_of_fold)
    return "\n".join(
        [
            head + "\n".join(lines),
            _MEASURED_NOTE.format(names=", ".join(MEASURED)) + "\n".join(table(out_of_fold, "corpus")),
            "\nCollections that were never trained on, out of fold by site too,"
            " because other collections have pages of some of their sites:\n",
            *table(measured, "corpus"),
            "\nBy language, out of fold (what a gold does not say is taken for English):\n",
            *table(out_of_fold, "language"),
            "\nBy language, collections never trained on:\n",
            *table(measured, "language"),
            "\n## Threshold\n",
            "Mean F1 of the collections, out of fold, without the arbiter; the one in force is set by hand in `choose.py`.\n",
            "| threshold | F1 |\n|---|---|",
            *(f"| {threshold} | {f1:.4f} |" for f1, threshold in found),
            f"\n## The {_COMMONEST} features asked for most often\n",
            *_features(trees),
            "",
        ]
    )


def _features(trees: Trees) -> list[str]:
    asked = Counter(np.array(trees.feature_names)[trees.split_feature[trees.tree_splits.ravel()]].tolist())
    names = asked.most_common(_COMMONEST)
    return ["| feature | questions |", "|---|---|", *(f"| `{name}` | {count} |" for name, count in names)]
