"""Figures by corpus and language: the extractor's body, the model's, the one chosen, and the blocks that the gold would choose."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

from workers.model.choose import THRESHOLD, choose
from workers.model.features import Described
from workers.model.training.corpora import Page
from workers.model.training.labels import Labels
from workers.model.training.score import counts, f1, runs, without
from workers.model.words import Bools, Floats

WAYS = ("extractor", "block model", "chosen", "blocks chosen with the gold")
_THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65)
Figures = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A page with the probabilities of a model that was not trained on its site."""

    page: Page
    described: Described
    labels: Labels
    probabilities: Floats

    def score(self, lines: Iterable[str]) -> Figures:
        """Found, wrong and missed runs of a body."""
        return counts(self.gold(), runs(without("\n".join(lines), self.page.optional)))

    def gold(self) -> Counter[tuple[str, ...]]:
        """The gold's runs."""
        return runs(without(self.page.gold, self.page.optional))

    def blocks(self, kept: Bools) -> list[str]:
        """The texts of some blocks."""
        return list(compress(self.page.blocks.texts, kept))

    def ways(self) -> dict[str, Figures]:
        """The figures of each of WAYS."""
        bodies = (
            self.page.beside.extracted,
            self.blocks(self.probabilities >= THRESHOLD),
            self.blocks(choose(self.probabilities, self.described).kept),
            self.blocks(self.labels.kept),
        )
        return dict(zip(WAYS, map(self.score, bodies), strict=True))


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
            kept = choose(judged.probabilities, judged.described, threshold=threshold).kept
            corpora.setdefault(judged.page.corpus, []).append(judged.score(judged.blocks(kept)))
        found.append((sum(map(f1, corpora.values())) / len(corpora), threshold))
    return sorted(found, reverse=True)
