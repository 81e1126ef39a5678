"""Why the block model keeps a block, or does not: for people who look at a page (`rawi inspect`)."""

from dataclasses import dataclass

import numpy as np

from workers.model.model import load
from workers.pipeline.draft import Draft
from workers.stages.block_model import blocks_beside

MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Weighed:
    """A feature of a block, its value, and by how much it moved the log odds of the block: above 0 towards the article."""

    name: str
    value: float
    moved: float


@dataclass(frozen=True, slots=True)
class ExplainedBlock:
    """One block in page order. `kept`: whether the model's own body has it, whichever body was published in the end."""

    text: str
    probability: float  # to be of the article, 0 to 1
    kept: bool
    weighed: tuple[Weighed, ...]  # what weighed most, heaviest first


def explain(draft: Draft, most: int = MOST_SHOWN) -> list[ExplainedBlock]:
    """Every block of a page as the model sees it. Pure; some 20 ms a page.

    `draft`: as the stage `extract` leaves it (`tree`, `html`, and `paragraphs` in `parts`). Nothing for a page without a tree, without
    blocks or with too many.
    A tree's answer is shared out among its questions: each is given what the mean of the leaves still open moved by when it was answered.
    """
    found = blocks_beside(draft)
    judged = found and load().explained(*found)
    if not found or not judged:
        return []
    judgement, described, moved = judged
    heaviest = np.argsort(-np.abs(moved), axis=1, kind="stable")[:, :most]
    return [
        ExplainedBlock(
            text=text,
            probability=float(judgement.probabilities[row]),
            kept=bool(judgement.kept[row]),
            weighed=tuple(
                Weighed(described.names[column], float(described.values[row, column]), float(moved[row, column]))
                for column in heaviest[row]
                if moved[row, column]
            ),
        )
        for row, text in enumerate(found[0].texts)
    ]
