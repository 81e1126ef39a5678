"""JSON-LD as sites write it: broken commas, comments, HTML around and inside, several values in one script. Never raises."""

import html
import json
import re
import string
from collections.abc import Iterator
from typing import Any

import json_repair
import msgspec

from workers.stages.remembered import remembered

Node = dict[str, Any]  # a JSON object with an "@type"

MAX_NODES = 2_000  # of a page; more is a catalogue
MAX_REPAIRED_CHARS = 100_000  # json_repair takes 2 ms for 1,000 characters, in proportion
_WRAPPED_BEFORE = re.compile(r"\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)?\s*")
_ENDS = ";" + string.whitespace
# What stands under these is another work than the page's own.
_OTHERS = frozenset(
    (
        "itemListElement mentions isPartOf comment citation relatedLink isRelatedTo about subjectOf "
        " liveBlogUpdate isBasedOn review workExample"
    ).split()
)


class Found(msgspec.Struct, frozen=True):
    """A node and whether it stands for the page itself (and not for something that the page names)."""

    node: Node
    is_own: bool = True


def read_json(text: str) -> Any:
    """The value of a script; None when nothing can be made of it. What nests too deeply must be gone already."""
    if not text or text.isspace():
        return None
    for written in (str, _unwrapped):
        try:
            return msgspec.json.decode(text := written(text))
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            pass
    if not text:
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    return _repaired(text)


def _unwrapped(text: str) -> str:
    """The text without comments around it and semicolons after it."""
    text = text[_WRAPPED_BEFORE.match(text).end() :].rstrip(_ENDS)  # type: ignore[union-attr]  # it matches the empty text, too
    cdata = text.removesuffix("*/").rstrip()
    if cdata.endswith("]]>"):
        cdata = cdata.removesuffix("]]>").rstrip()
        return cdata.removesuffix("//").removesuffix("/*").rstrip(_ENDS)
    return text.removesuffix("-->").rstrip()


def _repaired(text: str) -> Any:
    if len(text) > MAX_REPAIRED_CHARS:
        return None
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError, KeyError, TypeError, AttributeError):  # what it was seen, or is able, to raise on noise
        return None


def nodes_of(values: list[Any]) -> list[Found]:
    """All typed nodes of the scripts, outer before inner, references by `@id` resolved one level."""
    found: list[Found] = []
    for value in values:
        for one in _walk(value):
            found.append(one)
            if len(found) >= MAX_NODES:
                break
    by_id = {one.node["@id"]: one.node for one in found if isinstance(one.node.get("@id"), str) and len(one.node) > 2}
    return [Found(_resolved(one.node, by_id), one.is_own) for one in found] if by_id else found


def _walk(value: Any) -> Iterator[Found]:
    pending: list[tuple[Any, bool]] = [(value, True)]
    while pending:
        value, is_own = pending.pop()
        if isinstance(value, list):
            pending.extend((item, is_own) for item in reversed(value))
        elif isinstance(value, dict):
            if "@type" in value:
                yield Found(value, is_own)
            inner = [(item, is_own and key not in _OTHERS) for key, item in value.items() if isinstance(item, dict | list)]
            pending.extend(reversed(inner))


def _resolved(node: Node, by_id: dict[str, Node]) -> Node:
    return {key: _resolve(value, by_id) if isinstance(value, dict | list) else value for key, value in node.items()}


def _resolve(value: Any, by_id: dict[str, Node]) -> Any:
    if isinstance(value, dict) and len(value) <= 2 and isinstance(value.get("@id"), str) and "name" not in value:
        return by_id.get(value["@id"], value)
    if isinstance(value, list):
        return [_resolve(item, by_id) for item in value]
    return value


def types_of(node: Node) -> list[str]:
    """The names of a node's types, without the vocabulary."""
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return [_last_name(name) for name in names if isinstance(name, str)]


@remembered(1_000)
def _last_name(name: str) -> str:
    return re.split(r"[/#:]", name.strip())[-1]


def values_of(node: Node, key: str) -> list[Any]:
    """The values under a key, as a list; under the key with the vocabulary before it, too."""
    value = node.get(key)
    if value is None:
        value = node.get(f"schema:{key}")
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """The text of a value: a string, a number, or the name of what it stands for."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), "")
    if isinstance(value, dict):
        return next((text for key in ("name", "@value", "headline", "value", "text") if (text := text_of(value.get(key)))), "")
    return ""


def text_at(node: Node, *keys: str) -> str:
    """The first text under the first of the keys that has one."""
    return next((text for key in keys for value in values_of(node, key) if (text := text_of(value).strip())), "")


def url_of(value: Any) -> str:
    """The URL that a value is or has."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next((url for item in value if (url := url_of(item))), "")
    if isinstance(value, dict):
        return next((url for key in ("url", "contentUrl", "@id") if (url := url_of(value.get(key)))), "")
    return ""
