"""Makes the block model and its arbiter again: `python -m workers.model.train CORPORA FOLDS`. Writes blocks.npz, blocks.arbiter.npz and
card.md beside this file, and into the folder FOLDS a model and an arbiter for each fold of the sites, made of the other folds' pages, by
which `make quality` judges the pages of that fold.

The arbiter learns from probabilities out of fold: of pages that the trees which gave them never saw. The card's figures are out of fold
too: each page is judged by trees that saw no page of its site. The same corpora give the same files, whatever the processor, and each file
bears the mark of the line that it was made of, by which a test tells that the line has changed since.
"""

import argparse
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from workers.model.features import describe
from workers.model.model import FILE, Arbiter, arbiter_file
from workers.model.rivals import FEATURES, rivals
from workers.model.training import card
from workers.model.training.corpora import FOLDS, MEASURED, TRAINED, Page, load
from workers.model.training.evaluate import Judged
from workers.model.training.fit import fit, fit_ranking
from workers.model.training.labels import Labels, label, label_stated
from workers.model.training.recipe import PAGES_MARK, made_from, pages_mark
from workers.model.trees import Trees
from workers.model.words import Bools, Floats, Ints

BARE_EVERY = 4  # pages
_NEAR = 10  # blocks
_EASY_WORDS = 8
_EASY_EVERY = 3


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, help="the folder of the corpora")
    parser.add_argument("folds", type=Path, help="the folder for the models of the folds")
    parser.add_argument("--jobs", type=int, default=2, help="processes that read pages")
    given = parser.parse_args()
    trained, measured = (load(given.corpora, names, given.jobs) for names in (tuple(TRAINED), MEASURED))
    make(trained, measured, FILE, given.folds)
    (given.folds / PAGES_MARK).write_text(pages_mark(given.corpora, given.jobs) + "\n", encoding="utf-8")


def make(trained: Sequence[Page], measured: Sequence[Page], file: Path, folds: Path) -> None:
    """Write the model and its arbiter, their card beside them, and the same two of each fold."""
    mark = made_from()
    lessons = [lesson for page in trained for lesson in lessons_of(page)]
    trees = replace(learn(lessons), made_from=mark)
    trees.save(file)
    folds.mkdir(exist_ok=True)
    found: tuple[list[Judged], list[Judged]] = [], []
    for fold in range(FOLDS):
        held_out = replace(learn([lesson for lesson in lessons if lesson.fold != fold]), made_from=mark)
        held_out.save(folds / f"{fold}.npz")
        for pages, judged in zip((trained, measured), found, strict=True):
            judged += [judge(page, held_out) for page in pages if page.fold == fold and page.gold and not page.composed]
    contests = [contest_of(judged) for judged in found[0]]
    whole = replace(learn_ranking(contests), made_from=mark)
    whole.save(arbiter_file(file))
    arbiters = {}
    for fold in range(FOLDS):
        arbiter = replace(learn_ranking([contest for contest in contests if contest.fold != fold]), made_from=mark)
        arbiter.save(arbiter_file(folds / f"{fold}.npz"))
        arbiters[fold] = Arbiter.of(arbiter)
    figures = [[replace(judged, arbiter=arbiters[judged.page.fold]) for judged in part] for part in found]
    file.with_name("card.md").write_text(card.text(trees, whole, trained, *figures), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Lesson:
    """The blocks of a page of which something is known."""

    fold: int
    names: list[str]
    values: Floats
    kept: Bools
    weights: Floats


def lessons_of(page: Page) -> list[Lesson]:
    """A page's own; some a second time, as if the extractor had found nothing; one with an `articleBody` and no gold, without it, by it."""
    known, found = label(page), []
    if known is not None:
        found.append(_lesson(page, known))
        if page.gold and zlib.crc32(page.id.encode()) % BARE_EVERY == 0:
            found.append(_lesson(replace(page, beside=replace(page.beside, extracted=[])), known))
    stated = None if page.gold else label_stated(page)
    if stated is not None:
        found.append(_lesson(replace(page, beside=replace(page.beside, stated=[])), stated))
    return found


def _lesson(page: Page, labels: Labels) -> Lesson:
    described, is_known = describe(page.blocks, page.beside), labels.weights > 0
    whole = Lesson(page.fold, described.names, described.values[is_known], labels.kept[is_known], labels.weights[is_known])
    return thinned(whole, described.words[is_known])


def thinned(lesson: Lesson, words: Ints) -> Lesson:
    """Without two thirds of what is easy: short blocks far from the article, menus mostly. Those left weigh three times as much."""
    near = np.convolve(lesson.kept, np.ones(2 * _NEAR + 1))[_NEAR : _NEAR + len(words)] > 0
    is_easy = ~near & (words < _EASY_WORDS)
    is_left = ~is_easy | (np.arange(len(words)) % _EASY_EVERY == 0)
    weights = np.where(is_easy, lesson.weights * np.float32(_EASY_EVERY), lesson.weights)
    return replace(lesson, values=lesson.values[is_left], kept=lesson.kept[is_left], weights=weights[is_left])


def learn(lessons: Sequence[Lesson]) -> Trees:
    """Trees from lessons."""
    values, kept, weights = (np.concatenate([getattr(lesson, name) for lesson in lessons]) for name in ("values", "kept", "weights"))
    return fit(values, lessons[0].names, kept.astype(np.float32), weights)


@dataclass(frozen=True, slots=True)
class Contest:
    """The bodies of a page, and the F1 of each."""

    fold: int
    features: Floats
    worth: Floats


def contest_of(judged: Judged) -> Contest:
    """Between the bodies of a page with a gold one."""
    found = rivals(judged.probabilities, judged.described)
    return Contest(judged.page.fold, found.features, judged.worths(found))


def learn_ranking(contests: Sequence[Contest]) -> Trees:
    """Trees from contests."""
    pages = np.repeat(np.arange(len(contests)), [len(contest.worth) for contest in contests])
    features, worth = (np.concatenate([getattr(contest, name) for contest in contests]) for name in ("features", "worth"))
    return fit_ranking(features, FEATURES, worth, pages)


def judge(page: Page, trees: Trees) -> Judged:
    """A page with a gold body, by trees that were made of others."""
    described, labels = describe(page.blocks, page.beside), label(page)
    assert labels is not None
    return Judged(page, described, labels, trees.probabilities(described.values, trees.columns(described.names)))


if __name__ == "__main__":
    main()
