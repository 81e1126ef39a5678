"""The demo's results as a person would want to read them."""

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.records import Article, Outcome
from workers.demo.place import Place
from workers.demo.verify import Mismatch
from workers.tools.terminal import safe_line

BEGINNING_CHARS = 320  # of the body, cut at a word
RULE_WIDTH = 72
_TIME_CHARS = 16  # YYYY-MM-DDThh:mm


def show_articles(console: Console, articles: list[Article], limit: int) -> None:
    """Print headline, site, date, authors, language and first lines of up to `limit` articles.

    Right-to-left text stands on lines of its own, without frames or padding: a terminal that knows the bidirectional algorithm
    then takes each line's direction from its first letter, and one that does not still shows the words in order.
    """
    for article in articles[:limit]:
        console.print(_line("─" * RULE_WIDTH, "dim"))
        console.print(_line(article.headline or "(no headline)", "bold"))
        console.print(_line(_facts(article), "cyan"))
        if article.authors:
            console.print(_line(", ".join(author.name for author in article.authors), "green"))
        console.print(_line(_beginning(article)))
    console.print(_line("─" * RULE_WIDTH, "dim"))
    if len(articles) > limit:
        console.print(f"… and {len(articles) - limit} more (--show {len(articles)} shows them all)")


def show_outcomes(console: Console, outcomes: Iterable[Outcome]) -> None:
    """Print how many pages ended in which outcome and reason."""
    counts = Counter((o.outcome, o.reason or "") for o in outcomes)
    table = Table(title="What became of the pages", title_justify="left", title_style="bold")
    table.add_column("outcome")
    table.add_column("reason")
    table.add_column("pages", justify="right")
    order = ("published", "unchanged", "filtered", "dead_lettered")
    for (outcome, reason), count in sorted(counts.items(), key=lambda item: (order.index(item[0][0]), item[0][1])):
        table.add_row(outcome, reason, str(count))
    table.add_section()
    table.add_row("all", "", str(counts.total()))
    console.print(table)


def show_mismatches(console: Console, mismatches: list[Mismatch]) -> None:
    """Print what was expected of which sample, and what was found."""
    table = Table(title="Not as expected", title_justify="left", title_style="bold red")
    for column in ("sample", "expected", "found"):
        table.add_column(column, overflow="fold")
    for mismatch in mismatches:
        table.add_row(mismatch.name, mismatch.expected, mismatch.found)
    console.print(table)


def _line(text: str, style: str = "") -> Text:
    return Text(safe_line(text), style=style, overflow="fold")


def _facts(article: Article) -> str:
    paragraphs = len(article.paragraphs)
    facts = (
        article.domain or "(no site)",
        (article.date_published or "(no date)")[:_TIME_CHARS].replace("T", " "),
        article.in_language or "(language unknown)",
        f"{article.word_count} words in {paragraphs} paragraph{'' if paragraphs == 1 else 's'}",
    )
    return " · ".join(facts)


def _beginning(article: Article) -> str:
    body = " ".join(article.article_body.split())
    if len(body) <= BEGINNING_CHARS:
        return body
    cut = body[:BEGINNING_CHARS]
    return cut.rpartition(" ")[0] + " …" if " " in cut[BEGINNING_CHARS // 2 :] else cut + "…"  # Chinese has no spaces to cut at


def show_ways_in(console: Console, place: Place) -> None:
    """Print how to talk to a demo that is kept up, as lines to copy."""
    broker, topics = place.settings.kafka.bootstrap_servers, place.topics
    console.print(
        f"\nThe demo is kept up until Ctrl-C. In another terminal:\n\n"
        f"# a page in, its outcome and its articles out\n"
        f"kcat -P -b {broker} -t {topics['input']} -H url=https://news.example.com/1 page.html\n"
        f"kcat -C -b {broker} -t {topics['outcomes']} -X isolation.level=read_committed -o beginning -e -q\n"
        f"kcat -C -b {broker} -t {topics['output']} -X isolation.level=read_committed -o beginning -e -q\n\n"
        f"# what was dead-lettered, with its headers\n"
        f"kcat -C -b {broker} -t {topics['dlq']} -X isolation.level=read_committed -o beginning -e -q -f '%k %h\\n'\n\n"
        f"# how the worker does\n"
        f"curl http://{place.http_address}/metrics\n",
        soft_wrap=True,
    )
