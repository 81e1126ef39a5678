"""Segmentation: a body holds the article and nothing else, and what is cut is kept in a field of its own or in `removedSegments`."""

from typing import Any

from schemas.records import FieldSource, RemovedSegment
from workers.metadata.media import merged
from workers.pipeline.draft import Draft, replace
from workers.rules.load import matcher as rules_in_use
from workers.rules.match import Matcher
from workers.rules.model import SegmentClass
from workers.stages import scroll
from workers.stages.blocks import blocks_of
from workers.stages.fields import WIRE_NAMES
from workers.stages.scroll import units_of
from workers.stages.segment_dom import Page
from workers.stages.segment_ends import addresses_of, title_pieces
from workers.stages.segment_part import Part
from workers.stages.segment_walk import Walk

FROM_RULES = FieldSource(source="text", rule="rules")


def segment(draft: Draft) -> Draft:
    """Split `paragraphs` in `parts` by class: the main article's stay, an embedded article becomes a draft in `embedded`."""
    matcher = rules_in_use()
    lines, others = units_of(draft, draft.parts["paragraphs"]) if draft.tree is not None else (draft.parts["paragraphs"], [])
    page = Page.of(draft, lines) if draft.tree is not None else None
    blocks = page.blocks if page else [block for line in lines for block in blocks_of(line)]
    headline = draft.parts.get("headline")
    walk = Walk(
        matcher,
        [*([headline] if headline else []), *title_pieces(headline), *(page.headlines if page else [])],
        [person.name for person in draft.parts.get("authors", [])],
        addresses_of((draft.url, draft.parts.get("canonical_url"))) if any("://" in block.text for block in blocks) else frozenset(),
    )
    walk.run(blocks)
    embedded = [part for part in walk.embedded if part.paragraphs]
    if page:
        page.complete(walk.main, embedded, matcher)
    for unit in others:
        embedded += _walked(unit, matcher)
        walk.main.removed.append(RemovedSegment(class_=SegmentClass.EMBEDDED_ARTICLE, rule=scroll.RULE, text=unit.headline))
    return replace(
        _filled(draft, walk.main, dict(draft.parts), draft.sources),
        embedded=tuple(_filled(draft, part, {}, {"paragraphs": FROM_RULES, "articleBody": FROM_RULES}) for part in embedded),
    )


def _walked(unit: scroll.Unit, matcher: Matcher) -> list[Part]:
    """The article of a page that goes on, and those embedded in it."""
    walk = Walk(matcher, [unit.headline])
    walk.run([block for line in unit.lines for block in blocks_of(line)])
    walk.main.headline, walk.main.url = unit.headline, unit.url
    return [part for part in (walk.main, *walk.embedded) if part.paragraphs]


def _filled(draft: Draft, part: Part, parts: dict[str, Any], sources: dict[str, FieldSource]) -> Draft:
    """The draft of one article. What metadata has found goes before what the text says, but for keywords, which the text adds to."""
    found: dict[str, Any] = {
        "headline": parts.get("headline") or part.headline,
        "authors": parts.get("authors") or part.authors,
        "abstract": part.abstract,
        "keywords": list(dict.fromkeys([*parts.get("keywords", []), *part.keywords])),
        "source_organization": list({source.name: source for source in part.sources}.values()),
        "images": merged(part.images, parts.get("images", [])),
        "related_links": part.related,
    }
    new = {
        WIRE_NAMES[name]: FROM_RULES for name, value in found.items() if value and (name not in parts or (name == "images" and part.images))
    }
    removed = [piece if draft.limits.removed_text else RemovedSegment(class_=piece.class_, rule=piece.rule) for piece in part.removed]
    fields = {
        **parts,
        **{name: value for name, value in found.items() if value},
        "paragraphs": part.paragraphs,
        "removed_segments": removed,
    }
    return replace(draft, parts=fields, sources={**sources, **new}, cut_lines=tuple(part.removed), embedded=(), part_url=part.url)
