"""Names of an article's fields."""

import msgspec

from schemas.records import Article

# By a field's name in Python, as in `Draft.parts`: its name on the wire, as in `Draft.sources`.
WIRE_NAMES: dict[str, str] = {field.name: field.encode_name for field in msgspec.structs.fields(Article)}
