"""Which blocks of a page belong to its body: by the gold body, by snippets, or by what the publisher states."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from workers.model.blocks import Blocks
from workers.model.compare import compare
from workers.model.texts import Texts
from workers.model.training.corpora import Page
from workers.model.words import Bools, Floats, Hashes, Ints

_RUN = 0.5  # share of a block's runs of four words that the gold has, from which on the block is in it
_LONG = 8  # words
_NEAR = 6  # blocks: a short one is the article's only with a long one of the article's so near
_SNIPPETS_WEIGHT = 0.5  # of a page of which only some blocks are known
_COMPOSED_WEIGHT = 0.5
_MIN_STATED_CHARS = 800
_MIN_STATED_SHARE = 0.9  # of the stated body's runs that the page's text has: else it is another text


@dataclass(frozen=True, slots=True)
class Labels:
    """By block: whether it belongs to the body, and what it weighs. The weights of a page sum to 1 or less; 0: unknown."""

    kept: Bools
    weights: Floats


def label(page: Page) -> Labels | None:
    """The labels of a page; None when nothing is known of it."""
    if page.gold:
        found = by_body(page.blocks, page.gold, page.optional)
        return Labels(found.kept, found.weights * _COMPOSED_WEIGHT) if page.composed else found
    return _by_snippets(page) if page.wanted or page.unwanted else None


def label_stated(page: Page) -> Labels | None:
    """By the publisher's own `articleBody`; None when there is none, or another text than the page's. Short blocks it lacks are unknown."""
    stated = page.beside.lines()[1]
    if sum(map(len, stated)) < _MIN_STATED_CHARS:
        return None
    compared = compare(stated, page.blocks.texts)
    runs = np.maximum(compared.words - 3, 0)
    if not runs.any() or np.rint(compared.shares()[2] * runs).sum() / runs.sum() < _MIN_STATED_SHARE:
        return None
    found = by_body(page.blocks, "\n".join(stated), [])
    lengths = np.diff(Texts(page.blocks.texts).starts)
    return Labels(found.kept, np.where(found.kept | (lengths >= _LONG), found.weights, 0).astype(np.float32))


def by_body(blocks: Blocks, gold: str, optional: list[str]) -> Labels:
    """Runs of four words decide; a block of two or three words needs all of them in a row, one of one word a line of its own."""
    compared = compare(blocks.texts, [gold])
    lengths, (_, two, four, exact) = compared.words, compared.shares()
    kept = np.where(lengths >= 4, four >= _RUN, np.where(lengths >= 2, two == 1, exact == 1)) & (lengths > 0)
    _drop_copies(kept, lengths, compared.lines, _lines(gold))
    _drop_lone(kept, lengths)
    weights = _weights(lengths)
    if optional:
        _, _, in_optional, same = compare(blocks.texts, optional).shares()
        weights[(in_optional >= _RUN) | (same == 1)] = 0
    return Labels(kept, (weights / max(float(weights.sum()), 1.0)).astype(np.float32))


def _lines(gold: str) -> Counter[int]:
    lines = [line for line in gold.splitlines() if line.strip()]
    return Counter(Texts(lines).lines.tolist())


def _drop_copies(kept: Bools, lengths: Ints, hashes: Hashes, gold: Counter[int]) -> None:
    """Of equal blocks keep as many as the gold has, those with most of the article around them: the others are teasers of it."""
    mass = np.convolve(np.where(kept & (lengths >= _LONG), lengths, 0).astype(np.float64), np.ones(21))[10 : 10 + len(kept)]
    places = defaultdict(list)
    for number in np.flatnonzero(kept).tolist():
        places[int(hashes[number])].append(number)
    for text, equal in places.items():
        equal.sort(key=lambda number: -mass[number])
        kept[equal[max(1, gold[text]) :]] = False


def _drop_lone(kept: Bools, lengths: Ints) -> None:
    """A short text that the gold has too stands in menus and lists as well."""
    long = kept & (lengths >= _LONG)
    if long.any():
        near = np.convolve(long, np.ones(2 * _NEAR + 1))[_NEAR : _NEAR + len(kept)] > 0
        kept &= (lengths >= _LONG) | near


def _by_snippets(page: Page) -> Labels:
    """Blocks that hold a wanted or an unwanted snippet; of the others nothing is known."""
    texts = [" ".join(text.split()) for text in page.blocks.texts]
    kept, weights = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=np.float32)
    own = _weights(np.array([len(text.split()) for text in texts]))
    for snippets, is_wanted in ((page.unwanted, False), (page.wanted, True)):
        for snippet in map(str.split, snippets):
            for number, text in enumerate(texts):
                if " ".join(snippet) in text:
                    kept[number], weights[number] = is_wanted, own[number]
    return Labels(kept, weights / max(float(weights.sum()), 1.0) * np.float32(_SNIPPETS_WEIGHT))


def _weights(lengths: Ints) -> Floats:
    """To the power of 3/4: a long block decides more of the score than a short one, but not in proportion. Roots are alike everywhere."""
    root = np.sqrt(lengths + 2.0)
    return np.asarray(root * np.sqrt(root), dtype=np.float32)
