"""What trafilatura's metadata search finds, field by field. It does not say where it found a thing, so neither do we: the rule names it."""

import logging
import re
from typing import Any
from urllib.parse import urlsplit

from trafilatura.metadata import extract_metadata
from trafilatura.settings import Document

from schemas.records import FieldSource, Person, Publisher
from workers.pipeline.draft import Draft, replace
from workers.stages import dates, links
from workers.stages.fields import WIRE_NAMES
from workers.stages.joiners import Joiners
from workers.stages.quality import QualityReason

for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # their warnings quote the page; what matters becomes an outcome or a note

FROM_TRAFILATURA = FieldSource(source="dom", rule="trafilatura.metadata")
FROM_CANONICAL = FieldSource(source="meta", rule="link.canonical")
MAX_KEYWORDS = 100
_KEYWORD_SEPARATOR = re.compile("[,;،؛、，]")


def read_metadata(draft: Draft) -> Draft:
    """Fill headline, description, dates, authors, publisher, section, keywords, image, licence and canonical URL in `parts` from `tree`."""
    if draft.tree is None:
        return draft
    joiners = Joiners(draft.html or "")
    try:
        found = extract_metadata(draft.tree, draft.url, dates.search_params(draft.now))
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 -- a fault of its own on odd markup costs the metadata, not the article
        return replace(draft, notes=(*draft.notes, QualityReason.METADATA_FAILED))
    fields = {name: value for name, value in _fields(found, draft, joiners).items() if value}
    sources = {WIRE_NAMES[name]: FROM_TRAFILATURA for name in fields if not name.endswith("_precision")}
    canonical = links.canonical_url(draft.tree, draft.url)
    if canonical:
        fields["canonical_url"] = joiners.restore(canonical)
        sources["canonicalUrl"] = FROM_CANONICAL
    return replace(draft, parts={**draft.parts, **fields}, sources={**draft.sources, **sources})


def _fields(found: Document, draft: Draft, joiners: Joiners) -> dict[str, Any]:
    def text(value: str | None) -> str:
        return joiners.restore(value or "")

    date = found.date if found.date and dates.is_credible(draft.tree, draft.url, found.date) else None
    return {
        "headline": text(found.title),
        "description": text(found.description),
        "date_published": date,
        "date_published_precision": "day" if date else None,
        "authors": [Person(name=name) for name in text(found.author).split("; ") if name],
        "publisher": _publisher(text(found.sitename), draft.url, found.url),
        "article_section": text(next(iter(found.categories or []), None)),
        "keywords": _keywords([text(tag) for tag in found.tags or []]),
        "main_image": links.absolute_url(text(found.image), links.base_url(draft.tree, draft.url)),
        "license": text(found.license),
    }


def _publisher(name: str, *urls: str | None) -> Publisher | None:
    """The site's name, unless it is only the host that trafilatura falls back to: that is `domain` already."""
    hosts = {(urlsplit(url).hostname or "").removeprefix("www.") for url in urls if url}
    return Publisher(name=name) if name and name.lower().removeprefix("www.") not in hosts else None


def _keywords(tags: list[str]) -> list[str]:
    words = (" ".join(word.split()) for tag in tags for word in _KEYWORD_SEPARATOR.split(tag))
    return list(dict.fromkeys(word for word in words if word))[:MAX_KEYWORDS]
