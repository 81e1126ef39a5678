"""`rawi inspect`: what became of each block of a page, and why."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from workers.tools.inspection import Inspection

USAGE = 2
CONFIG = 78


def inspect(
    path: Annotated[Path, typer.Argument(metavar="PAGE", help="A page; its name says the form, as for `rawi extract`.")],
    url: Annotated[str | None, typer.Option(help="The page's URL.")] = None,
    content_type: Annotated[str | None, typer.Option(help="What the page is, instead of what its name says.")] = None,
    fetched_at: Annotated[str | None, typer.Option(metavar="RFC3339", help="When the page was fetched.")] = None,
    as_html: Annotated[bool, typer.Option("--html", help="One self-contained page of HTML instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a block instead.")] = False,
    to: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of standard output.")] = None,
) -> None:
    """Show each block of a page: kept or cut, its class, the rule and why, and what the block model thinks of it.

    Examples: rawi inspect page.html --url https://news.example.com/a

    rawi inspect page.html --html -o page.inspect.html

    The page is read by this process, without the worker's time and memory limits.
    """
    from workers.cli.extract_inputs import Given, InputError, Unreadable, pages_of_paths
    from workers.rules.load import use_rules
    from workers.settings import load_settings
    from workers.settings.read import ConfigError
    from workers.tools.inspection import inspect_page

    if as_html and as_json:
        _fail("--html and --json exclude each other", USAGE)
    try:
        settings = load_settings().page
        use_rules(settings.rules_dir)
        given = Given(url=url, content_type=content_type, fetched_at=fetched_at, max_bytes=settings.limits.max_page_bytes)
        pages = list(pages_of_paths([path], given))
        if len(pages) != 1:
            _fail(f"{path}: {len(pages)} pages; give one", USAGE)
        found = inspect_page(pages[0].name, pages[0].headers(), pages[0].read(), settings.limits, settings.rules_dir)
    except ConfigError as e:
        _fail("\nrawi: ".join(e.problems), CONFIG)
    except (InputError, Unreadable) as e:
        _fail(str(e), e.code if isinstance(e, InputError) else USAGE)
    _print(found, as_html=as_html, as_json=as_json, to=to)


def _print(found: "Inspection", *, as_html: bool, as_json: bool, to: Path | None) -> None:
    from workers.tools.inspection import as_dict
    from workers.tools.inspection_html import page
    from workers.tools.inspection_text import lines
    from workers.tools.terminal import json_line, output

    if as_html:
        text = page(found)
    elif as_json:
        text = "".join(f"{json_line(as_dict(row))}\n" for row in found.rows)
    elif to is None:
        console = output()
        for line in lines(found):
            console.print(line)
        return
    else:
        text = "".join(f"{line}\n" for line in lines(found))
    if to is None:
        sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    else:
        to.write_text(text, "utf-8")


def _fail(message: str, code: int) -> NoReturn:
    sys.stderr.write(f"rawi: {message}\n")
    raise typer.Exit(code)
