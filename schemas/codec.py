"""Canonical JSON: sorted keys, no spaces, UTF-8 unescaped; the same record always gives the same bytes."""

import msgspec

from schemas.records import Article, Outcome

_encoder = msgspec.json.Encoder(order="sorted")
_article = msgspec.json.Decoder(Article)
_outcome = msgspec.json.Decoder(Outcome)


class InvalidRecord(ValueError):
    """A value that does not fit its schema; the message names the field."""


def encode(record: Article | Outcome) -> bytes:
    """Return the canonical bytes of a record."""
    return _encoder.encode(record)


def decode_article(value: bytes) -> Article:
    """Read the value of a record on `articles`; raises InvalidRecord."""
    try:
        return _article.decode(value)
    except msgspec.MsgspecError as e:
        raise InvalidRecord(str(e)) from e


def decode_outcome(value: bytes) -> Outcome:
    """Read the value of a record on `pages.outcomes`; raises InvalidRecord."""
    try:
        return _outcome.decode(value)
    except msgspec.MsgspecError as e:
        raise InvalidRecord(str(e)) from e
