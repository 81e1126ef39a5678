"""The block model of this version and the arbiter between the bodies it may mean: their files, loaded once a process."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from lxml.html import document_fromstring

from workers.model.blocks import Blocks, cut
from workers.model.choose import LIVE_THRESHOLD, THRESHOLD, bodies
from workers.model.features import Described, describe
from workers.model.page import Beside
from workers.model.rivals import FEATURES, NEEDED, rivals
from workers.model.trees import Trees
from workers.model.words import Bools, Floats, Ints
from workers.stages.joiners import Joiners

FILE = Path(__file__).with_name("blocks.npz")
MAX_BLOCKS = 20_000  # 60 times what a long page has: past it the matrix would cost more memory than the page is worth


@dataclass(frozen=True, slots=True)
class Arbiter:
    """Trees that rank the bodies of a page."""

    trees: Trees
    columns: Ints

    @classmethod
    def of(cls, trees: Trees) -> "Arbiter":
        """KeyError when the trees ask for a feature that this version does not make."""
        return cls(trees, trees.columns(FEATURES))

    def choose(self, probabilities: Floats, described: Described, *, use_stated: bool = True) -> Bools:
        """The blocks of the best body."""
        return self.judged(probabilities, described, use_stated=use_stated).kept

    def judged(self, probabilities: Floats, described: Described, *, use_stated: bool = True) -> "Judgement":
        """The best body, and the model's own."""
        found = rivals(probabilities, described, use_stated=use_stated)
        best = int(self.trees.scores(found.features, self.columns).argmax())
        return Judgement(probabilities, np.asarray(found.kept[0]), np.asarray(found.kept[best]))


@dataclass(frozen=True, slots=True)
class Judgement:
    """By block: the probability to be of the article; whether the model by itself would keep it; whether it is kept."""

    probabilities: Floats
    own: Bools
    kept: Bools


@dataclass(frozen=True, slots=True)
class BlockModel:
    """The trees, the columns they read, and the names that they and the arbiter ask for.

    Without an arbiter: the blocks from the threshold on. `use_stated`: as `choose` takes it.
    """

    trees: Trees
    columns: Ints
    asked: frozenset[str]
    arbiter: Arbiter | None = None
    use_stated: bool = True

    @classmethod
    def of(cls, trees: Trees, arbiter: Arbiter | None = None) -> "BlockModel":
        """KeyError when the trees ask for a feature that this version does not make."""
        asked = frozenset((*trees.feature_names, *NEEDED))
        names = describe(cut(document_fromstring("<p>x</p>"), Joiners("")), Beside([], [], [], [], []), asked).names
        return cls(trees, trees.columns(names), asked, arbiter)

    def judge(self, blocks: Blocks, beside: Beside) -> Judgement | None:
        """Which blocks to keep; None for a page without blocks or with too many."""
        described = self.described(blocks, beside)
        return None if described is None else self._judged(described, beside)

    def explained(self, blocks: Blocks, beside: Beside) -> tuple[Judgement, Described, Floats] | None:
        """What `judge` says, the features, and by how much each moved the log odds of each block."""
        described = self.described(blocks, beside)
        if described is None:
            return None
        return self._judged(described, beside), described, self.trees.moved(described.values, self.columns)

    def described(self, blocks: Blocks, beside: Beside) -> Described | None:
        """The features that are asked for; None as by `judge`."""
        return describe(blocks, beside, self.asked) if 0 < len(blocks.texts) <= MAX_BLOCKS else None

    def _judged(self, described: Described, beside: Beside) -> Judgement:
        probabilities = self.trees.probabilities(described.values, self.columns)
        if self.arbiter is not None and not beside.is_live:
            return self.arbiter.judged(probabilities, described, use_stated=self.use_stated)
        own, live = bodies(probabilities, described, (THRESHOLD, LIVE_THRESHOLD), use_stated=self.use_stated)
        return Judgement(probabilities, own, live if beside.is_live else own)


def arbiter_file(path: Path) -> Path:
    """Where the arbiter of a model's file is."""
    return path.with_name(path.name.replace(".npz", ".arbiter.npz"))


@cache
def load(path: Path = FILE) -> BlockModel:
    """Read the model; KeyError when it asks for a feature that this version does not make."""
    return BlockModel.of(Trees.load(path), Arbiter.of(Trees.load(arbiter_file(path))))
