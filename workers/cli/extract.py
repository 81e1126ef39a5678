"""`rawi extract`: articles from pages, without a broker."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workers.cli.extract_run import Done

NOT_ALL = 1  # exit code: some page gave no article (without --manifest), or could not be read
USAGE = 2
BROKEN = 70  # sysexits.h: the pool's processes do not start
CONFIG = 78


def extract(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Pages: files, folders, WARC files; - is standard input.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help='JSON lines {"id", "path", "url"?, "content_type"?}; paths are relative to FILE.'),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Pages at a time.")] = 1,
    content_type: Annotated[
        str | None, typer.Option(help="What the pages are, instead of what their names say; may carry a charset.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="The page's URL (for one file). Without one the id is made from the page's bytes.")
    ] = None,
    fetched_at: Annotated[
        str | None,
        typer.Option(metavar="RFC3339", help="When the pages were fetched. Without it relative dates stay unresolved."),
    ] = None,
) -> None:
    """Print the articles of pages, one JSON line an article: the value the worker would publish.

    A name says the form: .txt text, .json an envelope, .warc or .warc.gz a page a record, all else HTML; .gz is read through.

    With --manifest: one line a page, {"id", "outcome", "reason", "articles", "seconds"}, in the order of FILE.

    Examples: rawi extract page.html --url https://news.example.com/a

    curl -s https://news.example.com/a | rawi extract -

    Exit codes: 0 done; 1 some page gave no article (with --manifest: could not be read), said on stderr; 2 wrong options;
    65 a wrong line in the manifest; 66 a file is missing; 78 a setting is wrong.
    """
    from workers.cli.extract_inputs import InputError
    from workers.pool.pool import PoolBroken
    from workers.settings.read import ConfigError

    try:
        code = _run(paths or [], manifest, jobs, url, content_type, fetched_at)
        sys.stdout.flush()
    except InputError as e:
        code = _failed(str(e), e.code)
    except ConfigError as e:
        code = _failed("\nrawi: ".join(e.problems), CONFIG)
    except PoolBroken as e:
        code = _failed(str(e), BROKEN)
    except BrokenPipeError:  # the reader has seen enough, as in `rawi extract ... | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    raise typer.Exit(code)


def _run(paths: list[Path], manifest: Path | None, jobs: int, url: str | None, content_type: str | None, fetched_at: str | None) -> int:
    """Do it all; the exit code, or what extract() handles."""
    from workers.cli.extract_inputs import Given, pages_of_manifest, pages_of_paths
    from workers.cli.extract_run import extract_pages
    from workers.settings import load_settings

    _check_options(paths, manifest, url, content_type, fetched_at)
    settings = load_settings().page
    given = Given(url=url, content_type=content_type, fetched_at=fetched_at, max_bytes=settings.limits.max_page_bytes)
    if manifest is None:
        return _print_articles(extract_pages(pages_of_paths(paths, given), settings, jobs))
    pages = pages_of_manifest(manifest, given)
    return _print_rows(extract_pages(pages, settings, jobs), len(pages))


def _check_options(paths: list[Path], manifest: Path | None, url: str | None, content_type: str | None, fetched_at: str | None) -> None:
    from schemas.headers import read_page_headers
    from workers.cli.extract_inputs import InputError

    if (manifest is None) == (not paths):
        raise InputError("give pages (PATH...) or --manifest FILE, one of the two", USAGE)
    if url is not None and (len(paths) != 1 or paths[0].is_dir()):
        raise InputError("--url names one page: give one file with it, or a manifest with a url a line", USAGE)
    for option, name, value, wanted in (
        ("--url", "url", url, "an absolute http or https URL"),
        ("--content-type", "content-type", content_type, "a media type, such as text/html"),
        ("--fetched-at", "fetched-at", fetched_at, "a time as in RFC 3339, such as 2026-03-01T12:00:00Z"),
    ):
        if value is not None and name in read_page_headers([(name, value.encode("utf-8", "surrogateescape") or b"-")]).unreadable:
            raise InputError(f"{option} {value!r} is not {wanted}", USAGE)


def _print_articles(done: "Iterable[Done]") -> int:
    code = 0
    for page in done:
        for article in page.result.articles if page.result else []:
            sys.stdout.buffer.write(article.value + b"\n")
        sys.stdout.buffer.flush()
        if page.result is None or not page.result.articles:
            code = _failed(_why(page), NOT_ALL)
    return code


def _print_rows(done: "Iterable[Done]", total: int) -> int:
    import msgspec

    from workers.tools.terminal import progress

    code = 0
    with progress() as bar:
        task = bar.add_task("extracting", total=total)
        for page in done:
            sys.stdout.buffer.write(msgspec.json.encode(page_row(page)) + b"\n")
            sys.stdout.buffer.flush()
            bar.advance(task)
            if page.result is None:
                code = _failed(_why(page), NOT_ALL)
    return code


def page_row(done: "Done") -> dict[str, Any]:
    """What is printed of a page of a manifest."""
    from msgspec import Raw

    result = done.result
    return {
        "id": done.page.name,
        "outcome": result.outcome if result else None,
        "reason": result.reason if result else None,
        "articles": [Raw(article.value) for article in result.articles] if result else [],
        "seconds": done.seconds,
        **({"error": done.problem or (result.error if result else "")} if not (result and result.articles) else {}),
    }


def _why(done: "Done") -> str:
    """Why a page gave no article, for a person."""
    result = done.result
    if result is None:
        return f"{done.page.name}: {done.problem}"
    detail = f": {result.error}" if result.error else ""
    return f"{done.page.name}: {result.outcome} ({result.reason}){detail}"


def _failed(message: str, code: int) -> int:
    sys.stderr.write(f"rawi: {message}\n")
    return code
