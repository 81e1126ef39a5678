"""The records Rawi writes, as typed structs. Names on the wire are schema.org's camelCase; absent means unknown."""

from typing import Literal

import msgspec

SCHEMA_VERSION = "1"


class Record(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True, kw_only=True):
    """Base of every struct on the wire: camelCase names, defaults left out, unknown fields ignored on read."""


class Person(Record):
    """An author: a person or a desk."""

    name: str
    url: str | None = None


class Publisher(Record):
    """The site or house that published the page."""

    name: str
    url: str | None = None


class SourceOrganization(Record):
    """Where the story came from: an agency or another outlet, as a source line or credit says."""

    name: str
    kind: Literal["agency", "outlet"]
    raw: str
    id: str | None = None


class Image(Record):
    """An image of the article."""

    url: str | None = None
    caption: str | None = None
    credit_text: str | None = None


class Video(Record):
    """A video of the article."""

    url: str | None = None
    name: str | None = None


class RelatedLink(Record):
    """A link inside the article's container to another story."""

    name: str
    kind: Literal["read_also", "related", "in_text"]
    url: str | None = None


class RemovedSegment(Record):
    """What was cut from the body: its class, the rule that cut it and, by RAWI_REMOVED_TEXT, its text."""

    class_: str = msgspec.field(name="class")
    rule: str
    text: str | None = None


class DuplicateOf(Record):
    """The earlier article that this one repeats; score 0 to 1, 1 for exact."""

    id: str
    kind: Literal["exact", "near", "syndicated"]
    score: float


class RevisionChanges(Record):
    """What changed since the earlier revision: the headline or not, and the share of the body (0 to 1)."""

    headline: bool
    body_share: float


class FieldSource(Record):
    """Where one field came from and the rule that took it."""

    source: Literal["jsonld", "meta", "dom", "text", "header"]
    rule: str


class Provenance(Record):
    """How the record was made."""

    extractor: str
    extractor_version: str
    rules_version: str
    page_sha256: str
    fields: dict[str, FieldSource] = {}


class Quality(Record):
    """How far the record can be trusted: 0 to 1, with reasons a person can act on."""

    score: float
    reasons: list[str] = []


Precision = Literal["year", "month", "day", "minute", "second"]


class Article(Record, kw_only=True):
    """The value of a record on `articles`."""

    # identity
    id: str
    schema_version: str
    url: str | None = None
    canonical_url: str | None = None
    domain: str | None = None
    # text
    headline: str | None = None
    alternative_headline: str | None = None
    description: str | None = None
    abstract: list[str] = []
    article_body: str
    paragraphs: list[str]
    article_section: str | None = None
    dateline: str | None = None
    word_count: int
    in_language: str | None = None
    language_confidence: float | None = None
    text_direction: Literal["ltr", "rtl"] | None = None
    # dates
    date_published: str | None = None
    date_published_precision: Precision | None = None
    date_published_raw: str | None = None
    date_modified: str | None = None
    date_modified_precision: Precision | None = None
    date_modified_raw: str | None = None
    date_downloaded: str | None = None
    # who
    authors: list[Person] = []
    publisher: Publisher | None = None
    source_organization: list[SourceOrganization] = []
    credit_text: str | None = None
    # topics, media
    keywords: list[str] = []
    breadcrumbs: list[str] = []
    main_image: str | None = None
    images: list[Image] = []
    videos: list[Video] = []
    is_accessible_for_free: bool | None = None
    license: str | None = None
    # page parts
    related_links: list[RelatedLink] = []
    is_part_of: str | None = None
    has_part: list[str] = []
    removed_segments: list[RemovedSegment] = []
    # sameness
    content_hash: str
    fingerprint: str | None = None
    dedupe: Literal["known", "unknown"]
    duplicate_of: DuplicateOf | None = None
    revision: int | None = None
    revision_of: str | None = None
    revision_changes: RevisionChanges | None = None
    # provenance
    provenance: Provenance
    quality: Quality


class Source(Record):
    """The record a page came in: topic, partition, offset."""

    topic: str
    partition: int
    offset: int


class Sizes(Record):
    """Bytes of the stored input value and of all articles written for it."""

    raw_bytes: int
    article_bytes: int


class Timings(Record):
    """Milliseconds in all and per stage."""

    total_ms: float
    stages: dict[str, float]


class Outcome(Record, kw_only=True):
    """The value of a record on `pages.outcomes`: what became of one page."""

    url: str | None
    source: Source
    outcome: Literal["published", "unchanged", "filtered", "dead_lettered"]
    reason: str | None
    article_ids: list[str]
    tombstoned_ids: list[str] = []
    duplicate_of: DuplicateOf | None = None
    sizes: Sizes
    timings: Timings


class Envelope(Record, rename=None):
    """The `application/json` input form: a page in an envelope (snake_case, as crawlers write it)."""

    url: str
    html: str | None = None
    html_base64: str | None = None
    fetched_at: str | None = None
    status: int | None = None
    headers: dict[str, str] | None = None
