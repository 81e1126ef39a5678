"""News agencies that credits name, by a canonical id: agencies.yaml beside this module."""

from functools import cache
from pathlib import Path

import msgspec
import yaml

from workers.rules.fold import after_prefix, fold_ends

FILE = Path(__file__).with_name("agencies.yaml")
MAX_SHORT = 4


class Agency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One agency. `country`: ISO 3166-1 alpha-2 in lower case, `int` for one of no country. `names`: as credits write them."""

    country: str
    names: list[str]


# Before the name, and not part of it; after it, in languages that put it there.
_AGENCY_WORDS = tuple(
    map(
        fold_ends,
        (
            "وكالة أنباء", "وكالة الأنباء", "وكالة", "وكالات", "خبرگزاری", "خبر رساں ادارے", "خبر رساں ایجنسی", "информационное агентство",
            "информагентство", "агентство", "agencia", "agência", "agence", "agenzia", "agentur", "nachrichtenagentur", "סוכנות",
        ),
    )
)  # fmt: skip
_AGENCY_ENDINGS = tuple(map(fold_ends, ("news agency", "haber ajansı", "ajansı", "للأنباء", "通讯社", "通訊社", "通信社", "통신")))
_BEFORE, _AFTER = tuple(f"{word} " for word in _AGENCY_WORDS), tuple(f" {word}" for word in _AGENCY_ENDINGS)


@cache
def agencies() -> dict[str, Agency]:
    """The list, by id; raises msgspec.ValidationError for a file that is not one."""
    return msgspec.convert(yaml.safe_load(FILE.read_text("utf-8")), dict[str, Agency])


@cache
def _by_name() -> dict[str, str]:
    """By folded name; a short Latin one (AP, MAP, dpa) as it is written, for it may be a word in another case."""
    names = ((name, key) for key, agency in agencies().items() for name in agency.names)
    return {name if _is_short(name) else fold_ends(name): key for name, key in names}


def _is_short(name: str) -> bool:
    return name.isascii() and len(name) <= MAX_SHORT


def agency_id(name: str) -> str | None:
    """The canonical id of an agency; None for a name that is not in the list."""
    name = name.strip()
    known = _id_of(name)
    return known if known is not None or (bare := bare_name(name)) == name else _id_of(bare)


def _id_of(name: str) -> str | None:
    written = name.strip(" .,:;()[]")
    return _by_name().get(written if _is_short(written) else fold_ends(name))


def agency_name(name: str) -> str:
    """What to call an agency: without the word for "agency", where that is one of its names."""
    bare = bare_name(name)
    return bare if _id_of(bare) is not None or _id_of(name) is None else name.strip()


def bare_name(name: str) -> str:
    """The name without the word for "agency" before or after it."""
    name = name.strip()
    folded = fold_ends(name)
    if not folded.startswith(_BEFORE) and not folded.endswith(_AFTER):
        return name
    for word in _AGENCY_WORDS:
        if folded.startswith(f"{word} "):
            return after_prefix(name, word).strip()
    for word in _AGENCY_ENDINGS:
        if folded.endswith(f" {word}"):
            words = name.split()
            return " ".join(words[: len(words) - len(word.split())])
    return name
