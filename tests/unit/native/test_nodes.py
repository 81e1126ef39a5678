"""Modules in C read libxml2's nodes only where they are what the compiler was told."""

import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from workers.native.nodes import check_versions

WORKERS = Path(__file__).parents[3] / "workers"
READERS = sorted(
    ".".join(path.relative_to(WORKERS.parent).with_suffix("").parts) for path in WORKERS.rglob("*.pyx") if "xmlNode" in path.read_text()
)
IMPORT_WITH_ANOTHER_LXML = """
import importlib, sys
from lxml import etree
etree.__version__ = "1.0.0"
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
        print(name, "was loaded")
    except ImportError as error:
        if "make install" not in str(error):
            print(name, error)
"""


def test_the_lxml_that_the_modules_were_compiled_with_is_the_one_that_runs() -> None:
    check_versions(etree.__version__, etree.LIBXML_VERSION)


@pytest.mark.parametrize(("lxml", "libxml2"), [("1.0.0", etree.LIBXML_VERSION), (etree.__version__, (2, 9, 1))])
def test_another_is_refused_and_the_error_says_what_to_do(lxml: str, libxml2: tuple[int, ...]) -> None:
    with pytest.raises(ImportError, match="make install"):
        check_versions(lxml, libxml2)


def test_no_module_that_reads_nodes_is_loaded_with_another() -> None:
    assert READERS
    said = subprocess.run([sys.executable, "-c", IMPORT_WITH_ANOTHER_LXML, *READERS], capture_output=True, text=True, check=True)
    assert said.stdout == ""
