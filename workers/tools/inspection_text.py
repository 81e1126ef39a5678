"""An inspection for a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from workers.tools.inspection import Fate, Inspection, Row, counts
from workers.tools.terminal import safe_line

MARKS = {
    Fate.KEPT: ("+", "green"),
    Fate.EMBEDDED: ("=", "cyan"),
    Fate.CUT: ("-", "red"),
    Fate.FIELD: (">", "yellow"),
    Fate.OUTSIDE: (" ", "dim"),
}
LEGEND = "+ kept   = in an embedded article   - cut by a rule   > in a field   blank: never in a body; the number is the block model's"
TEXT_CHARS = 300


def lines(inspection: Inspection) -> Iterator[RenderableType]:
    """The page's outcome, then each block: what became of it, why, and what the model thinks of it."""
    result = inspection.result
    yield Text(safe_line(inspection.name), style="bold")
    reason = f" ({result.reason})" if result.reason else ""
    yield Text(f"{result.outcome}{reason}" + (f": {safe_line(result.error)}" if result.error else ""))
    for number, article in enumerate(inspection.articles):
        kind = f"embedded article {number}" if number else f"article, body by {inspection.body_from or 'nobody'}"
        yield Text(f"{kind}: {safe_line(article.headline or '(no headline)')}, {len(article.paragraphs)} paragraphs", style="bold")
    found = ", ".join(f"{count} {name}" for name, count in sorted(counts(inspection.rows).items(), key=lambda item: -item[1]))
    yield Text(f"{len(inspection.rows)} blocks: {found or 'none'}")
    yield Text(LEGEND, style="dim")
    for row in inspection.rows:
        yield from _row(row)


def _row(row: Row) -> Iterator[RenderableType]:
    mark, style = MARKS[row.fate]
    probability = "    " if row.probability is None else f"{row.probability:.2f}"
    text = safe_line(row.text)
    cut = text if len(text) <= TEXT_CHARS else f"{text[:TEXT_CHARS]}…"
    yield Text(f"{mark} {probability} {f'[{row.class_}] ' if row.class_ else ''}{cut}", style=style)
    if row.fate is Fate.CUT:
        yield Text(f"       rule {row.rule}: {safe_line(row.why)}", style="dim")
    if row.weighed and row.fate is not Fate.OUTSIDE:
        weighed = ", ".join(f"{one.name}={one.value:.3g} ({one.moved:+.2f})" for one in row.weighed)
        yield Text(f"       model: {weighed}", style="dim")
