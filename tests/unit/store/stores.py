"""What the tests of stores share: texts, pages, and a clock."""

import hashlib
import random

from schemas.records import Source
from workers.sameness.minhash import content_hash, fingerprint, normalise
from workers.store.protocol import Closing, Look, Past, Seen, Text, Verdict

WORDS = [f"w{n}" for n in range(5_000)]


class Clock:
    """A wall clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


def body(seed: int, words: int = 300) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def id_of(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def text(name: str, words: str, *, headline: str = "", house: str = "", agency: str = "") -> Text:
    normalised = normalise(words)
    close = fingerprint(normalised)
    return Text(
        id=id_of(name),
        content_hash=bytes.fromhex(content_hash(normalised)),
        fingerprint=close.packed if close else b"",
        headline=id_of(headline)[:4],
        house=id_of(house)[:4],
        agency=id_of(agency)[:4] if agency else b"",
    )


def source(offset: int, partition: int = 0) -> Source:
    return Source(topic="raw.pages", partition=partition, offset=offset)


def page(
    offset: int, content: str = "A", *, url: str = "https://a.test/1", partition: int = 0, rules: str = "1", again: bool = False
) -> Look:
    return Look(
        url=url,
        site="a.test",
        source=source(offset, partition),
        page_sha256=hashlib.sha256(content.encode()).hexdigest(),
        rules_version=rules,
        reprocess=again,
    )


def came_of(look: Look, seen: Seen, past: Past | None = None) -> Closing:
    return Closing(look=look, seen=seen, past=past or Past(standing=[id_of(look.url)], verdicts=[Verdict(id=id_of(look.url))]))
