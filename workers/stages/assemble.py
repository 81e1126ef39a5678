"""The record, from what the stages have found."""

import hashlib
from urllib.parse import urlsplit

from schemas.identity import article_id, base_of
from schemas.reasons import DeadLetterReason
from schemas.records import SCHEMA_VERSION, Article, FieldSource, Provenance
from workers.pipeline.draft import Draft, Invalid, replace
from workers.stages import RULES_VERSION
from workers.stages.dates import known_now
from workers.stages.extract import EXTRACTOR, EXTRACTOR_VERSION
from workers.stages.text import count_words

FROM_HEADERS = FieldSource(source="header", rule="record")
PLAIN_TEXT_EXTRACTOR = ("none", "0")  # text/plain was extracted by somebody else


def assemble(draft: Draft) -> Draft:
    """Fill `articles`: one record. Raises Invalid(missing_url) for a URL that no identity can be made of."""
    try:
        base = base_of(draft.url, draft.page_sha256)
    except ValueError as e:
        raise Invalid(DeadLetterReason.MISSING_URL, f"the url cannot be used: {e}") from None
    now = known_now(draft.now)
    body = draft.parts["article_body"]
    article = Article(
        **draft.parts,
        id=article_id(base),
        schema_version=SCHEMA_VERSION,
        url=draft.url,
        domain=(urlsplit(draft.url).hostname or None) if draft.url else None,
        word_count=count_words(body),
        date_downloaded=now.strftime("%Y-%m-%dT%H:%M:%SZ") if now else None,
        content_hash=content_hash(body),
        dedupe=draft.dedupe,
        provenance=_provenance(draft),
    )
    return replace(draft, articles=(article,))


def content_hash(body: str) -> str:
    """sha256 of the UTF-8 of the body, its white space collapsed to single spaces. The headline is not in it."""
    return hashlib.sha256(" ".join(body.split()).encode()).hexdigest()


def _provenance(draft: Draft) -> Provenance:
    name, version = (EXTRACTOR, EXTRACTOR_VERSION) if draft.tree is not None else PLAIN_TEXT_EXTRACTOR
    known = {**draft.sources, **({"url": FROM_HEADERS} if draft.url else {})}
    return Provenance(
        extractor=name,
        extractor_version=version,
        rules_version=RULES_VERSION,
        page_sha256=draft.page_sha256,
        fields=dict(sorted(known.items())),
    )
