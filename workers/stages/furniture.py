"""What a site repeats on many of its pages is not the article: cut where it is known, and noted for the store (`pipeline.site`)."""

import hashlib

from schemas.records import RemovedSegment
from workers.pipeline.draft import Draft, replace
from workers.pipeline.site import SiteSeen
from workers.rules.fold import fold_ends
from workers.rules.load import LEARNED
from workers.rules.model import SegmentClass
from workers.stages.segment_tree import heading_texts
from workers.stages.text import clean_text, weighted_length

MIN_CHARS, MAX_CHARS = 12, 600  # of a block: shorter ones are words of a table, longer ones an article's own
MAX_BLOCKS = 200  # noted of one page: its first and its last
# More than this of the text known as furniture: then it is the article itself that was seen under many addresses, and none of it is cut.
MAX_SHARE = 0.7
_HASH_BYTES = 6  # 48 bits, see `pipeline.site`


def cut_furniture(draft: Draft) -> Draft:
    """Cut the paragraphs whose hashes are in `site.furniture`, and fill `site_seen` with those of all that may be furniture."""
    known = draft.site.furniture
    headings = _headings(draft)
    lines = [line for part in (draft, *draft.embedded) for line in part.parts["paragraphs"] if line not in headings and _may_be(line)]
    hashes = {line: block_hash(line) for line in lines}
    seen = SiteSeen(
        blocks=_bounded(tuple(dict.fromkeys(hashes.values()))),
        page=block_hash(draft.parts["headline"]) if draft.parts.get("headline") else 0,
        names=draft.site_seen.names,
    )
    furniture = {line for line, number in hashes.items() if number in known}
    without = _without(draft, furniture) if furniture else draft
    return replace(without, embedded=tuple(_without(part, furniture) for part in draft.embedded), site_seen=seen)


def block_hash(text: str) -> int:
    """The hash of a block: the same for spellings that readers take for the same, and on every machine."""
    return int.from_bytes(hashlib.blake2b(fold_ends(text).encode(), digest_size=_HASH_BYTES).digest(), "big")


def _bounded(blocks: tuple[int, ...]) -> tuple[int, ...]:
    return blocks if len(blocks) <= MAX_BLOCKS else blocks[: MAX_BLOCKS // 2] + blocks[-MAX_BLOCKS // 2 :]


def _may_be(line: str) -> bool:
    return MIN_CHARS <= weighted_length(line) <= MAX_CHARS and any(map(str.isalpha, line))


def _headings(draft: Draft) -> set[str]:
    """Subheads are the article's, though a site may use the same one on every page."""
    if draft.tree is None:
        return set()
    joiners = draft.joiners
    return {clean_text(joiners.restore(text)) for text in heading_texts(draft.tree)}


def _without(draft: Draft, furniture: set[str]) -> Draft:
    paragraphs = draft.parts["paragraphs"]
    gone = [line for line in paragraphs if line in furniture]
    if not gone or sum(map(len, gone)) > MAX_SHARE * sum(map(len, paragraphs)):
        return draft
    texts = gone if draft.limits.removed_text else [None] * len(gone)
    removed = [RemovedSegment(class_=SegmentClass.SITE_FURNITURE, rule=LEARNED, text=text) for text in texts]
    parts = {
        **draft.parts,
        "paragraphs": [line for line in paragraphs if line not in furniture],
        "removed_segments": [*draft.parts.get("removed_segments", []), *removed],
    }
    return replace(draft, parts=parts)
