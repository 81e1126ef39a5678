"""The record, from what the stages have found."""

import contextlib
import hashlib
from typing import Any
from urllib.parse import urlsplit

from schemas.identity import article_id, base_of, normalise_url
from schemas.reasons import DeadLetterReason
from schemas.records import SCHEMA_VERSION, Article, FieldSource, Provenance
from workers.metadata.dates import known_now
from workers.pipeline.draft import Draft, Invalid, replace
from workers.rules.load import version_in_use
from workers.sameness.minhash import content_hash, fingerprint, normalise
from workers.stages.extract import EXTRACTOR, EXTRACTOR_VERSION
from workers.stages.text import count_words

FROM_HEADERS = FieldSource(source="header", rule="record")
FETCHED = FieldSource(source="header", rule="fetched_at")  # the header, or the record's timestamp: a replay makes the one of the other
PLAIN_TEXT_EXTRACTOR = ("none", "0")  # text/plain was extracted by somebody else


def assemble(draft: Draft) -> Draft:
    """Fill `articles`: the main article and the embedded ones. Raises Invalid(missing_url) for a URL that no identity can be made of."""
    try:
        base = base_of(draft.url, draft.page_sha256)
    except ValueError as e:
        raise Invalid(DeadLetterReason.MISSING_URL, f"the url cannot be used: {e}") from None
    main_id = article_id(base)
    others = {article_id(base, part_of(part)): part for part in draft.embedded}
    embedded = [_article(part, id_, is_part_of=main_id) for id_, part in others.items()]
    main = _article(draft, main_id, has_part=list(others))
    return replace(draft, articles=(main, *embedded))


def part_of(draft: Draft) -> str:
    """What an embedded article's id is made from besides the page's: its own link, else its first paragraph."""
    if draft.part_url is not None:
        with contextlib.suppress(ValueError):
            return normalise_url(draft.part_url)
    return hashlib.sha256(draft.parts["paragraphs"][0].encode()).hexdigest()


def _article(draft: Draft, id_: str, **parts: Any) -> Article:
    now = known_now(draft.now)
    body = draft.parts["article_body"]
    normalised = normalise(body)  # without the headline: another site's differs
    close = fingerprint(normalised)
    return Article(
        **draft.parts,
        **parts,
        id=id_,
        schema_version=SCHEMA_VERSION,
        url=draft.url,
        domain=(urlsplit(draft.url).hostname or None) if draft.url else None,
        word_count=count_words(body),
        date_downloaded=now.strftime("%Y-%m-%dT%H:%M:%SZ") if now else None,
        content_hash=content_hash(normalised),
        fingerprint=str(close) if close else None,
        dedupe="unknown",  # the worker knows more, later
        provenance=_provenance(draft),
    )


def _provenance(draft: Draft) -> Provenance:
    name, version = (EXTRACTOR, EXTRACTOR_VERSION) if draft.tree is not None else PLAIN_TEXT_EXTRACTOR
    known = {**draft.sources, **({"url": FROM_HEADERS} if draft.url else {})}
    if known_now(draft.now):
        known["dateDownloaded"] = FETCHED
    return Provenance(
        extractor=name,
        extractor_version=version,
        rules_version=version_in_use(),
        page_sha256=draft.page_sha256,
        fields=dict(sorted(known.items())),
    )
