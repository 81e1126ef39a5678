"""Makes the block model again: `python -m workers.model.train CORPORA`. Writes blocks.npz and card.md beside this file.

The figures are out of fold: each page is judged by trees that saw no page of its site. The same corpora give the same file.
"""

import argparse
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from workers.model.features import Described, describe
from workers.model.model import FILE
from workers.model.training import card
from workers.model.training.corpora import MEASURED, TRAINED, Page, load
from workers.model.training.evaluate import Judged
from workers.model.training.fit import fit
from workers.model.training.labels import Labels, label
from workers.model.trees import Trees

FOLDS = 4
BARE_EVERY = 4  # pages


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, help="the folder of the corpora")
    parser.add_argument("--jobs", type=int, default=2, help="processes that read pages")
    given = parser.parse_args()
    trained, measured = (Sample(load(given.corpora, names, given.jobs)) for names in (tuple(TRAINED), MEASURED))
    trees = trained.fit(range(FOLDS))
    trees.save(FILE)
    held_out = [trained.fit([other for other in range(FOLDS) if other != fold]) for fold in range(FOLDS)]
    figures = [[judged for fold, its in enumerate(held_out) for judged in sample.judge(its, fold)] for sample in (trained, measured)]
    FILE.with_name("card.md").write_text(card.text(trees, trained.pages, *figures), encoding="utf-8")


class Sample:
    """Pages with their features and labels."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = pages
        self.described: list[Described] = [describe(page.blocks, page.beside) for page in pages]
        # Some pages a second time, as if the extractor had found nothing: the model must know what to do then.
        self.bare = {n: describe(page.blocks, replace(page.beside, extracted=[])) for n, page in enumerate(pages) if n % BARE_EVERY == 0}
        self.labels: list[Labels] = [label(page) for page in pages]
        self.folds = [zlib.crc32(page.site.encode()) % FOLDS for page in pages]

    def fit(self, folds: Sequence[int]) -> Trees:
        """Trees for the pages of some folds."""
        mine = [n for n, fold in enumerate(self.folds) if fold in folds]
        bare = [n for n in mine if n in self.bare]
        values = np.concatenate([self.described[n].values for n in mine] + [self.bare[n].values for n in bare])
        kept, weights = (np.concatenate([getattr(self.labels[n], name) for n in mine + bare]) for name in ("kept", "weights"))
        return fit(values, self.described[0].names, kept.astype(np.float32), weights)

    def judge(self, trees: Trees, fold: int) -> list[Judged]:
        """The pages of a fold, judged by trees that were made of the others."""
        columns = trees.columns(self.described[0].names)
        return [
            Judged(page, described, labels, trees.probabilities(described.values, columns))
            for page, described, labels, its_fold in zip(self.pages, self.described, self.labels, self.folds, strict=True)
            if fold == its_fold
        ]


if __name__ == "__main__":
    main()
