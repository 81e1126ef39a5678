"""The stages after decode, in their order."""

from collections.abc import Callable

from workers.pipeline.draft import Draft, replace
from workers.stages.assemble import assemble
from workers.stages.block_model import judge_blocks
from workers.stages.clean import clean
from workers.stages.extract import extract
from workers.stages.filters import drop_empty_page, drop_too_short
from workers.stages.furniture import cut_furniture
from workers.stages.language import detect_language
from workers.stages.metadata import read_metadata
from workers.stages.page_kind import drop_not_an_article
from workers.stages.parse import parse
from workers.stages.plain_text import split_plain_text
from workers.stages.quality import judge_quality
from workers.stages.segment import segment
from workers.stages.structured import prepare_structured_data
from workers.stages.text_metadata import read_text

Stage = Callable[[Draft], Draft]


def everywhere(stage: Stage) -> Stage:
    """The stage, run on a page's main article and on each embedded one."""

    def run(draft: Draft) -> Draft:
        done = stage(draft)
        return replace(done, embedded=tuple(stage(part) for part in done.embedded)) if done.embedded else done

    return run


STAGES: tuple[tuple[str, Stage], ...] = (
    ("parse", parse),
    ("empty_page", drop_empty_page),
    ("structured", prepare_structured_data),
    ("metadata", read_metadata),
    ("extract", extract),
    ("block_model", judge_blocks),
    ("page_kind", drop_not_an_article),
    ("plain_text", split_plain_text),
    ("segment", segment),
    ("furniture", cut_furniture),
    ("clean", everywhere(clean)),
    ("too_short", drop_too_short),
    ("language", everywhere(detect_language)),
    ("text_metadata", everywhere(read_text)),
    ("quality", everywhere(judge_quality)),
    ("assemble", assemble),
)
