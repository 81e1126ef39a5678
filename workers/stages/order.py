"""The stages after decode, in their order."""

from collections.abc import Callable

from workers.pipeline.draft import Draft
from workers.stages.assemble import assemble
from workers.stages.block_model import judge_blocks
from workers.stages.clean import clean
from workers.stages.extract import extract
from workers.stages.filters import drop_empty_page, drop_too_short
from workers.stages.language import detect_language
from workers.stages.metadata import read_metadata
from workers.stages.parse import parse
from workers.stages.plain_text import split_plain_text
from workers.stages.quality import judge_quality
from workers.stages.structured import prepare_structured_data

STAGES: tuple[tuple[str, Callable[[Draft], Draft]], ...] = (
    ("parse", parse),
    ("empty_page", drop_empty_page),
    ("structured", prepare_structured_data),
    ("metadata", read_metadata),
    ("extract", extract),
    ("block_model", judge_blocks),
    ("plain_text", split_plain_text),
    ("clean", clean),
    ("too_short", drop_too_short),
    ("language", detect_language),
    ("quality", judge_quality),
    ("assemble", assemble),
)
