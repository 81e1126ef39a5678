"""What the metrics want to know of an article, taken from it in the child: the parent never opens what a page made."""

from typing import Literal

import msgspec

from schemas.records import Article

# Fields that a page may have and an article may lack, by their names on the wire. What Rawi computes itself is not among them.
FIELDS = tuple(
    """headline alternativeHeadline description abstract articleSection dateline inLanguage datePublished dateModified
    authors publisher sourceOrganization creditText keywords breadcrumbs mainImage images videos canonicalUrl
    isAccessibleForFree license relatedLinks""".split()
)
# The best kind of source any field of the article came from. A fill rate means something only among pages of one kind: half of all
# articles without authors may be one site class broken or just more pages that never had any.
MARKUPS = ("jsonld", "meta", "none")

Markup = Literal["jsonld", "meta", "none"]
_ATTRIBUTE_OF = {field.encode_name: field.name for field in msgspec.structs.fields(Article)}
_FIELD_ATTRIBUTES = tuple((name, _ATTRIBUTE_OF[name]) for name in FIELDS)


class ArticleFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One article, as the metrics count it."""

    fields: list[str]  # those of FIELDS that it has
    markup: Markup
    language: str | None
    score: float  # quality, 0 to 1
    removed: list[str]  # classes of what was cut from its body, one for each piece
    dedupe: Literal["known", "unknown"]


def facts_of(article: Article) -> ArticleFacts:
    """Return what the metrics count of an article."""
    sources = {source.source for source in article.provenance.fields.values()}
    return ArticleFacts(
        fields=[name for name, attribute in _FIELD_ATTRIBUTES if getattr(article, attribute) not in (None, [])],
        markup="jsonld" if "jsonld" in sources else "meta" if "meta" in sources else "none",
        language=article.in_language,
        score=article.quality.score,
        removed=[piece.class_ for piece in article.removed_segments],
        dedupe=article.dedupe,
    )
