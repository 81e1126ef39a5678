"""Write what is made from the structs and topics.yaml: `json/` and the tables of README.md. Run as `python -m schemas.generate`."""

import json
from pathlib import Path

from schemas.json_schema import SCHEMAS, JsonSchema, build_schema
from schemas.topics import load_topics

HERE = Path(__file__).parent


def files() -> dict[Path, str]:
    """Return every generated file and its text."""
    made = {HERE / "json" / f"{name}.schema.json": json.dumps(build_schema(name), indent=2, ensure_ascii=False) + "\n" for name in SCHEMAS}
    readme = (HERE / "README.md").read_text("utf-8")
    for mark, table in {"topics": _topics_table(), **{name: _fields_tables(build_schema(name)) for name in SCHEMAS}}.items():
        start, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
        before, _, rest = readme.partition(start)
        if not rest:
            raise ValueError(f"README.md has no place for {mark}")
        readme = f"{before}{start}{table}{end}{rest.partition(end)[2]}"
    return {**made, HERE / "README.md": readme}


def _topics_table() -> str:
    lines = ["| role | name | owner | key | value | headers | partitions | settings |", "|---|---|---|---|---|---|---|---|"]
    for role, t in load_topics().items():
        config = "<br>".join(f"`{name}={value}`" for name, value in t.config.items())
        headers = f"`{t.headers}`" if t.headers else "none"
        lines.append(f"| {role} | `{t.name}` | {t.owner} | {t.key} | `{t.schema}` | {headers} | {t.partitions} | {config} |")
    return "\n".join(lines) + "\n"


def _fields_tables(schema: JsonSchema) -> str:
    parts = [_fields_table(schema)]
    parts += [f"**{name}.** {part['description']}\n\n{_fields_table(part)}" for name, part in schema.get("$defs", {}).items()]
    return "\n".join(parts)


def _fields_table(schema: JsonSchema) -> str:
    lines = ["| field | type | | what it says |", "|---|---|---|---|"]
    for name, prop in schema["properties"].items():
        needed = "required" if name in schema.get("required", ()) else ""
        lines.append(f"| `{name}` | {_type(prop)} | {needed} | {prop['description']} |")
    return "\n".join(lines) + "\n"


def _type(prop: JsonSchema) -> str:
    """A type in words."""
    if "$ref" in prop:
        return str(prop["$ref"]).rpartition("/")[2]
    if "anyOf" in prop:
        return " or ".join(_type(one) for one in prop["anyOf"])
    if prop.get("type") == "array":
        return f"{_type(prop['items'])}[]"
    if prop.get("type") == "object":
        return f"object of {_type(prop['additionalProperties'])}"
    if "enum" in prop:
        return " ".join(f"`{value}`" for value in prop["enum"]) if len(prop["enum"]) < 7 else "a reason"
    return str(prop["type"])


def main() -> None:
    """Write the files that differ, and name them."""
    for path, text in files().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(HERE)}")


if __name__ == "__main__":
    main()
