"""The records Rawi reads and writes, as typed structs: the one place to import them from. Absent means unknown.

The structs are the source of the JSON Schemas: types and bounds from the annotations, descriptions from the texts under the
fields (`python -m schemas.generate`).
"""

from schemas.article import (
    Article,
    DuplicateOf,
    FieldConflict,
    FieldSource,
    Image,
    Person,
    Provenance,
    Publisher,
    Quality,
    RelatedLink,
    RemovedSegment,
    RevisionChanges,
    SourceOrganization,
    Video,
)
from schemas.dead_letter import DeadLetterStub
from schemas.outcome import Outcome, Sizes, Source, Timings
from schemas.page import Envelope
from schemas.story import Story, StoryMember
from schemas.values import SCHEMA_VERSION, Precision, Record

__all__ = [
    "SCHEMA_VERSION",
    "Article",
    "DeadLetterStub",
    "DuplicateOf",
    "Envelope",
    "FieldConflict",
    "FieldSource",
    "Image",
    "Outcome",
    "Person",
    "Precision",
    "Provenance",
    "Publisher",
    "Quality",
    "Record",
    "RelatedLink",
    "RemovedSegment",
    "RevisionChanges",
    "Sizes",
    "Source",
    "SourceOrganization",
    "Story",
    "StoryMember",
    "Timings",
    "Video",
]
