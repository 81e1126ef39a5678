"""Figures by corpus and language: the extractor's body, the model's, the arbiter's, and the blocks that the gold would choose."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from workers.model.choose import THRESHOLD, choose
from workers.model.features import Described
from workers.model.model import Arbiter
from workers.model.rivals import Rivals, rivals
from workers.model.training.corpora import Page
from workers.model.training.labels import Labels
from workers.model.training.score import counts, f1, runs, without
from workers.model.words import Bools, Floats

WAYS = (
    "extractor",
    "block model",
    "with rules of choice",
    "arbiter",
    "arbiter without the stated body",
    "best rival",
    "blocks chosen with the gold",
)
_THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65)
Figures = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A page with the probabilities of a model that was not trained on its site."""

    page: Page
    described: Described
    labels: Labels
    probabilities: Floats
    arbiter: Arbiter | None = None  # made of pages of other sites too

    def score(self, lines: Iterable[str]) -> Figures:
        """Found, wrong and missed runs of a body."""
        return counts(self.gold(), runs(without("\n".join(lines), self.page.optional)))

    def gold(self) -> Counter[tuple[str, ...]]:
        """The gold's runs."""
        return runs(without(self.page.gold, self.page.optional))

    def blocks(self, kept: Bools) -> list[str]:
        """The texts of some blocks."""
        return list(compress(self.page.blocks.texts, kept))

    def worths(self, found: Rivals) -> Floats:
        """The F1 of each body of a page."""
        known: dict[bytes, float] = {}
        for kept in found.kept:
            if kept.tobytes() not in known:
                known[kept.tobytes()] = f1_of(self.score(self.blocks(kept)))
        return np.array([known[kept.tobytes()] for kept in found.kept], dtype=np.float32)

    def ways(self) -> dict[str, Figures]:
        """The figures of each of WAYS."""
        assert self.arbiter is not None
        found = rivals(self.probabilities, self.described)
        bodies = (
            self.page.beside.extracted,
            self.blocks(self.probabilities >= THRESHOLD),
            self.blocks(choose(self.probabilities, self.described)),
            self.blocks(self.arbiter.choose(self.probabilities, self.described)),
            self.blocks(self.arbiter.choose(self.probabilities, self.described, use_stated=False)),
            self.blocks(found.kept[self.worths(found).argmax()]),
            self.blocks(self.labels.kept),
        )
        return dict(zip(WAYS, map(self.score, bodies), strict=True))


def f1_of(figures: Figures) -> float:
    """The F1 of one page."""
    found, wrong, missed = figures
    return 2 * found / (2 * found + wrong + missed) if found else 0.0


def table(pages: Sequence[Judged], by: str) -> list[str]:
    """A Markdown table of F1, a row a corpus or language (`by`: the name of the page's attribute)."""
    groups: dict[str, list[dict[str, Figures]]] = {}
    for judged in pages:
        groups.setdefault(getattr(judged.page, by), []).append(judged.ways())
    lines = [f"| {by} | pages | {' | '.join(WAYS)} |", "|---|---" + "|---" * len(WAYS) + "|"]
    for name, rows in groups.items():
        lines.append(f"| {name} | {len(rows)} | " + " | ".join(f"{f1(row[way] for row in rows):.4f}" for way in WAYS) + " |")
    return lines


def grid(pages: Sequence[Judged]) -> list[tuple[float, float]]:
    """Mean F1 of the corpora for each threshold, best first: (F1, threshold)."""
    found: list[tuple[float, float]] = []
    for threshold in _THRESHOLDS:
        corpora: dict[str, list[Figures]] = {}
        for judged in pages:
            kept = choose(judged.probabilities, judged.described, threshold=threshold)
            corpora.setdefault(judged.page.corpus, []).append(judged.score(judged.blocks(kept)))
        found.append((sum(map(f1, corpora.values())) / len(corpora), threshold))
    return sorted(found, reverse=True)
