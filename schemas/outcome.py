"""The value of a record on `pages.outcomes`: what became of one page."""

from typing import Annotated, Any, Literal

from schemas.article import DuplicateOf
from schemas.reasons import DeadLetterReason, FilterReason, UnchangedReason
from schemas.values import Count, Milliseconds, Record, Sha256Hex, one_of


class Source(Record, frozen=True):
    """The record a page came in."""

    topic: str
    """Its topic."""
    partition: Count
    """Its partition."""
    offset: Count
    """Its offset."""


class Sizes(Record, frozen=True):
    """Bytes in and out."""

    raw_bytes: Count
    """Bytes of the record's value, as stored."""
    article_bytes: Count
    """Bytes of the values of all articles written for it."""


class Timings(Record, frozen=True):
    """What the page took."""

    total_ms: Milliseconds
    """Milliseconds in all, from being handed out to the result."""
    stages: dict[str, Milliseconds]
    """Milliseconds by stage; a stage that was not reached is not named."""


class Outcome(Record, frozen=True, kw_only=True):
    """What became of one record of the input topic; every record has exactly one. The key is `url`, null where missing."""

    url: str | None
    """The page's URL as given, cut at 8 KiB; null where missing."""
    source: Source
    """The record the page came in; unique among outcomes."""
    outcome: Literal["published", "unchanged", "filtered", "dead_lettered"]
    """`published`: articles were written; `unchanged`: the same page as before, or the same articles on it; `filtered`: not an article;
    `dead_lettered`: could not be processed."""
    reason: Annotated[str, one_of(UnchangedReason, FilterReason, DeadLetterReason)] | None
    """Why, from a closed list that may grow; null for `published`."""
    article_ids: list[Sha256Hex]
    """Ids of the articles this record wrote, in page order; no others."""
    tombstoned_ids: list[Sha256Hex] = []
    """Ids of articles withdrawn because the page is gone (404 or 410). Absent: none."""
    duplicate_of: DuplicateOf | None = None
    """The earlier article that the page's main one repeats. Absent: none, or not compared."""
    sizes: Sizes
    """Bytes in and out."""
    timings: Timings
    """What the page took."""


def _rule(outcome: str, reason: dict[str, Any]) -> dict[str, Any]:
    """A schema's if-then: with this outcome, that reason."""
    return {"if": {"properties": {"outcome": {"const": outcome}}}, "then": {"properties": {"reason": reason}}}


OUTCOME_RULES: list[dict[str, Any]] = [
    _rule("published", {"type": "null"}),
    _rule("unchanged", {"enum": [str(r) for r in UnchangedReason]}),
    _rule("filtered", {"enum": [str(r) for r in FilterReason]}),
    _rule("dead_lettered", {"enum": [str(r) for r in DeadLetterReason]}),
]
