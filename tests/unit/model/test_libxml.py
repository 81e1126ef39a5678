"""Modules in C read libxml2's nodes only where they are what the compiler was told."""

import pytest
from lxml import etree

from workers.model.libxml import check_versions


def test_the_lxml_that_the_modules_were_compiled_with_is_the_one_that_runs() -> None:
    check_versions(etree.__version__, etree.LIBXML_VERSION)


@pytest.mark.parametrize(("lxml", "libxml2"), [("1.0.0", etree.LIBXML_VERSION), (etree.__version__, (2, 9, 1))])
def test_another_is_refused_and_the_error_says_what_to_do(lxml: str, libxml2: tuple[int, ...]) -> None:
    with pytest.raises(ImportError, match="make install"):
        check_versions(lxml, libxml2)
