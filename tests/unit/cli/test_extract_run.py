"""The pool of `rawi extract` has the limits of the settings."""

import msgspec

from workers.cli.extract_inputs import Page
from workers.cli.extract_run import extract_pages
from workers.settings import load_settings

MIB = 1024 * 1024


def test_a_page_whose_result_is_larger_than_the_setting_says_is_output_too_large() -> None:
    settings = load_settings({"RAWI_MAX_RESULT_BYTES": "1MiB", "RAWI_MAX_OUTPUT_BYTES": "1MiB"}, env_file=None).page
    # Each article may be as large as the pool's line makes it: what is looked at here is their sum.
    settings = msgspec.structs.replace(settings, limits=msgspec.structs.replace(settings.limits, max_output_bytes=64 * MIB))
    pages = [Page("page", f"result {size}".encode, "text/html") for size in (MIB // 4, MIB)]
    done = [one.result for one in extract_pages(pages, settings, 1, line="tests.unit.pool.lines:by_value")]
    assert [result.reason for result in done if result] == [None, "output_too_large"]
