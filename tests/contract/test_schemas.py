"""The published JSON Schemas say what the structs and the design say."""

import re
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from schemas import records
from schemas.generate import files
from schemas.header_records import DeadLetterHeaders
from schemas.json_schema import SCHEMAS, field_texts, load_schema
from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind, UnchangedReason
from schemas.values import DATE_PATTERN, TRACEPARENT_PATTERN

# The output table of the design, by name.
DESIGN_FIELDS = set(
    """
id url canonicalUrl domain schemaVersion
headline alternativeHeadline description abstract articleBody paragraphs articleSection dateline wordCount inLanguage languageConfidence
otherLanguages
textDirection datePublished dateModified datePublishedPrecision dateModifiedPrecision datePublishedRaw dateModifiedRaw dateDownloaded
authors publisher sourceOrganization creditText keywords breadcrumbs mainImage images videos isAccessibleForFree license
relatedLinks isPartOf hasPart removedSegments contentHash fingerprint dedupe duplicateOf revision revisionOf revisionChanges
provenance quality
""".split()  # as the design writes it
)

DESIGN_PARTS = {
    "Person": {"name", "url"},
    "Publisher": {"name", "url"},
    "SourceOrganization": {"id", "name", "kind", "raw"},
    "Image": {"url", "caption", "creditText"},
    "RelatedLink": {"name", "url", "kind"},
    "RemovedSegment": {"class", "rule", "text"},
    "DuplicateOf": {"id", "kind", "score"},
    "RevisionChanges": {"headline", "bodyShare"},
}


def _structs(name: str) -> dict[str, type[msgspec.Struct]]:
    """The struct of each object in a schema, by its title."""
    known = {cls.__name__: cls for cls in vars(records).values() if isinstance(cls, type) and issubclass(cls, msgspec.Struct)}
    known[SCHEMAS[name].record.__name__] = SCHEMAS[name].record
    return known


def _objects(name: str) -> dict[str, dict[str, Any]]:
    schema = load_schema(name)
    return {schema["title"]: schema, **schema.get("$defs", {})}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_json_schema_and_carries_its_version(name: str) -> None:
    schema = load_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:rawi:schema:{name}"
    assert name.endswith(f".v{records.SCHEMA_VERSION}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_structs_and_schema_agree_field_by_field(name: str) -> None:
    for title, schema in _objects(name).items():
        struct = _structs(name)[title]
        fields = {f.encode_name: f for f in msgspec.structs.fields(struct)}
        texts = field_texts(struct)
        assert schema["properties"].keys() == fields.keys()
        assert set(schema.get("required", [])) == {n for n, f in fields.items() if f.required}
        for wire_name, field in fields.items():
            assert schema["properties"][wire_name]["description"] == texts[field.name]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_optional_field_says_what_its_absence_means(name: str) -> None:
    for title, schema in _objects(name).items():
        for field, prop in schema["properties"].items():
            if field not in schema.get("required", []):
                assert re.search("Absent|Present whenever", prop["description"]), (title, field)


@pytest.mark.parametrize("name", SCHEMAS)
def test_readers_must_accept_unknown_fields(name: str) -> None:
    assert all("additionalProperties" not in schema for schema in _objects(name).values())


def test_generated_files_are_up_to_date() -> None:
    stale = [path.name for path, text in files().items() if path.read_text("utf-8") != text]
    assert not stale, "run `python -m schemas.generate`"


def test_every_field_of_the_designs_output_table_is_in_the_schema() -> None:
    schema = load_schema("article.v1")
    assert schema["properties"].keys() == DESIGN_FIELDS
    for part, fields in DESIGN_PARTS.items():
        assert schema["$defs"][part]["properties"].keys() == fields


def test_enums_of_the_outcome_schema_are_the_codes() -> None:
    schema = load_schema("outcome.v1")
    reasons = [str(r) for r in (*UnchangedReason, *FilterReason, *DeadLetterReason)]
    (text, null) = schema["properties"]["reason"]["anyOf"]
    assert set(schema["properties"]["outcome"]["enum"]) == {str(kind) for kind in OutcomeKind}
    assert text["enum"] == reasons
    assert null == {"type": "null"}
    by_outcome = {rule["if"]["properties"]["outcome"]["const"]: rule["then"]["properties"]["reason"] for rule in schema["allOf"]}
    assert by_outcome == {
        "published": {"type": "null"},
        "unchanged": {"enum": [str(r) for r in UnchangedReason]},
        "filtered": {"enum": [str(r) for r in FilterReason]},
        "dead_lettered": {"enum": [str(r) for r in DeadLetterReason]},
    }
    assert load_schema("dead-letter-headers.v1")["properties"]["dlq-reason"]["enum"] == [str(r) for r in DeadLetterReason]


def test_every_dead_letter_header_of_the_design_is_named() -> None:
    added = {f.encode_name for f in msgspec.structs.fields(DeadLetterHeaders)}
    design = [
        "stage",
        "reason",
        "error",
        "attempts",
        "worker-version",
        *(f"source-{name}" for name in ("topic", "partition", "offset", "timestamp")),
    ]
    assert added == {f"dlq-{name}" for name in design} | {"dlq-stub"}


@pytest.mark.parametrize(
    "date",
    ["2026", "2026-01", "2026-12-31", "2026-01-15T09:30", "2026-01-15T09:30:59", "2026-01-15T09:30Z", "2026-01-15T23:59:00-03:30"],
)
def test_dates_of_the_designs_forms_match(date: str) -> None:
    assert re.search(DATE_PATTERN, date)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "26",
        "2026-1",
        "2026-00",
        "2026-13-01",
        "2026-01-32",
        "2026-01-15 09:30",
        "2026-01-15T9:30",
        "2026-01-15T24:00",
        "2026Z",
        "2026-01-15T09:30:00.5Z",
        "2026-01-15T09:30+0300",
        "2026-01-15T09:30+15:00",
        "2026-01-15T09:60",
        "2026-01-15T",
        "٢٠٢٦",
    ],
)
def test_dates_of_other_forms_do_not_match(date: str) -> None:
    assert not re.search(DATE_PATTERN, date)


def test_a_traceparent_is_lower_case_hex_of_four_parts() -> None:
    good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert re.search(TRACEPARENT_PATTERN, good)
    assert not any(re.search(TRACEPARENT_PATTERN, bad) for bad in (good.upper(), good[:-3], "x" + good))
