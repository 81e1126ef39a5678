"""The base of every record on the wire and the constrained values they share. Patterns are ECMA 262's and Python's common part."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

SCHEMA_VERSION = "1"


class Record(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True):
    """Base of every struct on the wire: camelCase names, defaults left out, unknown fields ignored on read."""


DATE_PATTERN = (
    r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?)?)?$"
)
TRACEPARENT_PATTERN = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$"  # W3C Trace Context, level 1 and later
INSTANT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$"

Sha256Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
SchemaVersion = Annotated[str, Meta(pattern=rf"^{SCHEMA_VERSION}$")]
LanguageTag = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
PartialDate = Annotated[str, Meta(pattern=DATE_PATTERN)]
Share = Annotated[float, Meta(ge=0, le=1)]
Milliseconds = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
Ordinal = Annotated[int, Meta(ge=1)]
Text = Annotated[str, Meta(min_length=1)]
Precision = Literal["year", "month", "day", "minute", "second"]


def one_of(*lists: Any) -> Meta:
    """Say in the schema, and only there, that a string or null is a member of these enums: readers may meet a newer member."""
    return Meta(extra_json_schema={"enum": [str(member) for members in lists for member in members]})
