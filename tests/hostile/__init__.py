"""Hostile inputs, made by name: `CORPUS`."""

from tests.hostile.cases import Case
from tests.hostile.markup import ATTRIBUTES, CHARACTERS, ESCAPES, MANY
from tests.hostile.records import BYTES, CODINGS, HEADERS, JSON_LD, WRAPPINGS

_PARTS = (MANY, ATTRIBUTES, CHARACTERS, ESCAPES, CODINGS, WRAPPINGS, JSON_LD, HEADERS, BYTES)
CORPUS: dict[str, Case] = {name: case for part in _PARTS for name, case in part.items()}
assert len(CORPUS) == sum(map(len, _PARTS)), "two hostile inputs have one name"
