"""Regular expressions are linear in time: none is slow on what its own parts suggest to be slow."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.pumps import strings_against

SMALL = (24, 300)  # exponential shows at 24, cubic at 300
SLOW_S = 0.2  # CPU time, at which a linear pattern is off by a factor of a thousand
# Quadratic: four times the text takes sixteen times as long. Below the floor there is nothing to see.
SIZE, TIMES, GROWTH, FLOOR_S = 5_000, 4, 9, 0.015
# Worse than linear, and only ever asked of text of a bounded length.
BOUNDED = {"workers.stages.blocks": (r"(?:[.#@][A-Za-z_][\w-]*(?:", "SELECTOR_MAX_CHARS, 120")}
REPO = Path(__file__).parents[2]


@cache
def patterns() -> list[dict[str, Any]]:
    """What the code compiles, seen in an interpreter of its own."""
    ran = subprocess.run([sys.executable, "-m", "tests.hostile.patterns"], cwd=REPO, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def slow(pattern: "re.Pattern[str] | re.Pattern[bytes]", method: str = "search") -> str | None:
    """What the pattern is slow on, or None."""
    ask = getattr(pattern, method)
    for size in SMALL:
        for text in strings_against(pattern, size):
            if cpu_s(ask, text) > SLOW_S:
                return f"{size} characters of {text[:60]!r}..."
    for text in strings_against(pattern, SIZE * TIMES):
        spent_s = cpu_s(ask, text)
        if spent_s > SLOW_S or (spent_s > FLOOR_S and grows(ask, text)):
            return f"{len(text)} characters of {text[:60]!r}..."
    return None


def grows(ask: Callable[[Any], object], text: Any) -> bool:
    """Whether time grows faster than the text, by the best of three measurements each."""
    short = text[: len(text) // TIMES] + text[-1:]
    return min(cpu_s(ask, text) for _ in range(3)) > GROWTH * min(cpu_s(ask, short) for _ in range(3))


def cpu_s(ask: Callable[[Any], object], text: Any) -> float:
    started = time.process_time()
    ask(text)
    return time.process_time() - started


def test_no_regular_expression_of_the_code_is_worse_than_linear() -> None:
    found = patterns()
    assert len(found) > 50
    wrong = []
    for each in found:
        if each["pattern"].startswith(BOUNDED.get(each["where"].partition(":")[0], ("?",))[0]):
            continue
        source = each["pattern"].encode("latin-1") if each["bytes"] else each["pattern"]
        flags = each["flags"] & ~re.UNICODE if each["bytes"] else each["flags"]
        for method in each["methods"]:
            if text := slow(re.compile(source, flags), method):
                wrong.append(f"{each['where']}: {each['pattern'][:80]} on {text}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("bad", [r"(a|a)*b", r"(?:\w+\s?)+$", r"\s+$", r"x*y", r"<[^>]*>", r"[ \t]+\n"])
def test_the_check_finds_what_is_worse_than_linear(bad: str) -> None:
    assert slow(re.compile(bad)) is not None
