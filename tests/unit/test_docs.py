"""The pages: links lead somewhere, commands and settings and metrics exist, code compiles."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from prometheus_client import CollectorRegistry

from tests.bench import capacity
from tests.commands import problem_with
from workers.settings.read import _FOREIGN_PREFIXES
from workers.settings.variables import VARIABLES
from workers.telemetry.metrics import Metrics
from workers.telemetry.story_metrics import StoryMetrics

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("schemas/**/*.md"), ROOT / "workers/model/card.md"})
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


class Block(NamedTuple):
    """A fenced block of code."""

    language: str
    text: str


@cache
def blocks(name: str) -> list[Block]:
    return [Block(language, text) for language, text in _FENCE.findall((ROOT / name).read_text("utf-8"))]


@cache
def prose(name: str) -> str:
    """A page without its blocks of code."""
    return _FENCE.sub("", (ROOT / name).read_text("utf-8"))


@cache
def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        found.add(slug if slug not in found else f"{slug}-1")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    broken = []
    for link in _LINK.findall(prose(name)):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, wanted = set(), [ROOT / "README.md"]
    while wanted:
        page = wanted.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = _LINK.findall(prose(str(page.relative_to(ROOT))))
        linked = [(page.parent / link.partition("#")[0]).resolve() for link in links if not re.match(r"[a-z]+:", link)]
        wanted += [path for path in linked if path.is_relative_to(ROOT) and path.exists()]
        wanted += [below for path in linked if path.is_dir() and path.is_relative_to(ROOT / "docs") for below in path.glob("*.md")]
    assert {str(page.relative_to(ROOT)) for page in PAGES if "docs" in page.parts} <= {str(page.relative_to(ROOT)) for page in seen}


def shell_lines(name: str) -> Iterator[str]:
    """Command lines of the page: of its blocks for a shell, and of code inside its sentences."""
    for block in blocks(name):
        if block.language in {"sh", "bash", "console"}:
            for line in block.text.replace("\\\n", " ").splitlines():
                yield re.sub(r"\s#\s.*$", "", line.strip())
    for code in re.findall(r"`([^`\n]+)`", prose(name)):
        if re.match(r"(\.venv/bin/)?rawi [a-z]|make [a-z]", code):
            yield code


@pytest.mark.parametrize("name", NAMES)
def test_every_command_exists(name: str) -> None:
    wrong = []
    for line in shell_lines(name):
        for part in re.split(r"\||&&|;", line):
            try:
                words = shlex.split(part)
            except ValueError:
                words = part.split()
            while words and re.match(r"[A-Z_]+=", words[0]):
                words.pop(0)
            if len(words) > 1 and words[0].rpartition("/")[2] == "rawi":
                problem = problem_with(words[1:])
                wrong += [f"{part.strip()}: {problem}"] if problem else []
            elif len(words) > 1 and words[0] == "make":
                named = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
                wrong += [f"make {target}" for target in named if re.fullmatch(r"[a-z-]+", target) and target not in _TARGETS]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_code_is_code(name: str, tmp_path: Path) -> None:
    for block in blocks(name):
        match block.language:
            case "python":
                compile(block.text, name, "exec")
            case "json":
                json.loads(block.text)
            case "yaml":
                list(yaml.safe_load_all(block.text))
            case "sh" | "bash":
                done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_that_is_named_exists(name: str) -> None:
    known = set(VARIABLES)
    text = (ROOT / name).read_text("utf-8")
    named = set(re.findall(r"\b(?:RAWI|KAFKA_SASL|KAFKA_SSL|KAFKA_SECURITY|REDIS)_[A-Z0-9_]*[A-Z0-9]\b(?![*_])", text))
    named = {each for each in named if not each.startswith(_FOREIGN_PREFIXES)}
    assert {each for each in named if each.removesuffix("_FILE") not in known} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_that_is_named_exists(name: str) -> None:
    families = [*Metrics(CollectorRegistry()).families, *StoryMetrics(CollectorRegistry()).families]
    known = {family.name + suffix for family in families for suffix in ("", "_bucket", "_count", "_sum")}
    named = set(re.findall(r"(?<![\w:])rawi_[a-z_]+[a-z](?![a-z_:*])", prose(name)))
    assert named <= known, named - known


def test_the_capacity_page_says_what_the_bench_measured() -> None:
    measured = capacity.figures()
    stated = re.findall(r"^\| `(\w+)` \| ([\d.]+) ", (ROOT / "docs/capacity.md").read_text("utf-8"), re.MULTILINE)
    assert len(stated) >= 5
    assert {name: float(value) for name, value in stated} == {name: round(measured[name], 1) for name, _ in stated}


def test_the_worked_examples_are_those_of_the_figures_and_the_formula_is_near_what_was_measured() -> None:
    found = capacity.figures()
    text = (ROOT / "docs/capacity.md").read_text("utf-8")
    assert text.partition(capacity.BEGIN)[2].partition(capacity.END)[0] == capacity.page_part(found) + "\n"
    assert found["kafka_pages_per_s_wall"] == pytest.approx(1000 / found["kafka_cpu_ms_per_page"], rel=0.1)
