"""Articles for tests of stories: words that no language has, so that what is alike is what the test says."""

import hashlib
from typing import Any

import msgspec
import numpy as np

from workers.sameness.minhash import fingerprint
from workers.settings import StorySettings, read_settings
from workers.stories.book import Book, Update
from workers.stories.features import HASH, WEIGHT, WEIGHT_ONE, Features
from workers.stories.words import hash_of

HOUR_S = 3600
MORNING_S = 1_780_000_000


def settings(**changes: Any) -> StorySettings:
    return msgspec.structs.replace(read_settings({}, None).settings.stories, **changes)


def article(name: str, words: str, *, hours: float = 0, text: str = "", **fields: Any) -> Features:
    """An article whose terms are `words`, all of one weight; `text` for its fingerprint."""
    terms = sorted({hash_of(word) for word in words.split()})
    weight = round(WEIGHT_ONE / max(1, len(terms)) ** 0.5)
    packed = fingerprint(text)
    seconds = MORNING_S + int(hours * HOUR_S)
    values: dict[str, Any] = {
        "id": hashlib.sha256(name.encode()).digest(),
        "url": f"https://{name}.example/",
        "publisher": name,
        "headline": f"Headline of {name}",
        "keywords": (),
        "downloaded_s": seconds,
        "event_s": seconds,
        "hashes": np.array(terms, dtype=HASH).tobytes(),
        "weights": np.full(len(terms), weight, dtype=WEIGHT).tobytes(),
        "fingerprint": packed.packed if packed else b"",
        "duplicate_of": None,
    }
    return Features(**values | fields)


def update(of: Features, offset: int = 0, *, partition: int = 0, gone: bool = False, timestamp_ms: int | None = None) -> Update:
    stamp = of.downloaded_s * 1000 if timestamp_ms is None else timestamp_ms
    return Update(id=of.id, article=None if gone else of, partition=partition, offset=offset, timestamp_ms=stamp)


class Reader:
    """Reads what a book publishes and keeps its journal, as the topics do: the latest of a key wins."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.stories: dict[bytes, bytes] = {}
        self.journal: dict[bytes, bytes] = {}
        self.published = 0

    def take(self) -> None:
        changes = self.book.take_changes()
        self.published += len(changes.records)
        for state, entries in ((self.stories, changes.records), (self.journal, changes.journal)):
            for key, value in entries:
                if value is None:
                    state.pop(key, None)
                else:
                    state[key] = value
