"""Text that was extracted elsewhere, split into its paragraphs."""

from schemas.records import FieldSource
from workers.pipeline.draft import Draft, replace

FROM_LINES = FieldSource(source="text", rule="lines")

# Text wrapped by hand or by a mailer: lines of about one width (RFC 5322 asks for 78), in groups between empty lines.
WRAP_MAX_CHARS = 82
WRAP_MIN_CHARS = 40
WRAP_MIN_SHARE = 0.8  # of the lines that another one follows


def split_plain_text(draft: Draft) -> Draft:
    """Fill `paragraphs` in `parts` from `text`. Pages of HTML pass."""
    if draft.text is None:
        return draft
    sources = {**draft.sources, "articleBody": FROM_LINES, "paragraphs": FROM_LINES}
    return replace(draft, parts={**draft.parts, "paragraphs": paragraphs_of(draft.text)}, sources=sources)


def paragraphs_of(text: str) -> list[str]:
    """Each line is a paragraph; in wrapped text, what stands between empty lines."""
    groups: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    if is_wrapped(groups):
        return [" ".join(group) for group in groups if group]
    return [line for group in groups for line in group]


def is_wrapped(groups: list[list[str]]) -> bool:
    """Whether lines end by width and not by meaning."""
    followed = [line for group in groups for line in group[:-1]]
    if not followed or max(len(line) for group in groups for line in group) > WRAP_MAX_CHARS:
        return False
    return sum(len(line.rstrip()) >= WRAP_MIN_CHARS for line in followed) >= WRAP_MIN_SHARE * len(followed)
