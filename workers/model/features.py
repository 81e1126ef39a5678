"""Numbers that describe each block of a page: none of them names a site, or a word of any language."""

from dataclasses import dataclass

import numpy as np

from workers.model.blocks import TAG_NUMBER, Blocks
from workers.model.columns import Columns
from workers.model.compare import Reference, Runs
from workers.model.containers import NO_DISTANCE, add_articles, add_containers, add_cores, add_place
from workers.model.page import Beside
from workers.model.structure import Place, add_structure
from workers.model.words import (
    COLON,
    COMMA,
    DIGIT,
    POINT,
    PUNCTUATION,
    UNSPACED,
    UPPER,
    Bools,
    Characters,
    Floats,
    Hashes,
    Ints,
    Words,
    read_characters,
    read_words,
)

_READABLE_WORDS = 8  # a block with as many, mostly not links, is running text
_TAKEN_SHARE = 0.6  # of a block in a text beside: that text has the block
_CLASSES = (("digits", DIGIT), ("upper", UPPER), ("points", POINT), ("commas", COMMA), ("punctuation", PUNCTUATION), ("unspaced", UNSPACED))
_BESIDE = ("extracted", "stated", "headline", "title", "description")
_OF_TOPIC = sum(1 << _BESIDE.index(name) for name in ("title", "description"))


@dataclass(slots=True)
class Described:
    """The features of a page's blocks: a row a block, a column a name; and what the choice between bodies needs."""

    values: Floats
    names: list[str]
    words: Ints  # by block
    extracted: Floats  # share of each block in the extractor's body
    stated: Floats  # share in the publisher's own
    hashes: Hashes  # of the whole block
    groups: Ints  # the same number for the items of a list, for the cells of a table; else one of the block's own


def describe(blocks: Blocks, page: Beside, asked: frozenset[str] | None = None) -> Described:
    """The features of a page with at least one block. `asked`: the names that are read; of large groups the others are not made."""
    count, beside = len(blocks.texts), page.lines()
    characters = read_characters(blocks.texts + [line for text in beside for line in text])  # all at once: numpy's cost is by the call
    words = read_words(characters)
    runs = Runs.of(words)
    compared = runs.blocks(count)
    lengths = np.diff(compared.words.starts).astype(np.float32)
    place = Place.of(blocks)
    chars = (characters.ends - characters.begins)[:count].astype(np.float32)
    links = np.minimum(np.array(blocks.link_chars, dtype=np.float32) / np.maximum(chars, 1), 1)
    sentence = (characters.classes[np.maximum(characters.ends[:count] - 1, 0)] & POINT != 0).astype(np.float32)
    readable = (1 - links) * (lengths >= _READABLE_WORDS)

    table = Columns(count, asked)
    _add_text(table, blocks, characters, chars, lengths)
    table.add("links", links)
    table.add("ends_as_sentence", sentence)
    _, inverse, counts = np.unique(compared.lines, return_inverse=True, return_counts=True)
    table.add("repeated", counts[inverse])
    first = np.full(len(counts), count)
    np.minimum.at(first, inverse, np.arange(count))
    table.add("repeats", first[inverse] != np.arange(count))
    references, begin = [], count
    for text in beside:
        references.append(runs.reference(begin, begin + len(text)))
        begin += len(text)
    found = compared.found_in(references)
    extracted, stated, titled = _add_comparisons(table, compared.shares(found, len(references)), lengths, references)
    topic = _topic(compared.words, (found[: len(compared.words.hashes)] & _OF_TOPIC) != 0)
    table.add("topic", topic * len(topic))
    add_structure(table, place)
    add_place(table, lengths, place, np.array(blocks.joint), titled)
    add_containers(table, place, lengths, {"links": links, "extracted": extracted, "readable": readable}, topic)
    add_articles(table, place, lengths * readable, topic)
    add_cores(table, place, lengths * readable)
    is_p = (place.tag[place.of_block] == TAG_NUMBER["p"]).astype(np.float32)
    table.around({"words": np.log1p(lengths), "links": links, "extracted": extracted, "sentence": sentence, "is_p": is_p})
    return Described(table.matrix(), table.names, lengths.astype(np.int64), extracted, stated, compared.lines, place.groups())


def _add_text(table: Columns, blocks: Blocks, characters: Characters, chars: Floats, lengths: Floats) -> None:
    count = len(lengths)
    table.add("words", lengths)
    table.add("chars", chars)
    table.add("chars_per_word", chars / np.maximum(lengths, 1))
    table.add("link_count", np.array(blocks.links))
    table.add("links_per_word", np.array(blocks.links) / np.maximum(lengths, 1))
    table.add("strong", np.minimum(np.array(blocks.strong_chars) / np.maximum(chars, 1), 1))
    table.add("italic", np.minimum(np.array(blocks.italic_chars) / np.maximum(chars, 1), 1))
    table.add("address", ["@" in text or "www." in text for text in blocks.texts])
    for name, bit in _CLASSES:
        found = characters.count(bit, count)
        table.add(name, found / np.maximum(chars, 1))
        if bit == POINT:
            table.add("point_count", found)
    first, last = characters.classes[characters.begins[:count]], characters.classes[np.maximum(characters.ends[:count] - 1, 0)]
    table.add("ends_with_punctuation", (last & PUNCTUATION) != 0)
    table.add("begins_upper", (first & UPPER) != 0)
    table.add("begins_with_punctuation", (first & PUNCTUATION) != 0)
    table.add("ends_with_colon", (last & COLON) != 0)
    table.add("begins_with_digit", (first & DIGIT) != 0)
    table.add("words_to_longest", lengths / max(float(lengths.max()), 1.0))


def _add_comparisons(table: Columns, found: Floats, lengths: Floats, references: list[Reference]) -> tuple[Floats, Floats, Floats]:
    """Columns for each text beside the page; returns the share of each block in the extractor's body, the stated one and the title."""
    shares = {}
    for name, reference, (one, two, four, exact) in zip(_BESIDE, references, found, strict=True):
        share = np.where(lengths >= 4, four, np.where(lengths >= 2, two, one) * 0.5 + 0.5 * exact).astype(np.float32)
        shares[name] = share
        table.add(f"{name}.share", share)
        table.add(f"{name}.words", one)
        table.add(f"{name}.exact", exact)
        table.add(f"{name}.length", np.log1p(len(reference.words)))
        if name in ("extracted", "stated"):
            table.add(f"{name}.pairs", two)
            _add_span(table, name, share, lengths)
    return shares["extracted"], shares["stated"], shares["title"]


def _topic(words: Words, is_named: Bools) -> Floats:
    """By block: how much of what title and description are about; a word that the page has often says little. Sums to 1 or 0."""
    places = np.flatnonzero(is_named)
    _, inverse, counts = np.unique(words.hashes[places], return_inverse=True, return_counts=True)
    weights = np.bincount(words.text[places], weights=1 / counts[inverse], minlength=words.count)
    return (weights / max(len(counts), 1)).astype(np.float32)


def _add_span(table: Columns, name: str, share: Floats, lengths: Floats) -> None:
    """Where a block stands to the first and the last block that the text beside has."""
    order = np.arange(len(share))
    taken = np.flatnonzero((share > _TAKEN_SHARE) & (lengths >= _READABLE_WORDS))
    first, last = (taken[0], taken[-1]) if len(taken) else (0, 0)
    table.add(f"{name}.from_first", np.clip(order - first, -50, 200) if len(taken) else NO_DISTANCE)
    table.add(f"{name}.from_last", np.clip(order - last, -200, 50) if len(taken) else NO_DISTANCE)
    gone = np.maximum.accumulate(np.where(share > _TAKEN_SHARE, order, -1))
    coming = np.minimum.accumulate(np.where(share > _TAKEN_SHARE, order, 10_000)[::-1])[::-1]
    table.add(f"{name}.since", np.minimum(order - gone, 50))
    table.add(f"{name}.until", np.minimum(coming - order, 50))
