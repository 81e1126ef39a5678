"""What passes through the pipe between the worker and a child: msgpack, never pickle.

The worker sends a load: a list of Jobs, and each page's bytes as a frame of their own. The child sends of each page a Decoded, or a
PageResult where the page ended in the first half of the line. The worker answers all Decoded by one list. The child sends a
PageResult of each page that is to proceed.
"""

from typing import TYPE_CHECKING, Self

import msgspec

from schemas.identity import normalise_url
from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind
from workers.pipeline.draft import Draft, Limits
from workers.pipeline.facts import ArticleFacts
from workers.pipeline.site import SiteFacts, SiteSeen
from workers.sameness.record import Pieces, house_of, whole
from workers.store.protocol import Text

if TYPE_CHECKING:
    PageReason = FilterReason | DeadLetterReason
else:
    PageReason = str  # msgspec decodes no union of two enums; PageResult makes the member of it

_REASONS = {str(reason): reason for reason in (*FilterReason, *DeadLetterReason)}


class Job(msgspec.Struct, frozen=True, kw_only=True, tag="job"):
    """A page to process. `has_value` says whether a frame with its bytes follows (False: the record's value is null)."""

    headers: list[tuple[str, bytes]]
    timestamp_ms: int  # of the record
    has_value: bool
    url_required: bool = True


class Proceed(msgspec.Struct, frozen=True, kw_only=True, tag="proceed"):
    """The worker's answer to Decoded: go on. Carries what the stages need to know of the store."""

    site: SiteFacts = SiteFacts()


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """The worker's answer to Decoded: the page needs no more work. The child is free again and sends nothing."""


class Decoded(msgspec.Struct, frozen=True, kw_only=True, tag="decoded"):
    """The child has read the page's form and bytes, and waits for Proceed or Stop."""

    url: str | None
    url_key: str | None  # normalised; None: no id can be made of it
    site: str  # of the same
    steady_sha256: str  # of what stays of the page when nothing has happened
    raw_bytes: int
    cpu_s: float = 0.0  # of the child, on this page, until now

    @classmethod
    def of(cls, draft: Draft, *, raw_bytes: int, cpu_s: float = 0.0) -> Self:
        """What is known of a page whose form was read."""
        try:
            key = normalise_url(draft.url or "")
        except ValueError:
            key = None
        return cls(
            url=draft.url,
            url_key=key,
            site=house_of(key or ""),
            steady_sha256=draft.steady_sha256,
            raw_bytes=raw_bytes,
            cpu_s=cpu_s,
        )


class ArticleValue(msgspec.Struct, frozen=True):
    """One article as it will be published: its id, its record in pieces, and what the store compares of it."""

    id: str
    pieces: Pieces
    text: Text

    @property
    def value(self) -> bytes:
        """Its record as it is without a store."""
        return whole(self.pieces, None)


class PageResult(msgspec.Struct, frozen=True, kw_only=True, tag="result"):
    """What became of a page in the child (or, for timeout, memory and crash, in the pool)."""

    outcome: OutcomeKind
    reason: PageReason | None = None
    error: str = ""  # for a person: goes to `dlq-error` and the log, at most 500 characters, no page text
    stage: str = ""  # the stage that raised, for `dlq-stage`
    url: str | None = None
    raw_bytes: int = 0
    articles: list[ArticleValue] = []
    records: bytes = b""  # a hash of what they say
    facts: list[ArticleFacts] = []  # of the articles, in their order: for the metrics
    site_seen: SiteSeen = SiteSeen()
    stage_ms: dict[str, float] = {}
    total_ms: float = 0.0
    cpu_s: float = 0.0  # of the child, on this page
    attempts: int = 1

    def __post_init__(self) -> None:
        if self.reason is not None:
            if self.reason not in _REASONS:
                raise ValueError(f"no reason of a page: {self.reason}")
            msgspec.structs.force_setattr(self, "reason", _REASONS[self.reason])


class Setup(msgspec.Struct, frozen=True, kw_only=True, tag="setup"):
    """The pool's first frame to its fork server: what every child runs, and within which bounds."""

    line: str  # import path of a function that makes a Line, "package.module:function"
    rules_dir: str | None = None  # an operator's own rules
    page_limits: Limits
    max_memory_bytes: int
    max_result_bytes: int


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag="ready"):
    """A child's first frame: it waits for a Job."""

    pid: int


class Exited(msgspec.Struct, frozen=True, kw_only=True, tag="exited"):
    """The fork server's word that a child is gone. `code` as in subprocess: negative is the signal's number."""

    child: int  # the pool's own number for it, not a process id
    code: int
    max_rss_bytes: int
