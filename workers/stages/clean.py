"""Text fidelity: whatever the stages before have found, only plain text leaves the line."""

from typing import Any

import msgspec

from workers.pipeline.draft import Draft, replace
from workers.stages.fields import WIRE_NAMES
from workers.stages.text import clean_text

# A consumer that asks for the body as one string still sees the paragraphs.
PARAGRAPH_BREAK = "\n\n"


def clean(draft: Draft) -> Draft:
    """Clean every text in `parts`, drop what becomes empty, and fill `article_body` from `paragraphs`."""
    cleaned = {name: _clean(value) for name, value in draft.parts.items()}
    parts = {name: value for name, value in cleaned.items() if value not in (None, "", [])}
    paragraphs = parts.setdefault("paragraphs", [])
    parts["article_body"] = PARAGRAPH_BREAK.join(paragraphs)
    gone = {WIRE_NAMES[name] for name in cleaned if name not in parts}
    return replace(draft, parts=parts, sources={name: source for name, source in draft.sources.items() if name not in gone})


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [item for item in map(_clean, value) if item not in (None, "")]
    if isinstance(value, msgspec.Struct):  # a Person or a Publisher: without a name it is nothing
        fields = {name: _clean(item) for name, item in msgspec.structs.asdict(value).items()}
        return type(value)(**fields) if fields.get("name", True) else None
    return value
