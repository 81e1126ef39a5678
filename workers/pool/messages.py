"""What passes through the pipe between the worker and a child: msgpack, never pickle. A page's bytes follow their Job as a frame of their own."""

from typing import Literal

import msgspec

from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind


class Job(msgspec.Struct, frozen=True, kw_only=True, tag="job"):
    """A page to process. `has_value` says whether a frame with its bytes follows (False: the record's value is null)."""

    headers: list[tuple[str, bytes]]
    timestamp_ms: int  # of the record
    has_value: bool
    content_type: str | None = None  # `rawi extract` only: overrides the header
    url_required: bool = True


class Proceed(msgspec.Struct, frozen=True, kw_only=True, tag="proceed"):
    """The worker's answer to Decoded: go on. Carries what the stages need to know of the store."""

    dedupe: Literal["known", "unknown"]


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """The worker's answer to Decoded: the page needs no more work. The child is free again and sends nothing."""


class Decoded(msgspec.Struct, frozen=True, kw_only=True, tag="decoded"):
    """The child has read the page's form and bytes, and waits for Proceed or Stop."""

    url: str | None
    page_sha256: str
    raw_bytes: int


class ArticleValue(msgspec.Struct, frozen=True):
    """One article as it will be published: its id and the canonical bytes of its record."""

    id: str
    value: bytes


class PageResult(msgspec.Struct, frozen=True, kw_only=True, tag="result"):
    """What became of a page in the child (or, for timeout, memory and crash, in the pool)."""

    outcome: OutcomeKind
    reason: FilterReason | DeadLetterReason | None = None
    error: str = ""  # for a person: goes to `dlq-error` and the log, at most 500 characters, no page text
    stage: str = ""  # the stage that raised, for `dlq-stage`
    url: str | None = None
    page_sha256: str = ""
    raw_bytes: int = 0
    articles: list[ArticleValue] = []
    stage_ms: dict[str, float] = {}
    total_ms: float = 0.0
    attempts: int = 1
