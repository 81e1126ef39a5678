"""What became of each block of one page, and why: for `rawi inspect`."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from schemas.codec import decode_article
from schemas.records import Article
from workers.model.explain import Weighed, explain
from workers.pipeline.draft import Draft, Limits
from workers.pipeline.line import Line, Stage, default_line
from workers.pool.messages import Job, PageResult
from workers.rules.coded import CODED
from workers.rules.load import rules_with
from workers.stages.blocks import blocks_of

MIN_PART_CHARS = 20  # a block this long that stands inside a paragraph, or the other way round, is taken for a piece of it
NOT_TAKEN = "Neither trafilatura nor the block model took it for a part of the article."
OTHER_BODY = "The block model would keep it; trafilatura's body, which does not have it, was used."
PUT_RIGHT = "The block model's body has it; it stands above the headline, or in a small box named as what is no article."
MODEL_BODY = "trafilatura may have it; the block model's body, which does not have it, was used."


class Fate(StrEnum):
    """What became of a block."""

    KEPT = "kept"
    EMBEDDED = "embedded"  # in the record of another article of the page
    CUT = "cut"  # from a body, by a rule
    FIELD = "field"  # never in a body, but in a field of the record; `class_` names it
    OUTSIDE = "outside"  # never in a body


@dataclass(frozen=True, slots=True)
class Row:
    """One block of the page. `part`: 0 for the main article, 1.. for the embedded ones. `probability`: the block model's, of HTML only."""

    text: str
    fate: Fate
    class_: str = ""
    rule: str = ""
    why: str = ""
    part: int = 0
    probability: float | None = None
    weighed: tuple[Weighed, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """One page: its outcome, its blocks in page order, the extractor's body before the rules, and the articles after them."""

    name: str
    result: PageResult
    rows: list[Row]
    before: list[str]
    articles: list[Article]
    body_from: str = ""


@dataclass(slots=True)
class _Spied:
    drafts: dict[str, Draft] = field(default_factory=dict)

    def on(self, name: str, stage: Stage) -> Stage:
        def run(draft: Draft) -> Draft:
            self.drafts[name] = made = stage(draft)
            return made

        return run


def inspect_page(name: str, headers: list[tuple[str, bytes]], value: bytes, limits: Limits, rules_dir: Path | None) -> Inspection:
    """Run the line on a page in this process, and say what became of its blocks. `rules_dir`: whose rules are in use."""
    spied = _Spied()
    line = default_line()
    line = Line(line.decode, [(stage_name, spied.on(stage_name, stage)) for stage_name, stage in line.rest])
    job = Job(headers=headers, timestamp_ms=0, has_value=True, url_required=False)
    progress = line.start(job, value, msgspec.structs.replace(limits, removed_text=True))
    if isinstance(progress, PageResult):
        return Inspection(name, progress, [], [], [])
    result = line.run_rest(progress)
    articles = [decode_article(article.value) for article in result.articles]
    extracted = spied.drafts.get("extract")
    judged = spied.drafts.get("block_model")
    before = spied.drafts.get("plain_text") or judged or extracted
    source = judged.sources.get("articleBody") if judged else None
    body_from = source.rule if source else ""
    rows = _rows(extracted, before, _Fates(articles, rules_dir), body_from)
    return Inspection(name, result, rows, before.parts["paragraphs"] if before else [], articles, body_from)


def _rows(extracted: Draft | None, before: Draft | None, fates: "_Fates", body_from: str) -> list[Row]:
    if extracted is None or before is None:
        return []
    if extracted.tree is None:
        texts = [block.text for text in before.parts["paragraphs"] for block in blocks_of(text)]
        whole = set(map(_key, texts))
        return [fates.row(text, whole) or Row(text, Fate.OUTSIDE) for text in texts]
    rows = []
    explained = explain(extracted)
    whole = {_key(block.text) for block in explained}
    for block in explained:
        row = fates.row(block.text, whole) or Row(block.text, Fate.OUTSIDE, why=_why_outside(kept=block.kept, body_from=body_from))
        rows.append(Row(row.text, row.fate, row.class_, row.rule, row.why, row.part, probability=block.probability, weighed=block.weighed))
    return rows


def _why_outside(*, kept: bool, body_from: str) -> str:
    if body_from == "block_model":
        return PUT_RIGHT if kept else MODEL_BODY
    return OTHER_BODY if kept else NOT_TAKEN


class _Fates:
    """By a block's text, what became of it."""

    def __init__(self, articles: list[Article], rules_dir: Path | None) -> None:
        whys = why_by_rule(rules_dir)
        self._known: dict[str, Row] = {}
        for part, article in enumerate(articles):
            fate = Fate.EMBEDDED if part else Fate.KEPT
            for text in article.paragraphs:
                self._known.setdefault(_key(text), Row(text, fate, part=part))
        for part, article in enumerate(articles):
            for piece in article.removed_segments:
                row = Row(piece.text or "", Fate.CUT, piece.class_, piece.rule, whys.get(piece.rule, ""), part)
                self._known.setdefault(_key(piece.text or ""), row)

        for part, article in enumerate(articles):
            fields = [("headline", article.headline), ("description", article.description)]
            fields += [("abstract", point) for point in article.abstract]
            fields += [("images", image.caption) for image in article.images]
            fields += [("relatedLinks", link.name) for link in article.related_links]
            for name, value in fields:
                if value:
                    self._known.setdefault(_key(value), Row(value, Fate.FIELD, name, part=part))

    def row(self, text: str, whole: Set[str]) -> Row | None:
        """What became of a text. `whole`: the keys of all blocks: what is one of them is no piece of another."""
        key = _key(text)
        found = self._known.get(key)
        if found is None and len(key) >= MIN_PART_CHARS:
            others = ((known, row) for known, row in self._known.items() if len(known) >= MIN_PART_CHARS and known not in whole)
            parts = (row for known, row in others if key in known or known in key)
            found = next(parts, None)
        return found and Row(text, found.fate, found.class_, found.rule, found.why, found.part)


def _key(text: str) -> str:
    return "".join(text.split())


@cache
def why_by_rule(rules_dir: Path | None) -> dict[str, str]:
    """Why each rule cuts, by its id."""
    return {**CODED, **{rule.id: rule.why for rule in rules_with(rules_dir)}}


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """How many blocks had each fate, those cut by class, those in a field by its name."""
    found: dict[str, int] = {}
    for row in rows:
        name = row.class_ or row.fate.value
        found[name] = found.get(name, 0) + 1
    return found


def as_dict(row: Row) -> dict[str, Any]:
    """A row for a script; what is empty is left out."""
    found = {
        "fate": row.fate.value,
        "class": row.class_,
        "rule": row.rule,
        "why": row.why,
        "part": row.part,
        "probability": None if row.probability is None else round(row.probability, 4),
        "weighed": [{"name": one.name, "value": one.value, "moved": round(one.moved, 4)} for one in row.weighed],
        "text": row.text,
    }
    return {name: value for name, value in found.items() if value not in ("", None, []) and (name, value) != ("part", 0)}
