"""`rawi demo`: the whole thing, on this machine, in under a minute."""

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer


def demo(
    pages: Annotated[
        list[Path] | None,
        typer.Option(help="Feed these instead of the sample pages: a folder, a WARC, a file (as `rawi feed` takes them). May be repeated."),
    ] = None,
    url_prefix: Annotated[
        str, typer.Option(help="What the URL of an HTML or text file under --pages begins with, when nothing else says its URL.")
    ] = "https://pages.example.com/",
    show: Annotated[int, typer.Option(min=0, help="Print at most so many articles.")] = 30,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave Kafka, Valkey and the worker up until Ctrl-C, and say how to talk to them.")
    ] = False,
) -> None:
    """Run the real worker on a real Kafka and Valkey, feed it pages, and print the articles.

    Starts both servers on 127.0.0.1, without Docker; KAFKA_BOOTSTRAP_SERVERS and REDIS_URL use yours instead. Everything it makes is
    called rawi-demo-<random> and deleted at the end. Exit code 0: every page has its one outcome, and each sample the expected one.
    """
    from workers.demo.follow import DemoFailed
    from workers.demo.run import Options, run_demo
    from workers.local.process import LocalServerError
    from workers.tools.errors import Exit, ToolError, clean_exit
    from workers.tools.terminal import notes, output

    until = threading.Event() if keep else None
    _clean_up_on_signals(until)
    with clean_exit():
        try:
            run_demo(Options(paths=pages or [], url_prefix=url_prefix, show=show, until=until), output(), notes())
        except (DemoFailed, LocalServerError) as e:
            raise ToolError(str(e), Exit.FAILED) from e


def _clean_up_on_signals(until: threading.Event | None) -> None:
    """SIGTERM cleans up as Ctrl-C does; the first signal of a demo that is kept up sets `until` and lets it end in good order."""

    def handle(signum: int, _frame: object) -> None:
        if until is None or until.is_set():
            raise KeyboardInterrupt
        until.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
