"""JSON Schema validation for the tests of the contract."""

from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from schemas.json_schema import load_schema


def errors(name: str, value: Any, *, strict: bool = False) -> list[ValidationError]:
    """Return what is wrong with a value under a published schema; `strict` counts unknown fields too."""
    return list(Draft202012Validator(load_schema(name, strict=strict)).iter_errors(value))


def places(name: str, value: Any) -> set[tuple[str, str]]:
    """Return (path, keyword) of everything that is wrong."""
    return {(".".join(map(str, e.absolute_path)), str(e.validator)) for e in errors(name, value)}
