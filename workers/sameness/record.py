"""An article's record in pieces: the child encodes it once, and the worker puts in what the store knows without reading the rest.

The bytes are those of `schemas.codec.encode` of the whole record (a test compares them): canonical JSON has sorted keys, so the fields of
sameness stand in three places, and the pieces are what is between them.
"""

import hashlib
from urllib.parse import urlsplit

from msgspec.structs import replace

from schemas.codec import encode
from schemas.records import Article, DuplicateOf, RevisionChanges
from workers.rules.fold import fold
from workers.sameness.fingerprint import Fingerprint
from workers.store.protocol import Text, Verdict

Pieces = tuple[bytes, bytes, bytes, bytes]

# Quotes inside a JSON string are escaped, so these bytes stand nowhere else in a record.
_DEDUPE = b'"dedupe":"unknown"'
_DUPLICATE = DuplicateOf(id="0" * 64, kind="exact", score=0.0)
_CHANGES = RevisionChanges(headline=False, body_share=0.0)
_ONE_HOUSE = ("www.", "m.", "mobile.", "amp.")


def cut(article: Article) -> Pieces:
    """Encode an article whose fields of sameness are not known yet; raises InvalidRecord as `encode`."""
    marked = replace(article, dedupe="unknown", duplicate_of=_DUPLICATE, revision=1, revision_of="0" * 64, revision_changes=_CHANGES)
    head, _, rest = encode(marked).partition(_DEDUPE)
    middle, _, rest = rest.partition(_duplicate_field(_DUPLICATE))
    before, _, tail = rest.partition(_revision_fields(1, _CHANGES, "0" * 64))
    return head, middle, before, tail


def whole(pieces: Pieces, verdict: Verdict | None) -> bytes:
    """The canonical record with the store's verdict; None: it could not be asked."""
    head, middle, before, tail = pieces
    if verdict is None:
        return b"".join((head, _DEDUPE, middle, before, tail))
    duplicate = duplicate_of(verdict)
    changes = RevisionChanges(headline=verdict.headline_changed, body_share=verdict.body_share) if verdict.revision_of else None
    return b"".join(
        (
            head,
            b'"dedupe":"known"',
            middle,
            _duplicate_field(duplicate) if duplicate else b"",
            before,
            _revision_fields(verdict.revision, changes, verdict.revision_of.hex()),
            tail,
        )
    )


def duplicate_of(verdict: Verdict) -> DuplicateOf | None:
    """The field `duplicateOf` of an article with this verdict."""
    if not verdict.duplicate_of:
        return None
    return DuplicateOf(id=verdict.duplicate_of.hex(), kind=verdict.kind, score=verdict.score)


def text_of(article: Article) -> Text:
    """What the store compares of an article."""
    close = Fingerprint.parse(article.fingerprint or "")
    agencies = sorted(org.id or fold(org.name) for org in article.source_organization if org.kind == "agency")
    return Text(
        id=bytes.fromhex(article.id),
        content_hash=bytes.fromhex(article.content_hash),
        fingerprint=close.packed if close else b"",
        headline=_hash(fold(article.headline or ""), 4),
        house=_hash(house_of(article.url or ""), 4),
        agency=_hash("\n".join(agencies), 4) if agencies else b"",
    )


def records_hash(articles: tuple[Article, ...]) -> bytes:
    """A hash of all that a page's articles say, but for what names this fetch: the page's hash and the time."""
    same = hashlib.blake2b(digest_size=8)
    for article in articles:
        provenance = replace(article.provenance, page_sha256="0" * 64)
        same.update(encode(replace(article, date_downloaded=None, provenance=provenance)))
    return same.digest()


def house_of(url: str) -> str:
    """The host of a URL without what leads to the same house: `www.`, `m.`, `mobile.`, `amp.`."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    for prefix in _ONE_HOUSE:
        host = host.removeprefix(prefix)
    return host


def _duplicate_field(duplicate: DuplicateOf) -> bytes:
    return b'"duplicateOf":%s,' % encode(duplicate)


def _revision_fields(revision: int, changes: RevisionChanges | None, revision_of: str) -> bytes:
    more = b'"revisionChanges":%s,"revisionOf":"%s",' % (encode(changes), revision_of.encode()) if changes else b""
    return b'"revision":%d,%s' % (revision, more)


def _hash(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=size).digest()
