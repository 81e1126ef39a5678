"""The closed lists of what can become of a page. Additive only: readers may meet a new value, never a changed one."""

from enum import StrEnum


class OutcomeKind(StrEnum):
    """What became of a record; every record ends in exactly one."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    FILTERED = "filtered"
    DEAD_LETTERED = "dead_lettered"


class UnchangedReason(StrEnum):
    """Why nothing was published again."""

    SAME_BYTES = "same_bytes"
    SAME_ARTICLE = "same_article"


class FilterReason(StrEnum):
    """Why a page that was read without error is not an article."""

    SECTION_PAGE = "section_page"
    HOME_PAGE = "home_page"
    TAG_LIST = "tag_list"
    SEARCH_PAGE = "search_page"
    VIDEO_STUB = "video_stub"
    LOGIN_WALL = "login_wall"
    CONSENT_WALL = "consent_wall"
    ERROR_PAGE = "error_page"
    GONE = "gone"
    PARKED_DOMAIN = "parked_domain"
    SCRIPT_SHELL = "script_shell"
    TOO_SHORT = "too_short"
    LANGUAGE = "language"
    NOT_HTML = "not_html"
    EMPTY_PAGE = "empty_page"
    DUPLICATE = "duplicate"


class DeadLetterReason(StrEnum):
    """Why a record could not be processed; the record itself is kept on the dead-letter topic."""

    MISSING_URL = "missing_url"
    BAD_ENVELOPE = "bad_envelope"
    BAD_HTTP = "bad_http"
    BAD_WARC = "bad_warc"
    UNDECODABLE = "undecodable"
    DECOMPRESSION_BOMB = "decompression_bomb"
    TOO_LARGE = "too_large"
    TOO_COMPLEX = "too_complex"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    QUARANTINED = "quarantined"
    OUTPUT_TOO_LARGE = "output_too_large"
    UNPUBLISHABLE = "unpublishable"


Reason = UnchangedReason | FilterReason | DeadLetterReason
