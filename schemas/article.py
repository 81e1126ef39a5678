"""The value of a record on `articles`. The text under a field is its description in the published schema."""

from typing import Literal

import msgspec

from schemas.values import Count, LanguageTag, Ordinal, PartialDate, Precision, Record, SchemaVersion, Sha256Hex, Share, Text


class Person(Record, frozen=True):
    """An author: a person or a desk."""

    name: Text
    """The name as the page writes it, without "by" and without a title."""
    url: str | None = None
    """The author's page, absolute. Absent: none given."""


class Publisher(Record, frozen=True):
    """The site or house that published the page."""

    name: Text
    """The publisher's name as the page gives it, in the page's language."""
    url: str | None = None
    """The publisher's home page, absolute. Absent: none given."""


class SourceOrganization(Record, frozen=True):
    """Where the story came from: an agency or another outlet, as a source line, a credit or a dateline says."""

    name: Text
    """The name in the article's language, without the word for "agency"."""
    kind: Literal["agency", "outlet"]
    """`agency`: a news agency; `outlet`: another newspaper, channel or site."""
    raw: str
    """The words on the page that name it, as seen."""
    id: Text | None = None
    """Canonical name across languages, such as `anadolu`. Absent: an organisation that Rawi's lists do not know."""


class Image(Record, frozen=True):
    """An image of the article; a credit without an image has no `url`."""

    url: str | None = None
    """Absolute URL of the image. Absent: only its caption or credit is known."""
    caption: str | None = None
    """The caption without its credit. Absent: none."""
    credit_text: str | None = None
    """Who took or supplied it, as written. Absent: none given."""


class Video(Record, frozen=True):
    """A video of the article."""

    url: str | None = None
    """Absolute URL of the file or of the player. Absent: only its name is known."""
    name: str | None = None
    """The video's title. Absent: none."""


class RelatedLink(Record, frozen=True):
    """A link inside the article's container to another story; each headline once."""

    name: Text
    """The headline of the other story."""
    kind: Literal["read_also", "related", "in_text"]
    """`read_also`: a "read also" line or box; `related`: a list of related stories; `in_text`: a link inside a paragraph."""
    url: str | None = None
    """Its absolute URL. Absent: the page shows the headline without a link."""


class RemovedSegment(Record, frozen=True):
    """A piece of the page that was cut from the body."""

    class_: Text = msgspec.field(name="class")
    """What the piece is, such as `promo` or `comments`; an open list."""
    rule: Text
    """The rule that cut it."""
    text: str | None = None
    """The text cut. Absent: RAWI_REMOVED_TEXT leaves it out."""


class DuplicateOf(Record, frozen=True):
    """The earlier article that this one repeats."""

    id: Sha256Hex
    """`id` of the earlier article."""
    kind: Literal["exact", "near", "syndicated"]
    """`exact`: the same text; `near`: almost the same; `syndicated`: one agency's text at another publisher."""
    score: Share
    """Likeness of the texts, 0 to 1; 1 for `exact`."""


class RevisionChanges(Record, frozen=True):
    """What changed since the earlier revision."""

    headline: bool
    """Whether the headline changed."""
    body_share: Share
    """Share of the body that changed, 0 to 1."""


class FieldConflict(Record, frozen=True):
    """A value that the page gives elsewhere for the same field, and that was not taken."""

    source: Literal["jsonld", "meta", "dom", "text", "header"]
    """As in FieldSource."""
    rule: Text
    """The rule that found it."""
    value: str
    """The value, at most 300 characters of it."""


class FieldSource(Record, frozen=True):
    """Where one field came from."""

    source: Literal["jsonld", "meta", "dom", "text", "header"]
    """`jsonld`: structured data; `meta`: a meta or link element; `dom`: the page's elements; `text`: words of the text;
    `header`: the record's headers."""
    rule: Text
    """The rule that took it."""
    conflicts: list[FieldConflict] = []
    """What the page says otherwise, in order of precedence. Absent: nothing."""


class Provenance(Record, frozen=True):
    """How the record was made."""

    extractor: Text
    """Name of the body extractor."""
    extractor_version: Text
    """Its version."""
    rules_version: Text
    """Version of Rawi's rules; a page last seen under another one is processed again."""
    page_sha256: Sha256Hex
    """sha256 of the page's bytes, decompressed."""
    fields: dict[str, FieldSource] = {}
    """By the name of a field of the article: where its value came from. Not named: computed. Absent: nothing is known."""


class Quality(Record, frozen=True):
    """How far the record can be trusted."""

    score: Share
    """0 (worthless) to 1 (nothing to complain of)."""
    reasons: list[str] = []
    """What lowered the score, such as `charset_repaired`; an open list. Absent: nothing."""


class Article(Record, frozen=True, kw_only=True):
    """One news article. A page's main article comes first, then the others in page order; the record's key is `id`."""

    # identity
    id: Sha256Hex
    """sha256 of `<base>#<part>`; the same for every revision of the article."""
    schema_version: SchemaVersion
    """Version of this schema; changes inside a version only add."""
    url: str | None = None
    """The URL as fetched, from the record's headers or envelope. Absent: extracted from a file without one."""
    canonical_url: str | None = None
    """`rel=canonical`, absolute. Absent: none, or it names the home page."""
    domain: str | None = None
    """Host of `url`, lower case. Absent: no `url`."""
    # text
    headline: Text | None = None
    """The headline without the site's name. Absent: the page shows none."""
    alternative_headline: Text | None = None
    """A second headline: a kicker or a subtitle. Absent: none."""
    description: Text | None = None
    """The page's own summary, a standfirst or a meta description. Absent: none."""
    abstract: list[str] = []
    """Summary points above or beside the body, in order. Absent: none."""
    article_body: str
    """The body as plain text: `paragraphs` joined by an empty line."""
    paragraphs: list[str]
    """The body's paragraphs, in order."""
    article_section: Text | None = None
    """The section the article stands in, such as "Economy". Absent: unknown."""
    dateline: Text | None = None
    """Place, agency or date that open the text, as written. Absent: none."""
    word_count: Count
    """Words in `articleBody`."""
    in_language: LanguageTag | None = None
    """Language of the text, BCP 47. Absent: not certain."""
    language_confidence: Share | None = None
    """How sure `inLanguage` is, 0 to 1. Absent: not measured."""
    other_languages: list[LanguageTag] = []
    """Languages of other passages of the text, BCP 47. Absent: none was found."""
    text_direction: Literal["ltr", "rtl"] | None = None
    """Direction of the text's script. Absent: unknown."""
    # dates
    date_published: PartialDate | None = None
    """When the article was first published: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-MM-DDThh:mm[:ss]`, with an offset (`Z`,
    `+03:00`) only where one was seen. Absent: no date that could be trusted."""
    date_published_precision: Precision | None = None
    """How exact `datePublished` is. Present whenever `datePublished` is."""
    date_published_raw: str | None = None
    """The words or the attribute that `datePublished` was read from. Absent: nothing was seen."""
    date_modified: PartialDate | None = None
    """When the article was last changed; forms as in `datePublished`. Absent: unknown."""
    date_modified_precision: Precision | None = None
    """How exact `dateModified` is. Present whenever `dateModified` is."""
    date_modified_raw: str | None = None
    """The words or the attribute that `dateModified` was read from. Absent: nothing was seen."""
    date_downloaded: PartialDate | None = None
    """When the page was fetched, in UTC: the producer's `fetched-at`, else the record's timestamp.
    Absent: extracted from a file without one."""
    # who
    authors: list[Person] = []
    """The authors, in the byline's order. Absent: none named."""
    publisher: Publisher | None = None
    """Who published the page. Absent: unknown."""
    source_organization: list[SourceOrganization] = []
    """The agencies and outlets the story came from, from source lines, credits and datelines only. Absent: none named."""
    credit_text: Text | None = None
    """The source line as written. Absent: none."""
    # topics, media
    keywords: list[str] = []
    """Topics as the page names them. Absent: none."""
    breadcrumbs: list[str] = []
    """The path of sections to the article, outermost first. Absent: none."""
    main_image: str | None = None
    """Absolute URL of the main image. Absent: none."""
    images: list[Image] = []
    """Images inside the article, in page order. Absent: none."""
    videos: list[Video] = []
    """Videos inside the article, in page order. Absent: none."""
    is_accessible_for_free: bool | None = None
    """False: the page says that it is behind a paywall. Absent: it does not say."""
    license: str | None = None
    """URL or words of the licence. Absent: none stated."""
    # page parts
    related_links: list[RelatedLink] = []
    """Links to other stories from inside the article's container, in page order. Absent: none."""
    is_part_of: Sha256Hex | None = None
    """On an embedded article: `id` of the page's main article. Absent: this is the main article."""
    has_part: list[Sha256Hex] = []
    """On a main article: ids of the embedded ones, in page order. Absent: none."""
    removed_segments: list[RemovedSegment] = []
    """What was cut from the body, in page order. Absent: nothing."""
    # sameness
    content_hash: Sha256Hex
    """sha256 of the normalised text; equal for equal text."""
    fingerprint: Text | None = None
    """A hash that is close for texts that are close. Absent: the text is too short for one."""
    dedupe: Literal["known", "unknown"]
    """`known`: the article was compared with those before it; `unknown`: the store was away, so the fields of sameness say nothing."""
    duplicate_of: DuplicateOf | None = None
    """The earlier article this one repeats. Absent: none, or `dedupe` is `unknown`."""
    revision: Ordinal | None = None
    """1 for the first text of this `id`, then counting. Absent: `dedupe` is `unknown`."""
    revision_of: Sha256Hex | None = None
    """`contentHash` of the revision before. Absent: the first revision, or unknown."""
    revision_changes: RevisionChanges | None = None
    """What changed since the revision before. Absent: the first revision, or unknown."""
    # provenance
    provenance: Provenance
    """How the record was made."""
    quality: Quality
    """How far it can be trusted."""
