"""The AsyncAPI document is valid, its references resolve, and it says what topics.yaml and the design say."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from schemas import topics
from schemas.json_schema import SCHEMAS
from schemas.topics import load_topics

HERE = Path(topics.__file__).parent / "asyncapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(HERE.read_text("utf-8"))
META = Path(__file__).parent / "data" / "asyncapi-3.0.0.schema.json.gz"
TOPICS = load_topics()

CONTENT_TYPES = {  # the design's table of forms
    "html": "text/html",
    "envelope": "application/json",
    "httpResponse": "application/http;msgtype=response",
    "warc": "application/warc",
    "text": "text/plain",
}


def _resolve(ref: str) -> Any:
    """What a $ref of the document points at; KeyError or FileNotFoundError where it points at nothing."""
    file, _, pointer = ref.partition("#")
    node = json.loads((HERE.parent / file).read_text("utf-8")) if file else DOCUMENT
    for key in filter(None, pointer.split("/")):
        node = node[key]
    return node


def _refs(node: Any) -> list[str]:
    if isinstance(node, list):
        return [ref for one in node for ref in _refs(one)]
    if isinstance(node, dict):
        return [str(node["$ref"])] if "$ref" in node else [ref for one in node.values() for ref in _refs(one)]
    return []


def _schema_of(message: dict[str, Any], part: str) -> str | None:
    """The name of the JSON Schema of a message's payload or headers; None for another kind of payload."""
    node = message.get(part, {})
    if "$ref" not in node:
        return None
    return Path(_resolve(node["$ref"])["schema"]["$ref"]).name.removesuffix(".schema.json")


def test_the_document_is_valid_asyncapi_3() -> None:
    validator = Draft7Validator(json.loads(gzip.decompress(META.read_bytes())))
    assert [f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(DOCUMENT)] == []


def test_the_validator_finds_a_fault_so_that_its_silence_means_something() -> None:
    validator = Draft7Validator(json.loads(gzip.decompress(META.read_bytes())))
    assert not validator.is_valid({**DOCUMENT, "operations": {"x": {"action": "publish"}}})


def test_every_reference_resolves() -> None:
    refs = _refs(DOCUMENT)
    assert len(refs) > 40
    for ref in refs:
        assert _resolve(ref)


def test_channels_are_the_topics() -> None:
    assert DOCUMENT["channels"].keys() == TOPICS.keys()
    for role, topic in TOPICS.items():
        channel = DOCUMENT["channels"][role]
        kafka = channel["bindings"]["kafka"]
        assert channel["address"] == kafka["topic"] == topic.name
        assert kafka["partitions"] == topic.partitions
        for name, value in kafka["topicConfiguration"].items():
            assert ",".join(value) == topic.config[name] if isinstance(value, list) else str(value) == topic.config[name]


@pytest.mark.parametrize("role", TOPICS)
def test_messages_of_a_channel_have_the_schemas_of_its_topic(role: str) -> None:
    messages = [_resolve(ref["$ref"]) for ref in DOCUMENT["channels"][role]["messages"].values()]
    assert {_schema_of(message, "payload") for message in messages} - {None} == {TOPICS[role].schema}
    assert {_schema_of(message, "headers") for message in messages} == {TOPICS[role].headers}


def test_every_published_schema_is_used() -> None:
    assert {Path(ref).name.removesuffix(".schema.json") for ref in _refs(DOCUMENT) if ref.startswith("./json")} == SCHEMAS.keys()


def test_the_input_forms_are_told_apart_by_the_designs_content_types() -> None:
    messages = {name: _resolve(ref["$ref"]) for name, ref in DOCUMENT["channels"]["input"]["messages"].items()}
    assert {name: message["contentType"] for name, message in messages.items()} == CONTENT_TYPES
    assert "application/xhtml+xml, or none" in messages["html"]["summary"]


def test_the_worker_receives_pages_and_sends_the_rest() -> None:
    actions = {op["channel"]["$ref"].rpartition("/")[2]: op["action"] for op in DOCUMENT["operations"].values()}
    assert actions == {role: "receive" if role == "input" else "send" for role in TOPICS}
