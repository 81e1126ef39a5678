"""The date of publication, as far as htmldate can be believed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lxml.html import HtmlElement

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_NOW = "2099-12-31"  # a fixed bound where now is not known: the machine's clock would make other bytes of the same page
_TOLERANCE = timedelta(days=1)  # a page dated by a clock further east

# Where a date stands as the site's software wrote it.
_MACHINE_READABLE = './/meta/@content | .//time/@datetime | .//script[@type="application/ld+json"]/text()'


def known_now(now: datetime) -> datetime | None:
    """When the page was fetched. None for a record without a time, which the line makes 1970 (Kafka's -1, `rawi extract`)."""
    return now if now > EPOCH else None


def search_params(now: datetime) -> dict[str, Any]:
    """How htmldate is to search: the publication date, none after now, without the extensive search: slow, the source of wrong dates."""
    known = known_now(now)
    return {
        "original_date": True,
        "extensive_search": False,
        "max_date": (known + _TOLERANCE).strftime("%Y-%m-%d") if known else _NO_NOW,
    }


def is_credible(tree: HtmlElement, url: str | None, date: str) -> bool:
    """Whether to believe a date `YYYY-MM-DD`. htmldate says 1 January when it understood only the year: that one must be written out."""
    if not date.endswith("-01-01"):
        return True
    spellings = (date, date.replace("-", "/"), date.replace("-", ""))
    return any(spelling in text for text in (*tree.xpath(_MACHINE_READABLE), url or "") for spelling in spellings)
