"""What the models are trained on, and judge by, is the same on every processor: else `make train` gives another file on another machine.

numpy and its OpenBLAS have their own code for each kind of processor, and C's library for those that multiply and add at once: which is
taken can be told to each of them.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
FOUND = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])  # beyond what every processor of this kind has
PROCESSORS: dict[str, dict[str, str]] = {
    "this one": {},
    "an old one": {
        "OPENBLAS_CORETYPE": "Nehalem",
        "NPY_DISABLE_CPU_FEATURES": " ".join(FOUND),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-FMA,-FMA4",
    },
}
# Code that this one does not have would end the process.
if "X86_V3" in FOUND:
    PROCESSORS["one with AVX2"] = {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": " ".join(FOUND[1:])}
if "X86_V4" in FOUND:
    PROCESSORS["one with AVX-512"] = {"OPENBLAS_CORETYPE": "SkylakeX"}


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, str]]:
    """By processor, and by what is told of the pages, a hash."""
    with ThreadPoolExecutor() as pool:
        return dict(zip(PROCESSORS, pool.map(_told, PROCESSORS.values()), strict=True))


def _told(settings: dict[str, str]) -> dict[str, str]:
    command = [sys.executable, "-m", "tests.unit.model.told"]
    found = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, check=True, timeout=60)
    parts: dict[str, str] = json.loads(found.stdout)
    return parts


@pytest.mark.parametrize("part", ["blocks", "labels", "probabilities", "bodies"])
def test_every_processor_tells_the_same_of_a_page(part: str, told: dict[str, dict[str, str]]) -> None:
    assert {name: parts[part] for name, parts in told.items()} == dict.fromkeys(PROCESSORS, told["this one"][part])
