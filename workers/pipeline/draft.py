"""The one value that walks the line. A stage takes a Draft and returns a new one; it does no I/O and keeps no state."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from schemas.headers import PageHeaders
from schemas.reasons import DeadLetterReason, FilterReason
from schemas.records import Article, FieldSource, RemovedSegment
from workers.pipeline.site import SiteFacts, SiteSeen
from workers.stages.joiners import Joiners

Form = Literal["html", "envelope", "http", "warc", "text"]


class Filtered(Exception):
    """The page is not an article. Raised by any stage, handled in `line.py` alone."""

    def __init__(self, reason: FilterReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Invalid(Exception):
    """The record cannot be processed. Raised by any stage, handled in `line.py` alone."""

    def __init__(self, reason: DeadLetterReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on what one page may cost. Past one the page is dead-lettered with the reason named."""

    max_page_bytes: int = 10 * 1024 * 1024  # stored: too_large; decoded: decompression_bomb
    max_output_bytes: int = 4 * 1024 * 1024 - 64 * 1024  # of one article's value: output_too_large
    max_codings: int = 4  # content-encodings one over another: undecodable
    max_nesting: int = 2_000  # elements inside each other: too_complex
    max_nodes: int = 150_000  # elements on a page: too_complex
    max_attributes: int = 5_000  # on one element, and 20 times as many on a page: too_complex
    max_json_depth: int = 200  # of an envelope: too_complex; of JSON-LD: published without it
    max_header_bytes: int = 512 * 1024  # all headers of a record: too_complex
    min_text_chars: int = 140  # below: filtered(too_short)
    removed_text: bool = False  # whether `removedSegments` carry the text; on, records are larger


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A page on its way to being articles. Each stage fills what it names in its docstring."""

    # from the record
    headers: PageHeaders
    value: bytes | None
    now: datetime  # fetched-at, else the record's timestamp: what relative dates and dateDownloaded mean by now
    limits: Limits
    url_required: bool = True  # False for `rawi extract` only
    # decode
    form: Form = "html"
    url: str | None = None
    status: int | None = None
    media_type: str | None = None
    body: bytes = b""  # the page's bytes, decompressed
    charset: str | None = None  # declared by header, envelope or HTTP
    html: str | None = None  # the page as text, when it is HTML
    text: str | None = None  # the page as text, when it is text/plain
    steady_sha256: str = ""  # of what stays of `body` when nothing has happened
    # parse, extract, metadata, language, quality
    page_sha256: str = ""  # of `body`
    tree: Any = None  # lxml.html.HtmlElement
    page: Any = None  # of workers.structured.page: what stands in the head and in structured data, read once
    joiners: Joiners = Joiners("")  # what stands in `tree` for zero-width joiners
    blocks: Any = None  # of workers.model.blocks: the tree cut at block-level tags
    own_lines: list[str] = []  # the body by the block model alone, without the arbiter: what a page is is judged by it
    parts: dict[str, Any] = {}  # Article fields by their Python name, filled stage by stage
    sources: dict[str, FieldSource] = {}  # by the field's name on the wire
    notes: tuple[str, ...] = ()  # quality reasons, e.g. "charset_repaired"
    site: SiteFacts = SiteFacts()  # from the store, handed over with the page
    site_seen: SiteSeen = SiteSeen()  # for the store
    cut_lines: tuple[RemovedSegment, ...] = ()  # what segmentation has cut, with its text: dates, bylines and source lines are read from it
    embedded: tuple["Draft", ...] = ()  # the page's other articles, in page order
    part_url: str | None = None  # of an embedded article: its own link
    # assemble
    articles: tuple[Article, ...] = ()


def replace(draft: Draft, **changes: Any) -> Draft:
    """Return a copy of the draft with some fields changed."""
    return msgspec.structs.replace(draft, **changes)
