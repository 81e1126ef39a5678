"""The block model's body instead of the extractor's, where the model expects it to be clearly nearer the truth."""

from itertools import compress

from schemas.records import FieldSource
from workers.model.blocks import Blocks
from workers.model.model import load
from workers.model.page import Beside, beside
from workers.pipeline.draft import Draft, replace
from workers.stages.text import weighted_length

FROM_MODEL = FieldSource(source="dom", rule="block_model")


def judge_blocks(draft: Draft) -> Draft:
    """Fill `blocks`, and replace `paragraphs` in `parts` by those the model keeps, unless the extractor's body stands."""
    found = blocks_beside(draft)
    if not found:
        return draft
    draft = replace(draft, blocks=found[0])
    judged = load().judge(*found)
    if judged is None or not judged[1].use_model:
        return draft
    paragraphs = list(compress(found[0].texts, judged[1].kept))
    if sum(map(weighted_length, paragraphs)) < draft.limits.min_text_chars:  # too short to be an article: then the extractor decides
        return draft
    sources = {**draft.sources, "articleBody": FROM_MODEL, "paragraphs": FROM_MODEL}
    return replace(draft, parts={**draft.parts, "paragraphs": paragraphs}, sources=sources)


def blocks_beside(draft: Draft) -> tuple[Blocks, Beside] | None:
    """What the model is asked about: the blocks of the page and the texts beside them; None for a page without a tree."""
    if draft.blocks is None:
        return None
    return draft.blocks, beside(draft.tree, draft.parts["paragraphs"], draft.parts.get("headline"))
