"""Structured data inside the page, made safe for its readers: what nests too deeply is taken out."""

import re

from workers.pipeline.draft import Draft, replace
from workers.stages.quality import QualityReason

# A string counts as one token and ends with the text if nothing else ends it: linear on any input.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|[\[{]|[\]}]', re.DOTALL)


def prepare_structured_data(draft: Draft) -> Draft:
    """Drop JSON-LD scripts deeper than `max_json_depth` from `tree`, and protect the joiners that the others write as escapes."""
    if draft.tree is None or draft.html is None:
        return draft
    dropped = False
    for script in draft.tree.xpath('.//script[contains(@type, "json")]'):
        text = script.text or ""
        if is_deeper(text, draft.limits.max_json_depth):
            script.drop_tree()
            dropped = True
        elif "\\u200" in text:
            script.text = draft.joiners.protect_json(text)
    return replace(draft, notes=(*draft.notes, QualityReason.STRUCTURED_DATA_DROPPED)) if dropped else draft


def is_deeper(text: str, max_depth: int) -> bool:
    """Whether arrays and objects in a JSON text nest deeper than `max_depth`; the text need not be valid."""
    if text.count("[") + text.count("{") <= max_depth:
        return False
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > max_depth:
                return True
        elif token[0] in "]}":
            depth = max(0, depth - 1)
    return False
