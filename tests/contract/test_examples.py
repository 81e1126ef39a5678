"""The golden records: valid ones pass the schema and the codec unchanged, invalid ones are refused for the reason they name."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from schemas import codec
from schemas.json_schema import SCHEMAS
from schemas.records import Record
from tests.contract.validation import errors, places

EXAMPLES = Path(codec.__file__).parent / "examples"
VALID = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*.json"))
INVALID = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/invalid/*.json"))

DECODERS: dict[str, Callable[[bytes], Record]] = {
    "article.v1": codec.decode_article,
    "outcome.v1": codec.decode_outcome,
    "story.v1": codec.decode_story,
    "dead-letter-stub.v1": codec.decode_stub,
}


class Invalid(msgspec.Struct, forbid_unknown_fields=True):
    """An example that must be refused: why, and at which path by which keyword of the schema."""

    why: str
    at: str
    rule: str
    value: dict[str, object]


@pytest.mark.parametrize("example", VALID)
def test_a_golden_record_fits_its_schema_without_unknown_fields(example: str) -> None:
    value = msgspec.json.decode((EXAMPLES / example).read_bytes())
    assert not errors(example.split("/")[0], value, strict=True)


@pytest.mark.parametrize("example", VALID)
def test_a_golden_record_is_decoded_and_encoded_to_the_same_canonical_bytes(example: str) -> None:
    name, value = example.split("/")[0], (EXAMPLES / example).read_bytes().removesuffix(b"\n")
    decode = DECODERS.get(name, msgspec.json.Decoder(SCHEMAS[name].record).decode)
    assert codec.encode(decode(value)) == value


@pytest.mark.parametrize("example", INVALID)
def test_an_invalid_record_is_refused_for_the_reason_it_names(example: str) -> None:
    case = msgspec.json.decode((EXAMPLES / example).read_bytes(), type=Invalid)
    assert (case.at, case.rule) in places(example.split("/")[0], case.value)


def test_every_schema_has_golden_and_invalid_examples() -> None:
    assert {example.split("/")[0] for example in VALID} == SCHEMAS.keys()
    assert {example.split("/")[0] for example in INVALID} == SCHEMAS.keys()


def test_the_full_article_has_every_field_set() -> None:
    full = codec.decode_article((EXAMPLES / "article.v1/full.json").read_bytes())
    unset = [field.name for field in msgspec.structs.fields(full) if getattr(full, field.name) in (None, [], {}, "")]
    assert not unset


def test_an_article_of_a_newer_minor_version_is_read_without_its_new_field() -> None:
    value = msgspec.json.decode((EXAMPLES / "article.v1/english.json").read_bytes())
    newer = msgspec.json.encode({**value, "readingTime": 3})
    assert codec.decode_article(newer) == codec.decode_article(msgspec.json.encode(value))
    assert not errors("article.v1", msgspec.json.decode(newer))
    assert errors("article.v1", msgspec.json.decode(newer), strict=True)


@pytest.mark.parametrize("value", [b"", b"null", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_what_is_no_article_raises_invalid_record(value: bytes) -> None:
    with pytest.raises(codec.InvalidRecord):
        codec.decode_article(value)


def test_the_message_of_an_invalid_record_names_the_field() -> None:
    value = (EXAMPLES / "article.v1/english.json").read_bytes().replace(b'"wordCount":24', b'"wordCount":-1')
    with pytest.raises(codec.InvalidRecord, match="wordCount"):
        codec.decode_article(value)


def test_a_lone_surrogate_is_an_invalid_record_and_no_crash() -> None:
    article = codec.decode_article((EXAMPLES / "article.v1/english.json").read_bytes())
    with pytest.raises(codec.InvalidRecord, match="surrogates"):
        codec.encode(msgspec.structs.replace(article, headline="\ud800"))
