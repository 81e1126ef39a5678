"""Records of Rawi's topics as a person reads them, and as a script does. Page text passes through `terminal` on its way."""

import base64
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from rich.console import Group, JustifyMethod, RenderableType
from rich.text import Text

from schemas.article import Article
from schemas.codec import InvalidRecord, decode_article, decode_outcome, decode_story
from schemas.outcome import Outcome
from workers.tools.dead_letters import DeadLetter, read_letter
from workers.tools.reader import Record
from workers.tools.records import json_value, page_url
from workers.tools.terminal import safe_bytes, safe_line, safe_text
from workers.tools.when import format_ms

OUTCOME_STYLES = {"published": "green", "unchanged": "blue", "filtered": "yellow", "dead_lettered": "red"}
_EXCERPT_CHARS = 200


class Role(StrEnum):
    """What a topic holds, and so how its records are shown. The names are what `rawi tail` takes for the topics of the settings."""

    ARTICLES = "articles"
    OUTCOMES = "outcomes"
    DLQ = "dlq"
    RAW = "raw"
    STORIES = "stories"
    OTHER = "other"


def view(record: Record, role: Role, *, short: bool = False, align: bool = False) -> RenderableType:
    """Return the record as a person reads it; `short`: on one line; `align`: for a terminal, where Arabic stands at the right."""
    if role is Role.ARTICLES:
        return _article_record(record, short, align)
    if role is Role.OUTCOMES:
        return _outcome_record(record)
    if role is Role.DLQ:
        return letter_line(read_letter(record))
    if role is Role.STORIES:
        return _story_record(record, short)
    return _raw(record, short)


def json_view(record: Record) -> dict[str, Any]:
    """Return the record for a script: `value` as JSON where it is, else as text, else in `valueBase64`; null for a tombstone."""
    data = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": format_ms(record.timestamp),
        "key": None if record.key is None else record.key.decode("utf-8", "backslashreplace"),
        "headers": [[name, None if value is None else value.decode("utf-8", "backslashreplace")] for name, value in record.headers],
    }
    if record.value is None:
        return data | {"value": None}
    parsed = json_value(record.value)
    if parsed is not None:
        return data | {"value": parsed}
    try:
        return data | {"value": record.value.decode("utf-8")}
    except UnicodeDecodeError:
        return data | {"valueBase64": base64.b64encode(record.value).decode()}


def article_text(article: Article, *, align: bool = False) -> RenderableType:
    """Return an article as a reader wants it: headline, by whom and when, then the paragraphs; `align`: right to left from the right."""
    justify: JustifyMethod = "right" if align and article.text_direction == "rtl" else "left"
    head = Text(safe_line(article.headline or "(no headline)"), style="bold", justify=justify)
    parts = [head]
    if article.description:
        parts.append(Text(safe_line(article.description), style="italic", justify=justify))
    parts.append(Text(safe_line(" · ".join(_about(article))), style="cyan"))
    if article.url:
        parts.append(Text(safe_line(article.url), style="dim"))
    for paragraph in article.paragraphs:
        parts += [Text(""), Text(safe_text(paragraph), justify=justify)]
    return Group(*parts)


def _about(article: Article) -> Iterator[str]:
    """What stands under a headline."""
    if article.date_published:
        yield article.date_published
    if article.authors:
        yield ", ".join(author.name for author in article.authors)
    if article.publisher or article.domain:
        yield article.publisher.name if article.publisher else article.domain or ""
    yield from (f"source: {source.name}" for source in article.source_organization)
    if article.in_language:
        yield article.in_language
    yield f"{article.word_count} words"
    if article.duplicate_of:
        yield f"{article.duplicate_of.kind} duplicate of {article.duplicate_of.id[:12]}"
    if article.revision and article.revision > 1:
        yield f"revision {article.revision}"


def _article_record(record: Record, short: bool, align: bool) -> RenderableType:
    if record.value is None:
        return Text(f"{_where(record)}  withdrawn: {safe_bytes(record.key)}", style="red")
    try:
        article = decode_article(record.value)
    except InvalidRecord as e:
        return _unreadable(record, str(e))
    if short:
        line = (_where(record), article.id[:12], article.date_published or "-", article.headline or "(no headline)", article.url or "")
        return Text(safe_line("  ".join(line)))
    return Group(Text(f"── {_where(record)}  id {safe_line(article.id)}", style="dim"), article_text(article, align=align), Text(""))


def _story_record(record: Record, short: bool) -> RenderableType:
    if record.value is None:
        return Text(f"{_where(record)}  withdrawn: {safe_bytes(record.key)}", style="red")
    try:
        story = decode_story(record.value)
    except InvalidRecord as e:
        return _unreadable(record, str(e))
    counts = f"{story.independent_count} independent, {story.reprint_count} reprints"
    if short:
        return Text(safe_line(f"{_where(record)}  {story.story_id[:12]}  {counts}  {story.headline or '(no headline)'}"))
    lines = [
        Text(f"── {_where(record)}  story {safe_line(story.story_id)}  revision {story.revision}", style="dim"),
        Text(safe_line(story.headline or "(no headline)"), style="bold"),
        Text(safe_line(" · ".join((counts, f"{story.first_seen} to {story.last_seen}", *story.keywords))), style="cyan"),
    ]
    for member in story.members:
        mark = "=" if member.kind == "reprint" else "+"
        lines.append(Text(safe_line(f"  {mark} {member.publisher or '(unknown)'}  {member.url or member.article_id}")))
    return Group(*lines, Text(""))


def _outcome_record(record: Record) -> RenderableType:
    if record.value is None:
        return Text(f"{_where(record)}  (no value)")
    try:
        outcome = decode_outcome(record.value)
    except InvalidRecord as e:
        return _unreadable(record, str(e))
    return Text.assemble(f"{_where(record)}  ", outcome_word(outcome), f"  {safe_line(outcome.url or '(no url)')}{_articles(outcome)}")


def outcome_word(outcome: Outcome) -> Text:
    """Return `outcome` or `outcome(reason)`, in its colour."""
    reason = f"({outcome.reason})" if outcome.reason else ""
    return Text(safe_line(outcome.outcome + reason), style=OUTCOME_STYLES.get(outcome.outcome, ""))


def _articles(outcome: Outcome) -> str:
    made = f"  → {' '.join(i[:12] for i in outcome.article_ids)}" if outcome.article_ids else ""
    return safe_line(made + (f"  withdrew {' '.join(i[:12] for i in outcome.tombstoned_ids)}" if outcome.tombstoned_ids else ""))


def letter_line(letter: DeadLetter) -> Text:
    """Return a dead letter on one line: where, when, why, and which page."""
    why = f"{letter.reason or '(no reason)'} in {letter.stage or '?'}"
    line = f"{letter.position}  {format_ms(letter.timestamp_ms)}  "
    rest = f"  {letter.url or '(no url)'}  {letter.error}"
    return Text.assemble(line, Text(safe_line(why), style="red"), safe_line(rest))


def letter_facts(letter: DeadLetter) -> dict[str, Any]:
    """Return a dead letter for a script."""
    return {
        "position": letter.position,
        "timestamp": format_ms(letter.timestamp_ms),
        "reason": letter.reason,
        "stage": letter.stage,
        "error": letter.error,
        "attempts": letter.attempts,
        "url": letter.url,
        "source": {"topic": letter.source_topic, "partition": letter.source_partition, "offset": letter.source_offset},
        "sourceTimestamp": format_ms(letter.source_timestamp_ms),
        "workerVersion": letter.worker_version,
        "sizeBytes": letter.size_bytes,
        "stub": letter.is_stub,
        "replays": letter.replays,
    }


def _raw(record: Record, short: bool) -> RenderableType:
    size = "null" if record.value is None else f"{len(record.value):,} bytes"
    line = Text(safe_line(f"{_where(record)}  {size}  {page_url(record) or ''}  key={safe_bytes(record.key)}"))
    if short:
        return line
    headers = [Text(f"  {safe_line(name)}: {safe_bytes(value)[:_EXCERPT_CHARS]}", style="dim") for name, value in record.headers]
    text = (record.value or b"")[: 4 * _EXCERPT_CHARS].decode("utf-8", "backslashreplace")
    excerpt = safe_line(" ".join(text.split()))[:_EXCERPT_CHARS]
    return Group(line, *headers, Text(f"  {excerpt}"), Text(""))


def _where(record: Record) -> str:
    return f"{record.partition}:{record.offset}  {format_ms(record.timestamp)}"


def _unreadable(record: Record, why: str) -> Text:
    return Text(safe_line(f"{_where(record)}  not readable as its schema says: {why}"), style="red")
