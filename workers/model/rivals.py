"""The bodies a page may have, and numbers that tell the arbiter which is best. None of them names a site, or a word of any language."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.model.choose import STATED_SHARE, THRESHOLD, bodies
from workers.model.features import Described
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
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Rivals:
    """Bodies in the order of NAMES, the model's own first: a row a body, a column a block; and their features, a row a body."""

    kept: Bools
    features: Floats


def rivals(probabilities: Floats, described: Described, *, use_stated: bool = True) -> Rivals:
    """The bodies of a page that the arbiter chooses from. One that the page has no ground for is the model's own."""
    column = {name: described.values[:, number] for number, name in enumerate(described.names) if name in NEEDED}
    kept = np.array(_bodies(probabilities, described, column, use_stated=use_stated))
    kept[~kept.any(axis=1)] = kept[0]
    return Rivals(kept, _features(kept, probabilities, described, column))


def _bodies(probabilities: Floats, described: Described, column: dict[str, Floats], *, use_stated: bool) -> list[Bools]:
    found = bodies(probabilities, described, _THRESHOLDS, use_stated=use_stated)
    own, loose = found[0], found[_LOOSE]
    found += [loose & (column[f"{name}.inside"] > 0) for name in _CONTAINERS]
    article = column["article"].astype(np.int64) + 1
    weights = np.bincount(article, weights=probabilities * described.words)
    found.append(own & (article == weights.argmax()))
    found.append(own & (column["h1_before"] <= 1))
    found.append(described.extracted >= STATED_SHARE)
    stated = described.stated >= STATED_SHARE
    found.append(stated if use_stated and stated.any() else own)
    return found


def _features(kept: Bools, probabilities: Floats, described: Described, column: dict[str, Floats]) -> Floats:
    words = described.words.astype(np.float32)
    all_words, expected_words = max(float(words.sum()), 1.0), float((probabilities * words).sum())
    taken = kept.astype(np.float32)
    kinds = np.stack(
        [probabilities, column["links"], column["ends_as_sentence"], words < 8, column["tag=p"], column["core0.6.inside"]]
        + [described.extracted, column["hidden"]],
        axis=1,
    ).astype(np.float32)
    added, cut = taken * (1 - taken[0]), (1 - taken) * taken[0]
    total, added_words, cut_words = taken @ words, added @ words, cut @ words
    own = max(float(total[0]), 1.0)
    weighed = kinds * words[:, None]
    like = 2 * ((taken * words) @ taken.T) / np.maximum(total[:, None] + total, 1)
    expected = 2 * (taken @ weighed[:, 0]) / np.maximum(total + expected_words, 1)
    runs = (np.diff(taken, axis=1, prepend=0) > 0).sum(axis=1)
    blocks = taken.sum(axis=1)
    gaps = _gaps(kept, words, total), _gaps(kept, weighed[:, 0], taken @ weighed[:, 0])
    features = [np.arange(len(NAMES)), expected, expected - expected[0], total / all_words, total / own]
    median = np.sort(like, axis=1)[:, len(NAMES) // 2]
    features += [like[0], like[NAMES.index("extractor")], like[NAMES.index("stated")], like.mean(axis=1), median]
    for rows, of in ((taken, total), (added, added_words), (cut, cut_words)):
        features += list(((rows @ weighed) / np.maximum(of, _LEAST)[:, None]).T)
    features += [added_words / own, cut_words / own, added.sum(axis=1), cut.sum(axis=1), blocks, runs, runs / np.maximum(blocks, 1)]
    features += [gap / np.maximum(total, 1) for gap in gaps]
    unsure = float((probabilities * (1 - probabilities) * words).sum()) / all_words
    page = [float(column[name][0]) for name in _PAGE]
    page += [len(words), float(expected[0]), float(total[0]) / all_words, unsure, float(weighed[:, 1].sum()) / all_words]
    page += [float(probabilities.max()), float(total[_LOOSE]) / own, float(total[_TIGHT]) / own, float(column["unspaced"].mean())]
    matrix = np.empty((len(NAMES), len(FEATURES)), dtype=np.float32)
    matrix[:, : len(features)] = np.array(features).T
    matrix[:, len(features) :] = page
    return matrix


def _gaps(kept: Bools, weights: Floats, inside: NDArray[np.float32]) -> NDArray[np.float32]:
    """By body: what stands between its first and its last block and is not in it."""
    sums = np.concatenate((np.zeros(1, dtype=np.float32), np.cumsum(weights)))
    count = kept.shape[1]
    first, last = kept.argmax(axis=1), count - kept[:, ::-1].argmax(axis=1)
    return np.where(kept.any(axis=1), sums[last] - sums[first] - inside, 0)


NEEDED = {  # of the features of blocks
    *_PAGE,
    *(f"{name}.inside" for name in _CONTAINERS),
    "article",
    "h1_before",
    "links",
    "ends_as_sentence",
    "tag=p",
    "hidden",
    "unspaced",
}
