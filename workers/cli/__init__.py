"""The command `rawi`: gathers the commands, each in a module of its own.

These modules import typer and little else; what a command needs it imports when it runs. So the help is quick, and `rawi extract`
needs no Kafka client (tests/unit/cli/test_extract.py holds them to it).
"""

import typer


def make_app() -> typer.Typer:
    """Return the command with all its commands, in the order of the help."""
    # Imported here, so that `workers.cli.run` stays the module and does not become the function.
    from workers.cli.check_config import check_config
    from workers.cli.demo import demo
    from workers.cli.diff import diff
    from workers.cli.dlq import dlq
    from workers.cli.erase import erase
    from workers.cli.extract import extract
    from workers.cli.feed import feed
    from workers.cli.health import health
    from workers.cli.inspect import inspect
    from workers.cli.lag import lag
    from workers.cli.outcomes import outcomes
    from workers.cli.reprocess import reprocess
    from workers.cli.run import run
    from workers.cli.stories import stories
    from workers.cli.tail import tail
    from workers.cli.topics import topics
    from workers.cli.version import version

    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(rawi)
    for command in (run, stories, demo, extract, inspect, diff, feed, tail):
        app.command()(command)
    app.add_typer(topics, name="topics")
    app.command()(outcomes)
    app.add_typer(dlq, name="dlq")
    app.command()(reprocess)
    app.command()(erase)
    for command in (lag, health, check_config, version):
        app.command()(command)
    return app


def rawi() -> None:
    """Rawi turns a Kafka topic of raw HTML pages into a Kafka topic of clean, structured news articles.

    `rawi demo` shows it at work, `rawi extract PAGE` does one page without a broker, `rawi run` is the worker.
    """


def main() -> None:
    """Entry point of the command `rawi`."""
    make_app()()
