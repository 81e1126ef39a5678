"""The body by the block model; the extractor's where the model finds less than an article."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, compress

from schemas.records import FieldSource
from workers.model.blocks import Blocks
from workers.model.model import BlockModel, load
from workers.model.page import Beside, beside
from workers.model.structure import plain_cells
from workers.pipeline.draft import Draft, replace
from workers.rules.load import own_matcher
from workers.rules.match import Matcher
from workers.rules.model import Match, Scope, SegmentClass
from workers.stages.extract import CELL_BREAK
from workers.stages.kept_blocks import put_right
from workers.stages.structured import page_of
from workers.stages.text import weighted_length

HEAD_MAX_CHARS = 40
_TO_FIELDS = frozenset((SegmentClass.TAGS, SegmentClass.SOURCE_LINE, SegmentClass.AGENCY_CREDIT, SegmentClass.READ_ALSO))
_SOURCES = frozenset((SegmentClass.SOURCE_LINE, SegmentClass.AGENCY_CREDIT))
_REACH = 12  # blocks after a head
_POSSIBLE = 0.25  # of a block after a head, or a source line, from which on the rules are to see it
FROM_MODEL = FieldSource(source="dom", rule="block_model")


def judge_blocks(draft: Draft) -> Draft:
    """Replace `paragraphs` in `parts` by the blocks that the model keeps; the extractor's stand where the model finds no article."""
    return judge(draft, load())


def judge(draft: Draft, model: BlockModel) -> Draft:
    """The same, by another model."""
    found = blocks_beside(draft)
    judged = found and model.judge(*found)
    if not found or not judged:
        return draft
    probabilities = judged.probabilities.tolist()
    kept = put_right(found[0], judged.kept.tolist(), probabilities, draft.parts.get("headline"))
    of_model = judged.own.tolist()
    wider = with_fields(found[0].texts, kept, of_model, probabilities)
    paragraphs = paragraphs_of(found[0], with_embedded(found[0].texts, wider, probabilities))
    if not _is_long(paragraphs, draft.limits.min_text_chars):  # too short to be an article: then the extractor decides
        return draft
    sources = {**draft.sources, "articleBody": FROM_MODEL, "paragraphs": FROM_MODEL}
    own = paragraphs if kept == of_model else paragraphs_of(found[0], with_embedded(found[0].texts, of_model, probabilities))
    return replace(draft, parts={**draft.parts, "paragraphs": paragraphs}, sources=sources, own_lines=own)


def _is_long(paragraphs: Iterable[str], least_chars: int) -> bool:
    return any(chars >= least_chars for chars in accumulate(map(weighted_length, paragraphs), initial=0))


def with_fields(texts: Sequence[str], kept: Sequence[bool], own: Sequence[bool], probabilities: Sequence[float]) -> list[bool]:
    """What is kept, and the lines that the rules take out of the body again, to fields: those that the model alone would keep; of lines
    that say where the story came from also the possible ones, for what they say is asked nowhere else.
    """
    matcher, wider = own_matcher(), list(kept)
    for at, (text, is_kept, is_own, probability) in enumerate(zip(texts, kept, own, probabilities, strict=True)):
        if is_kept or not (is_own or probability >= _POSSIBLE) or len(text) > matcher.max_chars:
            continue
        if (hit := matcher.find(text)) is not None:
            wider[at] = hit.rule.class_ in (_TO_FIELDS if is_own else _SOURCES)
    return wider


def with_embedded(texts: Sequence[str], kept: Sequence[bool], probabilities: Sequence[float]) -> list[bool]:
    """What is kept, and what may follow a kept "read also" head: a second article's headline and text, or a list, for the rules to tell."""
    matcher, wider = own_matcher(), list(kept)
    for at in compress(range(len(texts)), kept):
        if len(texts[at]) > HEAD_MAX_CHARS or (hit := matcher.find(texts[at])) is None:
            continue
        if hit.rule.class_ is SegmentClass.READ_ALSO and hit.rule.match is Match.LINE:
            for after in range(at + 1, min(at + 1 + _REACH, len(texts))):
                if _begins_list(texts[after], matcher):
                    break
                # A headline goes with its text.
                leads = after == at + 1 and after + 1 < len(texts) and probabilities[after + 1] >= _POSSIBLE
                wider[after] = wider[after] or leads or probabilities[after] >= _POSSIBLE
    return wider


def _begins_list(text: str, matcher: Matcher) -> bool:
    hit = matcher.find(text) if len(text) <= HEAD_MAX_CHARS else None
    return hit is not None and hit.rule.scope is not Scope.LINE


def paragraphs_of(blocks: Blocks, kept: Sequence[bool]) -> list[str]:
    """The texts of the blocks that are kept. A row of plain cells is one, and a table of such rows is kept as a whole, or not."""
    cells = plain_cells(blocks)
    if cells is None:
        return list(compress(blocks.texts, kept))
    paragraphs: list[str] = []
    at = 0
    while at < len(kept):
        begin, rows = at, []
        while at < len(kept) and (cell := cells[at]) is not None and (first := cells[begin]) is not None and cell[1] == first[1]:
            end = at + 1
            while end < len(kept) and (after := cells[end]) is not None and after[0] == cell[0]:
                end += 1
            rows.append(CELL_BREAK.join(blocks.texts[at:end]))
            at = end
        if not rows:
            rows, at = [blocks.texts[at]], at + 1
        texts = blocks.texts[begin:at]
        if 2 * sum(map(len, compress(texts, kept[begin:at]))) >= sum(map(len, texts)):
            paragraphs += rows
    return paragraphs


def blocks_beside(draft: Draft) -> tuple[Blocks, Beside] | None:
    """What the model is asked about: the blocks of the page and the texts beside them; None for a page without a tree."""
    if draft.blocks is None:
        return None
    return draft.blocks, beside(page_of(draft).read, draft.parts["paragraphs"], draft.parts.get("headline"))
