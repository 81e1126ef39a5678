"""The bodies a page may have, and numbers that tell the arbiter which is best. None of them names a site, or a word of any language."""

from dataclasses import dataclass

import numpy as np

from workers.model.bodies import fill_others
from workers.model.choose import THRESHOLD, bodies
from workers.model.features import Described
from workers.model.telling import tell
from workers.model.words import Bools, Floats

_THRESHOLDS = (THRESHOLD, 0.2, 0.35, 0.5, 0.7, 0.8, 0.9)  # the first is the model's own
_LOOSE = 2  # of them, for what stands inside a container
_TIGHT = 5
_CONTAINERS = ("core0.4", "core0.6", "core0.8", "run")
NAMES = (
    *(f"from {threshold}" for threshold in _THRESHOLDS),
    *(f"loose in {name}" for name in _CONTAINERS),
    "one article",
    "first h1",
    "extractor",
    "stated",
)
_KINDS = ("probability", "links", "ends_as_sentence", "short", "tag=p", "core0.6.inside", "extracted", "hidden")  # means over blocks
_OWN = (
    *(
        "rival",
        "expected",
        "expected.gain",
        "words",
        "words.ratio",
        "like.model",
        "like.extractor",
        "like.stated",
        "like.mean",
        "like.median",
    ),
    *(f"in.{kind}" for kind in _KINDS),
    *(f"added.{kind}" for kind in _KINDS),
    *(f"cut.{kind}" for kind in _KINDS),
    *("added.words", "cut.words", "added.blocks", "cut.blocks", "blocks", "runs", "runs.density", "gap.words", "gap.probability"),
)
_PAGE = ("h1_count", "article.count", "page.words", "page.readable", "stated.length", "extracted.length", "description.length")
_OF_PAGE = ("blocks", "expected", "share", "unsure", "links", "sure", "loose.ratio", "tight.ratio", "unspaced")
FEATURES = (*_OWN, *(f"page: {name}" for name in (*_PAGE, *_OF_PAGE)))
_OF_BLOCKS = ("links", "ends_as_sentence", "tag=p", "core0.6.inside", "hidden")  # of the kinds those that are features
_LIKE = (0, NAMES.index("extractor"), NAMES.index("stated"))


@dataclass(frozen=True, slots=True)
class Rivals:
    """Bodies in the order of NAMES, the model's own first: a row a body, a column a block; and their features, a row a body."""

    kept: Bools
    features: Floats


def rivals(probabilities: Floats, described: Described, *, use_stated: bool = True) -> Rivals:
    """The bodies of a page that the arbiter chooses from. One that the page has no ground for is the model's own."""
    number = {name: number for number, name in enumerate(described.names) if name in NEEDED}
    values, probabilities = np.asfortranarray(described.values), np.ascontiguousarray(probabilities, dtype=np.float32)
    kept = bodies(probabilities, described, _THRESHOLDS, use_stated=use_stated, room=len(NAMES) - len(_THRESHOLDS))
    fill_others(
        kept.view(np.uint8),
        len(_THRESHOLDS),
        _LOOSE,
        values,
        tuple([number[f"{name}.inside"] for name in _CONTAINERS]),
        number["article"],
        number["h1_before"],
        probabilities,
        described.words,
        described.extracted,
        described.stated,
        use_stated,
    )
    features = tell(
        kept.view(np.uint8),
        probabilities,
        described.words,
        described.extracted,
        values,
        tuple([number[name] for name in _OF_BLOCKS]),
        tuple([number[name] for name in _PAGE]),
        number["unspaced"],
        _LIKE,
        _LOOSE,
        _TIGHT,
        len(FEATURES),
    )
    return Rivals(kept, features)


NEEDED = {  # of the features of blocks
    *_PAGE,
    *(f"{name}.inside" for name in _CONTAINERS),
    *_OF_BLOCKS,
    "article",
    "h1_before",
    "unspaced",
}
