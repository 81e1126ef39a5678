"""What the worker remembers between pages, and what it asks. Everything is bounded, expires, and may be forgotten at any moment.

Of a URL: its last pages, each with the record that claimed it and what came of it. Of an article: its text's hash and fingerprint, its
revision and what it repeats. Of texts: an index from bands of fingerprints to original articles. Of a site: its last pages' blocks.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Literal, Protocol

import msgspec

from schemas.records import Source
from workers.pipeline.site import SiteFacts, SiteSeen

DuplicateKind = Literal["exact", "near", "syndicated"]
MAX_VERSIONS = 16  # pages remembered of a URL: a replay of older ones is processed as if new
CLAIM_TTL_S = 3600  # of what was claimed and not confirmed: longer than a redelivery takes


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A page that is about to be processed, and claims its URL."""

    url: str  # normalised
    site: str
    source: Source
    page_sha256: str  # of what stays of its bytes (workers/sameness/page.py)
    rules_version: str
    reprocess: bool = False  # it is wanted again: never `unchanged`


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """How an article stands to those before it. Kept with the claim: a redelivery is given the same one."""

    id: bytes  # 32 bytes
    revision: int = 1
    revision_of: bytes = b""  # contentHash of the revision before, 32 bytes
    headline_changed: bool = False
    body_share: float = 0.0  # of the body that changed
    duplicate_of: bytes = b""  # id of the original, 32 bytes
    kind: DuplicateKind = "exact"
    score: float = 0.0


class Past(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What came of a page."""

    standing: list[bytes] = []  # ids of what stands on `articles` for this URL after it
    records: bytes = b""  # hash of its articles' records, but for what names this fetch: equal for equal articles
    verdicts: list[Verdict] = []
    tombstoned: list[bytes] = []  # ids it wrote tombstones for: the page was gone
    unchanged: bool = False  # its articles were those before it: nothing was published


class SeenAs(Enum):
    """What a look finds."""

    NEW = "new"
    AGAIN = "again"  # the record has claimed the URL before: a redelivery or a replay
    UNCHANGED = "unchanged"  # the same page from an earlier record


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The store's answer to a look."""

    seen_as: SeenAs
    past: Past | None = None  # AGAIN: what came of it then, if that is known; else: of the page before
    site: SiteFacts = SiteFacts()  # in force for this page
    site_version: bytes = b""  # names those facts


class Text(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What the store compares of an article; made in the child. Hashes are raw bytes."""

    id: bytes  # 32
    content_hash: bytes  # 32
    fingerprint: bytes  # Fingerprint.packed, or empty
    headline: bytes  # 4: hash of the folded headline
    house: bytes  # 4: hash of the host without what is the same house (`www.`, `m.`, `amp.`)
    agency: bytes  # 4: hash of the agencies it names; empty: none


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A page whose outcome is committed. `past` None: it came to nothing (dead-lettered), and its claim is given up."""

    look: Look
    seen: Seen
    past: Past | None
    learned: SiteSeen | None = None  # for the site's facts; only of a URL's first page


class StoreUnavailable(Exception):
    """The store did not answer in time. Pages flow on, tagged `dedupe: unknown`."""


class Store(Protocol):
    """Methods answer within a bound or raise StoreUnavailable. Each is one round trip, and atomic for each URL and article."""

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """Claim the URL of each page, in this order, unless it is unchanged or has the claim already."""

    def settle(self, pages: Sequence[tuple[Source, Sequence[Text]]]) -> list[list[Verdict]]:
        """Compare pages' articles with those before them and remember them, in this order. The same source is given the same verdicts."""

    def close_pages(self, closings: Sequence[Closing]) -> None:
        """Confirm or give up claims, once the broker has acknowledged the outcomes; learn of the sites."""

    def forget(self, url: str, ids: Sequence[bytes]) -> Past | None:
        """Forget a normalised URL and its articles; return what came of its last page."""

    def close(self) -> None:
        """Let go of connections."""
