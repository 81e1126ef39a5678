"""The JSON Schemas (2020-12) of the contract, made from the structs. `json/` holds the result, and a test that the two are one."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from importlib import resources
from typing import Any, Literal

import msgspec

from schemas import header_records, records
from schemas.outcome import OUTCOME_RULES
from schemas.page import ENVELOPE_RULES
from schemas.values import SCHEMA_VERSION

JsonSchema = dict[str, Any]


class SchemaSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One published schema. On output an absent field is left out, never null; on input null counts as absent."""

    record: type[records.Record]
    direction: Literal["input", "output"]
    rules: list[JsonSchema] = []


SCHEMAS: dict[str, SchemaSpec] = {
    f"{name}.v{SCHEMA_VERSION}": spec
    for name, spec in {
        "article": SchemaSpec(record=records.Article, direction="output"),
        "dead-letter-headers": SchemaSpec(record=header_records.DeadLetterHeaders, direction="output"),
        "dead-letter-stub": SchemaSpec(record=records.DeadLetterStub, direction="output"),
        "outcome": SchemaSpec(record=records.Outcome, direction="output", rules=OUTCOME_RULES),
        "page-envelope": SchemaSpec(record=records.Envelope, direction="input", rules=ENVELOPE_RULES),
        "page-headers": SchemaSpec(record=header_records.InputHeaders, direction="input"),
        "record-headers": SchemaSpec(record=header_records.RecordHeaders, direction="output"),
        "story": SchemaSpec(record=records.Story, direction="output"),
    }.items()
}


def load_schema(name: str, *, strict: bool = False) -> JsonSchema:
    """Return a published schema by its name, such as `article.v1`; `strict` forbids unknown fields, as a test of our own records wants."""
    text = resources.files("schemas").joinpath("json", f"{name}.schema.json").read_text("utf-8")
    schema: JsonSchema = msgspec.json.decode(text)
    if strict:
        for part in _objects(schema):
            part["additionalProperties"] = False
    return schema


def build_schema(name: str) -> JsonSchema:
    """Make the schema of that name from its struct; raises ValueError for a field without a description."""
    spec = SCHEMAS[name]
    (_,), definitions = msgspec.json.schema_components([spec.record], ref_template="#/$defs/{name}")
    for struct in _structs(spec.record):
        _describe(definitions[struct.__name__], struct, spec.direction)
    root = definitions.pop(spec.record.__name__)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:rawi:schema:{name}", **root}
    if spec.rules:
        schema["allOf"] = spec.rules
    if definitions:
        schema["$defs"] = definitions
    return schema


def _describe(schema: JsonSchema, struct: type[msgspec.Struct], direction: str) -> None:
    """Put descriptions on a struct's schema, and drop what the wire does not have: defaults, and on output null for absent."""
    schema["description"] = " ".join((inspect.getdoc(struct) or "").split())
    texts = field_texts(struct)
    for field in msgspec.structs.fields(struct):
        prop = schema["properties"][field.encode_name]
        optional = "default" in prop or not field.required
        prop.pop("default", None)
        if optional and direction == "output" and "anyOf" in prop:
            (only,) = [p for p in prop.pop("anyOf") if p != {"type": "null"}]
            prop.update(only)
        if not texts.get(field.name):
            raise ValueError(f"{struct.__name__}.{field.name} has no description under it")
        schema["properties"][field.encode_name] = {"description": texts[field.name], **prop}


def field_texts(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return the text under each field of a struct, by its Python name, on one line."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(struct))).body
    assert isinstance(tree, ast.ClassDef)
    texts: dict[str, str] = {}
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(value))):
                texts[name] = " ".join(value.split())
    return texts


def _structs(root: type[records.Record]) -> Iterator[type[msgspec.Struct]]:
    """The struct and every struct within it, once each."""
    seen: set[type[msgspec.Struct]] = set()
    todo: list[Any] = [msgspec.inspect.type_info(root)]
    while todo:
        info = todo.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls not in seen:
                seen.add(info.cls)
                yield info.cls
                todo += [field.type for field in info.fields]
        elif isinstance(info, msgspec.inspect.Metadata):
            todo.append(info.type)
        elif isinstance(info, msgspec.inspect.UnionType):
            todo += info.types
        elif isinstance(info, msgspec.inspect.ListType):
            todo.append(info.item_type)
        elif isinstance(info, msgspec.inspect.DictType):
            todo.append(info.value_type)


def _objects(schema: JsonSchema) -> Iterator[JsonSchema]:
    """The root and every definition that lists its properties."""
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            yield part
