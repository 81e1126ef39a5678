"""A value found for a field, where it was found, and what else was found that says otherwise."""

import html
import re
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec

from schemas.records import FieldConflict, FieldSource
from workers.stages.text import clean_text

T = TypeVar("T")
MAX_CONFLICTS = 5
_TAG = re.compile(r"<[a-zA-Z/!][^>]*+>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w{2,12});")


class Candidate(msgspec.Struct, Generic[T], frozen=True):
    """One value. `source` and `rule` as in FieldSource."""

    value: T
    source: FieldSource


def candidate(value: T, source: str, rule: str) -> Candidate[T]:
    """A value with its origin."""
    return Candidate(value, msgspec.convert({"source": source, "rule": rule}, FieldSource))


def settled(chosen: Candidate[T], all_: Iterable[Candidate[T]], differs: Callable[[T, T], bool], show: Callable[[T], str]) -> FieldSource:
    """The source of the value chosen, with what contradicts it: once each, in order of precedence."""
    conflicts: list[FieldConflict] = []
    for other in all_:
        if other is chosen or not differs(chosen.value, other.value):
            continue
        conflict = FieldConflict(source=other.source.source, rule=other.source.rule, value=show(other.value)[:300])
        if all(conflict.value != known.value for known in conflicts) and len(conflicts) < MAX_CONFLICTS:
            conflicts.append(conflict)
    return FieldSource(source=chosen.source.source, rule=chosen.source.rule, conflicts=conflicts) if conflicts else chosen.source


def plain(text: str) -> str:
    """The text of a machine-readable field: twice escaped entities resolved, tags gone, white space collapsed."""
    for _ in range(2):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return clean_text(text)
