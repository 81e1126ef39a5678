"""The words that metadata is read by (words.yaml), compiled once."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec
import yaml

from workers.rules.fold import fold, fold_ends


class Words(msgspec.Struct, frozen=True):
    """The file's lists, ready to be asked. Patterns are without case; `updated` and `published` are for folded text."""

    introduction: re.Pattern[str]
    ending: re.Pattern[str]
    separator: re.Pattern[str]
    roles: frozenset[str]
    role_phrase: re.Pattern[str]
    interface: re.Pattern[str]
    desk: re.Pattern[str]
    company: re.Pattern[str]
    updated: re.Pattern[str]
    published: re.Pattern[str]
    home_pages: frozenset[str]
    no_sections: frozenset[str]
    written_by: frozenset[str]


@cache
def words() -> Words:
    """Read the file."""
    data = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return Words(
        introduction=re.compile(rf"\A[\W_]*(?:{'|'.join(data['introductions'])})[\s:/–—-]*", re.IGNORECASE),
        ending=re.compile(rf"(?:{'|'.join(data['endings'])})\Z", re.IGNORECASE | re.DOTALL),
        separator=re.compile("|".join(data["separators"]), re.IGNORECASE),
        roles=frozenset(map(fold_ends, data["roles"].split())),
        role_phrase=re.compile(rf"\b(?:{'|'.join(data['role_phrases'])})\b", re.IGNORECASE),
        interface=re.compile("|".join(data["interface"]), re.IGNORECASE),
        desk=_any_word(data["desks"]),
        company=_any_word(data["companies"]),
        updated=re.compile("|".join(data["updated"])),
        published=re.compile("|".join(data["published"])),
        home_pages=frozenset(map(fold, data["home_pages"])),
        no_sections=frozenset(map(fold, data["no_sections"])),
        written_by=frozenset(map(fold, data["written_by"])),
    )


def _any_word(listed: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, listed))})\b", re.IGNORECASE)
