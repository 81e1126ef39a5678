"""What a rule is. The files beside this module hold the rules, one a language; `any.yaml` is for marks that belong to none."""

from enum import StrEnum

import msgspec


class SegmentClass(StrEnum):
    """What a piece that is not the article's text is: the `class` of `removedSegments`. Additive only."""

    READ_ALSO = "read_also"
    RELATED = "related"
    TAGS = "tags"
    SOURCE_LINE = "source_line"
    AGENCY_CREDIT = "agency_credit"
    BYLINE = "byline"
    DATE_LINE = "date_line"
    CAPTION = "caption"
    PHOTO_CREDIT = "photo_credit"
    SUMMARY_POINTS = "summary_points"
    SHARE_WIDGET = "share_widget"
    FONT_WIDGET = "font_widget"
    AUDIO_WIDGET = "audio_widget"
    APP_PROMO = "app_promo"
    NEWSLETTER_PROMO = "newsletter_promo"
    SUBSCRIPTION_PROMO = "subscription_promo"
    SOCIAL_PROMO = "social_promo"
    COOKIE_TEXT = "cookie_text"
    ADVERTISEMENT = "advertisement"
    COMMENTS = "comments"
    CONTRIBUTORS = "contributors"
    DISCLAIMER = "disclaimer"
    COPYRIGHT = "copyright"
    END_MARKER = "end_marker"
    LEAKED_CODE = "leaked_code"
    REPEATED_HEADLINE = "repeated_headline"
    REPEATED_PARAGRAPH = "repeated_paragraph"
    EMBEDDED_ARTICLE = "embedded_article"
    SITE_FURNITURE = "site_furniture"


class Match(StrEnum):
    """How a rule's phrases are compared with a line, both folded."""

    LINE = "line"  # the whole line is the phrase
    START = "start"  # the line starts with it, at a word's end
    CONTAINS = "contains"  # it stands somewhere in the line, between words


class Scope(StrEnum):
    """What a matching line takes with it."""

    LINE = "line"  # itself
    LIST = "list"  # and the headlines after it
    REST = "rest"  # and all that follows, to the page's end


class Place(StrEnum):
    """Where a matching line must stand. A rule's examples are matched without it."""

    ANYWHERE = "anywhere"
    TOP = "top"  # before the text's second paragraph, not ended as a sentence, and with a name after the phrase
    END = "end"  # one of the article's last paragraphs
    AUTHOR = "author"  # the same, and the phrase follows the name of one of the page's authors


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. A line that it matches is cut as `class`."""

    id: str  # language.name
    class_: SegmentClass = msgspec.field(name="class")
    match: Match
    phrases: list[str]
    why: str
    examples: list[str]  # lines it must match
    counter_examples: list[str] = []  # lines it must not match
    max_chars: int = 120  # of the whole line, unfolded; longer lines are text
    colon: bool = False  # START only: a colon, dash or bar must follow the phrase, and something after it
    scope: Scope = Scope.LINE
    place: Place = Place.ANYWHERE


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file."""

    language: str
    rules: list[Rule]
