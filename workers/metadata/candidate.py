"""A value found for a field, where it was found, and what else was found that says otherwise."""

import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from schemas.records import FieldConflict, FieldSource
from workers.stages.text import clean_text

T = TypeVar("T")
MAX_CONFLICTS, MAX_VALUE_CHARS = 5, 300  # of a field; of one of them, as the schema says
_TAG = re.compile(r"<[a-zA-Z/!][^>]*+>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w{2,12});")


class Candidate(msgspec.Struct, Generic[T], frozen=True):
    """One value. `source` and `rule` as in FieldSource."""

    value: T
    source: FieldSource


def candidate(value: T, source: str, rule: str) -> Candidate[T]:
    """A value with its origin."""
    return Candidate(value, _source(source, rule))


@lru_cache(maxsize=1_000)
def _source(source: str, rule: str) -> FieldSource:
    return msgspec.convert({"source": source, "rule": rule}, FieldSource)


def settled(chosen: Candidate[T], all_: Iterable[Candidate[T]], differs: Callable[[T, T], bool], show: Callable[[T], str]) -> FieldSource:
    """The source of the value chosen, with what contradicts it: once each, in order of precedence."""
    source = chosen.source
    for other in all_:
        if other is not chosen and differs(chosen.value, other.value):
            source = with_conflict(source, other.source, show(other.value))
    return source


def with_conflict(source: FieldSource, other: FieldSource, value: str) -> FieldSource:
    """The source of a field, with one more value that contradicts it."""
    known = [conflict.value for conflict in source.conflicts]
    if value in known or len(known) >= MAX_CONFLICTS:
        return source
    conflict = FieldConflict(source=other.source, rule=other.rule, value=value[:MAX_VALUE_CHARS])
    return FieldSource(source=source.source, rule=source.rule, conflicts=[*source.conflicts, conflict])


def plain(text: str) -> str:
    """The text of a machine-readable field: twice escaped entities resolved, tags gone, white space collapsed."""
    for _ in range(2):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return clean_text(text)
