"""Pages through the real line with the block model of their fold, which was made without the pages of their site.

`python -m tests.quality.folds MANIFEST JOBS` prints what `rawi extract --manifest MANIFEST --jobs JOBS` does, but for that.
"""

import sys
from pathlib import Path

import msgspec

from workers.cli.extract import page_row
from workers.cli.extract_inputs import Given, pages_of_manifest
from workers.cli.extract_run import extract_pages
from workers.model.model import load
from workers.model.training.corpora import fold_of, site_of
from workers.pipeline.draft import Draft
from workers.pipeline.line import Line, default_line
from workers.settings import load_settings
from workers.stages.block_model import judge

FOLDER = Path(__file__).with_name("fold_models")
STAGE = "block_model"


def line() -> Line:
    """The line of the worker, with another block model for each fold."""
    own = default_line()
    assert STAGE in dict(own.rest)
    return Line(own.decode, [(name, judge_by_fold if name == STAGE else stage) for name, stage in own.rest])


def judge_by_fold(draft: Draft) -> Draft:
    """The stage `block_model`, by trees that never saw the page's site."""
    return draft if draft.tree is None else judge(draft, load(FOLDER / f"{fold_of(site_of(draft))}.npz"))


def main() -> None:
    """Print a row a page."""
    manifest, jobs = Path(sys.argv[1]), int(sys.argv[2])
    settings = load_settings().page
    pages = pages_of_manifest(manifest, Given(url=None, content_type=None, fetched_at=None, max_bytes=settings.limits.max_page_bytes))
    for done in extract_pages(pages, settings, jobs, line="tests.quality.folds:line"):
        sys.stdout.buffer.write(msgspec.json.encode(page_row(done)) + b"\n")


if __name__ == "__main__":
    main()
