"""`rawi diff`: whose bodies a change of the rules changes, before it is released."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from workers.cli.extract_inputs import Page
    from workers.pipeline.draft import Limits
    from workers.rules.match import Matcher
    from workers.tools.rules_diff import Change

CHANGED = 1  # exit code with --exit-code
USAGE = 2
CONFIG = 78


def diff(
    rules: Annotated[list[str], typer.Option("--rules", metavar="FOLDER", help="Twice: the rules before, and after. `own`: Rawi's.")],
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PAGES...", help="Files, folders, WARC files; - is standard input.")] = None,
    manifest: Annotated[Path | None, typer.Option(metavar="FILE", help="A manifest as `rawi extract` takes it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a page that changes.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 when any body changes.")] = False,
) -> None:
    """Show whose bodies change from one set of rules to another: `-` a line that only the second cuts, `+` one that only the first does.

    A folder of rules is used beside Rawi's own, as RAWI_RULES_DIR is; when it holds rules of the same ids (a copy of workers/rules, say) it
    is used in their stead.

    Example: rawi diff --rules own --rules my-rules pages/
    """
    from workers.cli.extract_inputs import Given, InputError, pages_of_manifest, pages_of_paths
    from workers.rules.load import RuleProblems
    from workers.settings import load_settings
    from workers.settings.read import ConfigError
    from workers.tools.rules_diff import matcher_of

    if len(rules) != 2 or (manifest is None) == (not paths):
        _fail("give --rules twice, and pages (PAGES... or --manifest FILE, one of the two)", USAGE)
    try:
        limits = load_settings().page.limits
        a, b = map(matcher_of, rules)
        given = Given(url=None, content_type=None, fetched_at=None, max_bytes=limits.max_page_bytes)
        pages = list(pages_of_paths(paths or [], given) if manifest is None else pages_of_manifest(manifest, given))
        changed = _run(pages, limits, a, b, as_json=as_json)
    except (ConfigError, RuleProblems) as e:
        _fail("\nrawi: ".join(e.problems), CONFIG)
    except InputError as e:
        _fail(str(e), e.code)
    raise typer.Exit(CHANGED if changed and exit_code else 0)


def _run(pages: "list[Page]", limits: "Limits", a: "Matcher", b: "Matcher", *, as_json: bool) -> int:
    from workers.tools.terminal import json_line, output, progress

    console = output()
    found: list[Change] = []
    with progress() as bar:
        task = bar.add_task("comparing", total=len(pages))
        for change in _changes(pages, limits, a, b):
            bar.advance(task)
            if not change:
                continue
            found.append(change)
            for line in [json_line(asdict(change))] if as_json else _lines(change):
                console.print(line)
    if not as_json:
        gone, come = sum(len(change.removed) for change in found), sum(len(change.added) for change in found)
        console.print(f"{len(found)} of {len(pages)} pages change: {gone} lines go, {come} come")
    return len(found)


def _changes(pages: "list[Page]", limits: "Limits", a: "Matcher", b: "Matcher") -> "Iterator[Change]":
    from workers.cli.extract_inputs import Unreadable
    from workers.tools.rules_diff import compare

    for page in pages:
        try:
            yield compare(page.name, page.headers(), page.read(), limits, a, b)
        except Unreadable as e:
            sys.stderr.write(f"rawi: {page.name}: {e}\n")


def _lines(change: "Change") -> "Iterator[Text]":
    from rich.text import Text

    from workers.tools.terminal import safe_line

    yield Text(safe_line(change.name), style="bold")
    before, after = change.outcomes
    if before != after:
        yield Text(f"  {before} -> {after}", style="yellow")
    for mark, style, cuts in (("-", "red", change.removed), ("+", "green", change.added)):
        for cut in cuts:
            yield Text(f"  {mark} {safe_line(cut.text)}" + (f"  [{cut.rule}]" if cut.rule else ""), style=style)


def _fail(message: str, code: int) -> NoReturn:
    sys.stderr.write(f"rawi: {message}\n")
    raise typer.Exit(code)
