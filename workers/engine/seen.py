"""Seen before? Decides, before any extraction, what an earlier page of the same URL means for this one. Pure."""

from enum import Enum

from schemas.records import Source
from workers.store.protocol import Remembered

GONE = "gone"  # stands for the bytes of a page that answered 404 or 410


class Verdict(Enum):
    """Whether the page is to be processed."""

    NEW = "new"
    UNCHANGED = "unchanged"


def verdict(remembered: Remembered | None, *, page_sha256: str, source: Source, rules_version: str, reprocess: bool) -> Verdict:
    """Return UNCHANGED only for a true re-crawl: the same bytes, under the same rules, from a later record.

    A redelivery of the claiming record, a replay of an earlier offset of its partition, and a reprocessed record are NEW, so that they
    give the same articles again.
    """
    if remembered is None or reprocess or remembered.rules_version != rules_version or remembered.page_sha256 != page_sha256:
        return Verdict.NEW
    claim = remembered.source
    same_partition = (claim.topic, claim.partition) == (source.topic, source.partition)
    return Verdict.NEW if same_partition and source.offset <= claim.offset else Verdict.UNCHANGED


def tombstones(remembered: Remembered | None, source: Source) -> list[str]:
    """Return the ids to delete for a page that is gone: what its URL had published; for a redelivery, the same again; else none."""
    if remembered is None:
        return []
    if remembered.page_sha256 == GONE and remembered.source != source:
        return []
    return remembered.article_ids
