"""What the story worker keeps of an article: enough to tell its event, its publisher and its place in time, in about a kilobyte."""

import math
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np

from schemas.records import Article
from workers.sameness.fingerprint import Fingerprint
from workers.stories.words import terms

MAX_TERMS = 48
WEIGHT_ONE = 1000  # the length of an article's vector of terms, in whole numbers: sums of products are exact in any order
# A headline names the event, its first paragraphs tell it; what comes later is background.
HEADLINE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 3.0, 1.5, 1.0
LEAD_PARAGRAPHS = 2
MAX_LEAD_CHARS, MAX_BODY_CHARS = 800, 4_000
MAX_HEADLINE_CHARS, MAX_URL_CHARS, MAX_KEYWORDS, MAX_KEYWORD_CHARS = 500, 4_096, 12, 80
MAX_AHEAD = timedelta(days=1)  # a page dated further after its download is dated wrongly

HASH, WEIGHT = np.dtype("<u4"), np.dtype("<u2")

_DATE = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?:T(?P<clock>\d\d:\d\d(?::\d\d)?)(?P<offset>Z|[+-]\d\d:\d\d)?)?")


class Features(msgspec.Struct, frozen=True, array_like=True):
    """An article as the index sees it. Times are seconds since 1970, UTC."""

    id: bytes  # 32 bytes
    url: str | None
    publisher: str | None
    headline: str | None
    keywords: tuple[str, ...]
    downloaded_s: int
    event_s: int  # datePublished where it is a day or better, else as downloaded
    hashes: bytes  # of its terms, four bytes each, little-endian
    weights: bytes  # of each, two bytes, up to WEIGHT_ONE
    fingerprint: bytes  # as packed by workers.sameness, empty without one
    duplicate_of: bytes | None  # 32 bytes


def features_of(article: Article, recorded_s: int) -> Features:
    """Read an article. `recorded_s`: its record's timestamp, for articles without `dateDownloaded`."""
    downloaded_s = _seconds(article.date_downloaded) or recorded_s
    published_s = _seconds(article.date_published)
    if published_s is None or published_s > downloaded_s + MAX_AHEAD.total_seconds():
        published_s = downloaded_s
    hashes, weights = _vector(article)
    parsed = Fingerprint.parse(article.fingerprint) if article.fingerprint else None
    publisher = article.publisher.name if article.publisher else article.domain
    return Features(
        id=bytes.fromhex(article.id),
        url=article.url and article.url[:MAX_URL_CHARS],
        publisher=publisher and publisher[:MAX_HEADLINE_CHARS],
        headline=article.headline and article.headline[:MAX_HEADLINE_CHARS],
        keywords=tuple(keyword[:MAX_KEYWORD_CHARS] for keyword in article.keywords[:MAX_KEYWORDS]),
        downloaded_s=downloaded_s,
        event_s=published_s,
        hashes=hashes,
        weights=weights,
        fingerprint=parsed.packed if parsed else b"",
        duplicate_of=bytes.fromhex(article.duplicate_of.id) if article.duplicate_of else None,
    )


def _vector(article: Article) -> tuple[bytes, bytes]:
    """The article's heaviest terms and their weights, scaled to WEIGHT_ONE together, packed."""
    language = article.in_language.partition("-")[0] if article.in_language else None
    lead, body = article.paragraphs[:LEAD_PARAGRAPHS], article.paragraphs[LEAD_PARAGRAPHS:]
    counts: dict[int, float] = defaultdict(float)  # sums of halves: exact
    rarity: dict[int, float] = {}
    for text, zone in (
        (article.headline or "", HEADLINE_WEIGHT),
        (" ".join(lead)[:MAX_LEAD_CHARS], LEAD_WEIGHT),
        (" ".join(body)[:MAX_BODY_CHARS], BODY_WEIGHT),
    ):
        for term, weight in terms(text, language):
            counts[term] += zone
            rarity[term] = max(weight, rarity.get(term, 0.0))
    heavy = sorted(((1 + math.log(count)) * rarity[term], term) for term, count in counts.items())[-MAX_TERMS:]
    length = math.sqrt(sum(weight * weight for weight, _ in heavy))
    scaled = [round(weight / length * WEIGHT_ONE) for weight, _ in heavy]
    return np.array([term for _, term in heavy], dtype=HASH).tobytes(), np.array(scaled, dtype=WEIGHT).tobytes()


def _seconds(date: str | None) -> int | None:
    """A date of the contract as seconds since 1970; None for one coarser than a day. Without an offset it is taken as UTC."""
    match = _DATE.fullmatch(date) if date else None
    if match is None:
        return None
    offset = (match["offset"] or "Z").replace("Z", "+00:00")
    try:
        return int(datetime.fromisoformat(f"{match['day']}T{match['clock'] or '00:00'}{offset}").timestamp())
    except (ValueError, OverflowError):  # 30 February passes the contract's pattern
        return None


def instant(seconds: int) -> str:
    """Seconds since 1970 as the contract writes them."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
