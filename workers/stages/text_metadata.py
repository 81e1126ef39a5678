"""What only the text says: a date line, a byline, a dateline, where the story came from; and keywords in the letters of the text."""

import re
from datetime import date
from typing import Any

from schemas.records import FieldSource, Person, SourceOrganization
from workers.dates.parse import Found, Reader
from workers.metadata.authors import shown_names
from workers.metadata.candidate import with_conflict
from workers.metadata.conflicts import persons_differ
from workers.metadata.date_words import names_update
from workers.metadata.datelines import dateline_of, end_credit
from workers.metadata.dates import TOLERANCE, known_now
from workers.metadata.keywords import apart, in_letters_of
from workers.metadata.names import has_introduction, is_person_like, is_shown_name, names_of
from workers.metadata.site_names import SiteNames
from workers.pipeline.draft import Draft, replace
from workers.rules.agencies import agency_id
from workers.rules.fold import fold, fold_ends
from workers.rules.model import SegmentClass
from workers.stages.fields import WIRE_NAMES
from workers.stages.quality import QualityReason
from workers.stages.segment_names import organization

MAX_BYLINE_CHARS = 80
ABOUT_PARAGRAPHS = 8  # in which a person that a text is about is named again
_NAME_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})?")  # in scripts with capitals
BYLINE_PARAGRAPHS = 2  # a byline stands before the text
_CREDITS = (SegmentClass.SOURCE_LINE, SegmentClass.AGENCY_CREDIT)


def read_text(draft: Draft) -> Draft:
    """Fill what `parts` lacks of date, authors, dateline, sources and credit from the body and the lines cut from it; tidy the keywords."""
    parts, sources = dict(draft.parts), dict(draft.sources)

    def add(name: str, value: Any, rule: str) -> None:
        if value and not parts.get(name):
            parts[name] = value
            sources[WIRE_NAMES[name]] = FieldSource(source="text", rule=rule)

    notes = _add_date(draft, parts, sources)
    paragraphs: list[str] = parts["paragraphs"]
    authors = _authors(draft)
    if authors and parts.get("authors") and persons_differ(authors, parts["authors"]):
        _note(sources, "authors", "text.byline", shown_names(authors))
    add("authors", authors, "text.byline")
    dateline = dateline_of(paragraphs[0]) if paragraphs else None
    add("dateline", dateline.text if dateline else None, "text.dateline")
    add("credit_text", next((line.text for line in draft.cut_lines if line.class_ in _CREDITS), None), "text.credit")
    named = [*(dateline.agencies if dateline else ()), *(end_credit(paragraphs[-1]) if paragraphs else ())]
    named += [person.name for person in parts.get("authors", []) if agency_id(person.name)]
    organizations = _merged([*parts.get("source_organization", []), *map(organization, named)])
    if len(organizations) > len(parts.get("source_organization", [])):
        parts["source_organization"] = organizations
        sources.setdefault("sourceOrganization", FieldSource(source="text", rule="text.credit"))
    if parts.get("keywords"):
        parts["keywords"] = in_letters_of(apart(parts["keywords"], " ".join(paragraphs)), parts.get("in_language"))
    return replace(draft, parts=parts, sources=sources, notes=(*draft.notes, *notes))


def _add_date(draft: Draft, parts: dict[str, Any], sources: dict[str, FieldSource]) -> list[QualityReason]:
    """Fill the dates from date lines; what lies in the future is noted and not taken."""
    now = known_now(draft.now)
    reader = Reader(now=now, languages=tuple(language for language in (parts.get("in_language"),) if language))
    latest = (now + TOLERANCE).strftime("%Y-%m-%d") if now else "9999"
    notes = []
    for line in draft.cut_lines:
        if line.class_ != SegmentClass.DATE_LINE:
            continue
        found = reader.read(line.text or "")
        if found is None or found.precision in ("year", "month"):
            continue
        if found.day > latest:
            notes.append(QualityReason.DATE_IN_FUTURE)
            continue
        name = "date_modified" if names_update(line.text or "") else "date_published"
        if name not in parts:
            _put(name, found, parts, sources)
        elif all(_days_apart(parts[known], found.day) > 1 for known in ("date_published", "date_modified") if known in parts):
            notes.append(QualityReason.DATES_CONFLICT)
            _note(sources, name, "text.date_line", found.value)
    return notes


def _days_apart(one: str, other: str) -> int:
    """Days between two dates that name a day; 0 where one does not. A day may be the same moment in universal time."""
    return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days) if len(one) >= 10 and len(other) >= 10 else 0


def _note(sources: dict[str, FieldSource], name: str, rule: str, value: str) -> None:
    """Record what the text says of a field that another place has filled."""
    wire = WIRE_NAMES[name]
    if wire in sources:
        sources[wire] = with_conflict(sources[wire], FieldSource(source="text", rule=rule), value)


def _put(name: str, found: Found, parts: dict[str, Any], sources: dict[str, FieldSource]) -> None:
    parts.update({name: found.value, f"{name}_precision": found.precision, f"{name}_raw": found.raw})
    sources[WIRE_NAMES[name]] = FieldSource(source="text", rule="text.date_line")


def _authors(draft: Draft) -> list[Person]:
    """By a byline; by who has reported; by a first or last line that is a name and no more."""
    paragraphs: list[str] = draft.parts["paragraphs"]
    lines = [line.text or "" for line in draft.cut_lines if line.class_ == SegmentClass.BYLINE]
    for line in (*lines, *paragraphs[:BYLINE_PARAGRAPHS]):
        if len(line) <= MAX_BYLINE_CHARS and has_introduction(line):
            persons = [Person(name=name) for name in names_of(line, SiteNames()) if is_person_like(name)]
            if persons:
                return persons
    if draft.parts.get("authors"):
        return []
    for cut in draft.cut_lines:
        reported = (cut.text or "").strip("(").partition(";")[0].rstrip(".)")  # not who edited
        if cut.class_ == SegmentClass.CONTRIBUTORS and has_introduction(reported):
            persons = [Person(name=name) for name in names_of(reported, SiteNames()) if is_shown_name(name)]
            if persons:
                return persons
    ends = [(line, others) for line, others in ((paragraphs[:1], paragraphs[1:]), (paragraphs[-1:], paragraphs[:-1])) if others]
    return next(([Person(name=line[0].strip())] for line, others in ends if _is_name_alone(line[0].strip(), others, draft)), [])


def _is_name_alone(line: str, others: list[str], draft: Draft) -> bool:
    """Whether a line at an end of the text is a person's name, whom neither the headline nor the text is about."""
    words = line.split()
    if not 2 <= len(words) <= 3 or not all(_NAME_WORD.fullmatch(word) and word[0].isupper() and not word.isupper() for word in words):
        return False
    headline = fold(draft.parts.get("headline", "")).replace(f"by {fold(line)}", "")  # a review by its author
    about = f"{headline} {fold(' '.join(others[:ABOUT_PARAGRAPHS]))}"
    return is_shown_name(line) and all(fold(word) not in about for word in words)


def _merged(organizations: list[SourceOrganization]) -> list[SourceOrganization]:
    """Each organisation once: by its id, else by its name."""
    return list({one.id or fold_ends(one.name): one for one in reversed(organizations)}.values())[::-1]
