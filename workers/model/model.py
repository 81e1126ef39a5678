"""The block model of this version: its file, loaded once a process."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml.html import document_fromstring

from workers.model.blocks import Blocks, cut
from workers.model.choose import Choice, choose
from workers.model.features import Described, describe
from workers.model.page import Beside
from workers.model.trees import Trees
from workers.model.words import Floats, Ints
from workers.stages.joiners import Joiners

FILE = Path(__file__).with_name("blocks.npz")
MAX_BLOCKS = 20_000  # 60 times what a long page has: past it the matrix would cost more memory than the page is worth


@dataclass(frozen=True, slots=True)
class BlockModel:
    """The trees and the columns they read."""

    trees: Trees
    columns: Ints

    def judge(self, blocks: Blocks, beside: Beside) -> tuple[Floats, Choice] | None:
        """The probability of each block to be of the article, and which body to use; None for a page without blocks or with too many."""
        described = _described(blocks, beside)
        return None if described is None else self._judged(described)

    def explained(self, blocks: Blocks, beside: Beside) -> tuple[Floats, Choice, Described, Floats] | None:
        """What `judge` says, the features, and by how much each moved the log odds of each block."""
        described = _described(blocks, beside)
        if described is None:
            return None
        return *self._judged(described), described, self.trees.moved(described.values, self.columns)

    def _judged(self, described: Described) -> tuple[Floats, Choice]:
        probabilities = self.trees.probabilities(described.values, self.columns)
        return probabilities, choose(probabilities, described)


def _described(blocks: Blocks, beside: Beside) -> Described | None:
    return describe(blocks, beside) if 0 < len(blocks.texts) <= MAX_BLOCKS else None


@cache
def load(path: Path = FILE) -> BlockModel:
    """Read the model; KeyError when it asks for a feature that this version does not make."""
    trees = Trees.load(path)
    names = describe(cut(document_fromstring("<p>x</p>"), Joiners("")), Beside([], [], [], [], [])).names
    return BlockModel(trees, trees.columns(names))
