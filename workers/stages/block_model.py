"""The block model's body instead of the extractor's, where the model expects it to be clearly nearer the truth."""

from itertools import compress

from schemas.records import FieldSource
from workers.model.blocks import cut
from workers.model.model import load
from workers.model.page import beside
from workers.pipeline.draft import Draft, replace
from workers.stages.joiners import Joiners
from workers.stages.text import weighted_length

FROM_MODEL = FieldSource(source="dom", rule="block_model")


def judge_blocks(draft: Draft) -> Draft:
    """Fill `blocks`, and replace `paragraphs` in `parts` by those the model keeps, unless the extractor's body stands."""
    if draft.tree is None:
        return draft
    blocks = cut(draft.tree, Joiners(draft.html or ""))
    draft = replace(draft, blocks=blocks)
    judged = load().judge(blocks, beside(draft.tree, draft.parts["paragraphs"], draft.parts.get("headline")))
    if judged is None or not judged[1].use_model:
        return draft
    paragraphs = list(compress(blocks.texts, judged[1].kept))
    if sum(map(weighted_length, paragraphs)) < draft.limits.min_text_chars:  # too short to be an article: then the extractor decides
        return draft
    sources = {**draft.sources, "articleBody": FROM_MODEL, "paragraphs": FROM_MODEL}
    return replace(draft, parts={**draft.parts, "paragraphs": paragraphs}, sources=sources)
