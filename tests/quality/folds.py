"""Pages through the real line with the block model of their fold, which was made without the pages of their site.

`python -m tests.quality.folds MANIFEST JOBS [LINE]` prints what `rawi extract --manifest MANIFEST --jobs JOBS` does, but for that. LINE:
another line than that (`module:function`).
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from workers.cli.extract import page_row
from workers.cli.extract_inputs import Given, pages_of_manifest
from workers.cli.extract_run import extract_pages
from workers.model.model import BlockModel, load
from workers.model.training.corpora import fold_of, site_of
from workers.pipeline.draft import Draft
from workers.pipeline.line import Line, Stage, default_line
from workers.settings import load_settings
from workers.stages.block_model import judge

FOLDER = Path(__file__).with_name("fold_models")
STAGE = "block_model"
LINE = "tests.quality.folds:line"


def line() -> Line:
    """The line of the worker, with another block model for each fold."""
    return line_with({STAGE: judging(lambda model: model)})


def line_with(stages: Mapping[str, Stage]) -> Line:
    """The line of the worker, with other stages of some names."""
    own = default_line()
    assert stages.keys() <= dict(own.rest).keys()
    return Line(own.decode, [(name, stages.get(name, stage)) for name, stage in own.rest])


def judging(changed: Callable[[BlockModel], BlockModel]) -> Stage:
    """The stage `block_model`, by trees that never saw the page's site, with what is changed of them."""

    def judge_by_fold(draft: Draft) -> Draft:
        return draft if draft.tree is None else judge(draft, changed(load(FOLDER / f"{fold_of(site_of(draft))}.npz")))

    return judge_by_fold


def main() -> None:
    """Print a row a page."""
    manifest, jobs, line = Path(sys.argv[1]), int(sys.argv[2]), (*sys.argv[3:], LINE)[0]
    settings = load_settings().page
    pages = pages_of_manifest(manifest, Given(url=None, content_type=None, fetched_at=None, max_bytes=settings.limits.max_page_bytes))
    for done in extract_pages(pages, settings, jobs, line=line):
        sys.stdout.buffer.write(msgspec.json.encode(page_row(done)) + b"\n")


if __name__ == "__main__":
    main()
