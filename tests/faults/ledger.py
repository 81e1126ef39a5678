"""What went in against what came out, read from the topics alone: nothing a worker says of itself counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schemas.records import Outcome

Place = tuple[int, int]  # partition and offset of the input topic


class Harm(NamedTuple):
    """How a page made to fail is to end: its dead letter's reason, and after how many attempts."""

    reason: str
    attempts: frozenset[int]


class Letter(NamedTuple):
    """A dead letter: where it came from and what its headers say."""

    place: Place
    reason: str
    attempts: int


@dataclass(frozen=True)
class Books:
    """The records of a run, read committed."""

    fed: frozenset[Place]  # the input topic's
    committed: dict[int, int]  # the group's offsets by partition
    outcomes: list[Outcome]
    articles: list[tuple[str, bytes | None]]  # key and value
    letters: list[Letter]


@dataclass(frozen=True)
class Verdict:
    """What a ledger finds. All zero but `pages`: as promised exactly once."""

    pages: int = 0
    lost: int = 0  # below the committed offset without an outcome, or an outcome whose articles (at least one) or dead letter are not there
    lag: int = 0  # above it, after the drain
    duplicated: int = 0  # outcomes above one a page
    unexplained: int = 0  # outcomes of no page; articles and dead letters that no outcome names
    unequal: int = 0  # ids whose records differ; pages whose outcomes differ in kind, reason or ids
    innocent: int = 0  # pages that were to be published and were not
    spared: int = 0  # pages made to fail that did not, or not as they were made to: the fault was none
    examples: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        """What no delivery mode allows."""
        return self.lost + self.lag + self.unexplained + self.unequal + self.innocent + self.spared


def judge(books: Books, *, guilty: Mapping[Place, Harm] | None = None) -> Verdict:
    """Compare. `guilty`: pages made to fail; every other one is to be published."""
    guilty = guilty or {}
    by_place: dict[Place, list[Outcome]] = defaultdict(list)
    for outcome in books.outcomes:
        by_place[(outcome.source.partition, outcome.source.offset)].append(outcome)
    below = {place for place in books.fed if place[1] < books.committed.get(place[0], 0)}
    keys = Counter(key for key, value in books.articles if value is not None)
    named = Counter(article_id for outcome in books.outcomes for article_id in outcome.article_ids)
    dead = Counter((o.source.partition, o.source.offset) for o in books.outcomes if o.outcome == "dead_lettered")
    letters = Counter(letter.place for letter in books.letters)
    without = {place for place in below if place not in by_place}
    no_article = {article_id for article_id in named if keys[article_id] < named[article_id]}
    no_id = {place for place, found in by_place.items() if any(o.outcome == "published" and not o.article_ids for o in found)}
    no_letter = {place for place in dead if letters[place] < dead[place]}
    strange = {place for place in by_place if place not in books.fed}
    unnamed = sum((keys - named).values()) + sum((letters - dead).values())
    innocent = {place for place, found in by_place.items() if place not in guilty and any(o.outcome != "published" for o in found)}
    ended = {place: {(o.outcome, o.reason, tuple(o.article_ids)) for o in found} for place, found in by_place.items()}
    as_made = {letter.place for letter in books.letters if (harm := guilty.get(letter.place)) and _fits(letter, harm)}
    otherwise = [letter for letter in books.letters if (harm := guilty.get(letter.place)) and not _fits(letter, harm)]
    values: dict[str, set[bytes]] = defaultdict(set)
    for key, value in books.articles:
        if value is not None:
            values[key].add(value)
    return Verdict(
        pages=len(books.fed),
        lost=len(without) + len(no_article) + len(no_id) + len(no_letter),
        lag=len(books.fed - below),
        duplicated=sum(len(found) - 1 for found in by_place.values()),
        unexplained=len(strange) + unnamed,
        unequal=sum(len(same) > 1 for same in values.values()) + sum(len(same) > 1 for same in ended.values()),
        innocent=len(innocent),
        spared=len(guilty.keys() - as_made) + len(otherwise),
        examples=[
            *_some("no outcome", without),
            *_some("no article", no_article),
            *_some("no letter", no_letter),
            *_some("failed", innocent),
            *_some("failed in another way", otherwise),
            *_some("ended in several ways", ((place, sorted(map(str, ways))) for place, ways in ended.items() if len(ways) > 1)),
        ],
    )


def _fits(letter: Letter, harm: Harm) -> bool:
    return letter.reason == harm.reason and letter.attempts in harm.attempts


def _some(what: str, found: Iterable[Any]) -> list[str]:
    return [f"{what}: {each}" for each in sorted(found)[:5]]
