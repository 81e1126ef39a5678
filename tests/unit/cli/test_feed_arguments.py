"""`rawi feed`: files or samples, one of the two."""

import pytest
from typer.testing import CliRunner

from workers.cli import make_app


@pytest.mark.parametrize("arguments", [[], ["pages/", "--samples", "1"]])
def test_neither_files_nor_samples_or_both_is_wrong_use(arguments: list[str]) -> None:
    done = CliRunner().invoke(make_app(), ["feed", *arguments], env={"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9"})
    assert (done.exit_code, done.stderr) == (2, "rawi: name files to feed, or --samples; not both\n")
