"""The measure: F1 over runs of four words, as in the article-extraction-benchmark."""

import re
from collections import Counter
from collections.abc import Iterable
from statistics import fmean

_WORD = re.compile(r"\w+")
_RUN = 4


def runs(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words of a text, counted; a text of fewer words is one run."""
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)) if words)


def counts(gold: Counter[tuple[str, ...]], got: Counter[tuple[str, ...]]) -> tuple[float, float, float]:
    """Found, wrong and missed runs of a page, as shares of all three."""
    found = sum((gold & got).values())
    wrong, missed = sum(got.values()) - found, sum(gold.values()) - found
    total = found + wrong + missed
    return (found / total, wrong / total, missed / total) if total else (0.0, 0.0, 0.0)


def f1(pages: Iterable[tuple[float, float, float]]) -> float:
    """Of precision and recall, each averaged over the pages that have one."""
    rows = list(pages)
    precision = fmean([found / (found + wrong) for found, wrong, _ in rows if found + wrong > 0] or [0.0])
    recall = fmean([found / (found + missed) for found, _, missed in rows if found + missed > 0] or [0.0])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def without(text: str, optional: Iterable[str]) -> str:
    """A text less the lines that count neither way."""
    dropped = {" ".join(line.split()) for line in optional}
    return "\n".join(line for line in text.split("\n") if " ".join(line.split()) not in dropped) if dropped else text
