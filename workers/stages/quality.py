"""How far an article can be trusted: a closed list of reasons, each with what it takes off."""

from enum import StrEnum

from schemas.records import Quality
from workers.pipeline.draft import Draft, replace
from workers.stages.text import weighted_length


class QualityReason(StrEnum):
    """What lowered an article's score. Additive only."""

    NO_HEADLINE = "no_headline"
    NO_DATE = "no_date"
    NO_LANGUAGE = "no_language"
    THIN_TEXT = "thin_text"
    SHORT_PARAGRAPHS = "short_paragraphs"
    CHARSET_REPAIRED = "charset_repaired"
    CHARSET_GUESSED = "charset_guessed"
    CHARSET_CONFLICT = "charset_conflict"
    PAGE_TRUNCATED = "page_truncated"
    CONTENT_ENCODING_UNDECLARED = "content_encoding_undeclared"
    NESTING_FLATTENED = "nesting_flattened"
    STRUCTURED_DATA_DROPPED = "structured_data_dropped"
    METADATA_FAILED = "metadata_failed"
    HEADLINE_GUESSED = "headline_guessed"
    MOSTLY_LINKS = "mostly_links"
    DATE_GUESSED = "date_guessed"
    DATE_IN_FUTURE = "date_in_future"
    DATE_UNPROVEN = "date_unproven"
    DATES_CONFLICT = "dates_conflict"


# What a reader of the record should mind most weighs most; set by judgement, to be fitted when there are labels.
PENALTIES: dict[str, float] = {
    QualityReason.NO_HEADLINE: 0.2,
    QualityReason.NO_DATE: 0.1,
    QualityReason.NO_LANGUAGE: 0.1,
    QualityReason.THIN_TEXT: 0.2,
    QualityReason.SHORT_PARAGRAPHS: 0.2,
    QualityReason.CHARSET_REPAIRED: 0.1,
    QualityReason.CHARSET_GUESSED: 0.1,
    QualityReason.CHARSET_CONFLICT: 0.05,
    QualityReason.PAGE_TRUNCATED: 0.3,
    QualityReason.CONTENT_ENCODING_UNDECLARED: 0.0,
    QualityReason.NESTING_FLATTENED: 0.1,
    QualityReason.STRUCTURED_DATA_DROPPED: 0.05,
    QualityReason.METADATA_FAILED: 0.2,
    QualityReason.HEADLINE_GUESSED: 0.05,
    QualityReason.MOSTLY_LINKS: 0.1,
    QualityReason.DATE_GUESSED: 0.1,
    QualityReason.DATE_IN_FUTURE: 0.05,
    QualityReason.DATE_UNPROVEN: 0.05,
    QualityReason.DATES_CONFLICT: 0.05,
}

THIN_TEXT_CHARS = 600  # about 100 words; agency flashes are as short, and so are teasers
# Running text has paragraphs of 200 to 500 characters; lists of headlines have many of 30 to 70.
SHORT_PARAGRAPH_CHARS = 60
SHORT_PARAGRAPHS_MIN_COUNT = 8


def judge_quality(draft: Draft) -> Draft:
    """Fill `quality` in `parts`: 1 less the penalties, not below 0, with the reasons in alphabetical order."""
    reasons = sorted({*draft.notes, *_found(draft)})
    penalty = sum(PENALTIES.get(reason, 0.0) for reason in reasons)
    quality = Quality(score=round(max(0.0, 1.0 - penalty), 3), reasons=reasons)
    return replace(draft, parts={**draft.parts, "quality": quality})


def _found(draft: Draft) -> list[QualityReason]:
    lengths = sorted(weighted_length(paragraph) for paragraph in draft.parts["paragraphs"])
    headline = draft.sources.get("headline")
    linked = sum(weighted_length(link.name) for link in draft.parts.get("related_links", []))
    checks = {
        # Nothing on the page calls it a headline: it is the title of the window, or the first line of a text.
        QualityReason.HEADLINE_GUESSED: headline is not None and (headline.source == "text" or headline.rule == "title"),
        QualityReason.MOSTLY_LINKS: linked > sum(lengths),
        QualityReason.NO_HEADLINE: "headline" not in draft.parts,
        QualityReason.NO_DATE: "date_published" not in draft.parts,
        QualityReason.NO_LANGUAGE: "in_language" not in draft.parts,
        QualityReason.THIN_TEXT: sum(lengths) < THIN_TEXT_CHARS,
        QualityReason.SHORT_PARAGRAPHS: len(lengths) >= SHORT_PARAGRAPHS_MIN_COUNT and lengths[len(lengths) // 2] < SHORT_PARAGRAPH_CHARS,
    }
    return [reason for reason, holds in checks.items() if holds]
