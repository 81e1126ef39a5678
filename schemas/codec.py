"""Canonical JSON: sorted keys, no spaces, UTF-8 unescaped; the same record always gives the same bytes.

Decoding checks types, bounds and patterns, and ignores unknown fields; so decoding what was just encoded proves that it fits its schema.
"""

from typing import TypeVar

import msgspec

from schemas.records import Article, DeadLetterStub, Outcome, Record, Story

_R = TypeVar("_R", bound=Record)

_encoder = msgspec.json.Encoder(order="sorted")
_article = msgspec.json.Decoder(Article)
_outcome = msgspec.json.Decoder(Outcome)
_story = msgspec.json.Decoder(Story)
_stub = msgspec.json.Decoder(DeadLetterStub)


class InvalidRecord(ValueError):
    """A value that does not fit its schema; the message names the field."""


def encode(record: Record) -> bytes:
    """Return the canonical bytes of a record; raises InvalidRecord for text that UTF-8 cannot carry (a lone surrogate)."""
    try:
        return _encoder.encode(record)
    except UnicodeEncodeError as e:
        raise InvalidRecord(f"text that is not Unicode: {e.reason}") from e


def decode_article(value: bytes) -> Article:
    """Read the value of a record on `articles`; raises InvalidRecord."""
    return _decode(_article, value)


def decode_outcome(value: bytes) -> Outcome:
    """Read the value of a record on `pages.outcomes`; raises InvalidRecord."""
    return _decode(_outcome, value)


def decode_story(value: bytes) -> Story:
    """Read the value of a record on `stories`; raises InvalidRecord."""
    return _decode(_story, value)


def decode_stub(value: bytes) -> DeadLetterStub:
    """Read the value of a dead letter whose header `dlq-stub` is `true`; raises InvalidRecord."""
    return _decode(_stub, value)


def _decode(decoder: msgspec.json.Decoder[_R], value: bytes) -> _R:
    try:
        return decoder.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as e:
        raise InvalidRecord(str(e)) from e
