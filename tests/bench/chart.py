"""The chart of a run: one bar a way of working, as plain SVG."""

from html import escape

from tests.bench.report import Result

_ROW, _LEFT, _WIDTH, _RIGHT = 28, 220, 420, 90  # pixels
_SUFFIX = "_pages_per_cpu_s"


def svg(result: Result) -> str:
    """Pages a second of CPU. lxml alone, some ten times faster than the rest, is left to the table."""
    values = {
        name.removesuffix(_SUFFIX).replace("_", " "): figure.median
        for name, figure in result.measures.items()
        if name.endswith(_SUFFIX) and not name.startswith("lxml")
    }
    longest = max(values.values())
    rows = [_row(number, name, value, value / longest) for number, (name, value) in enumerate(values.items())]
    height = _ROW * (len(rows) + 1) + 16
    title = f"Pages a second of one core's CPU: {result.pages['count']} pages, {result.date[:10]}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + _RIGHT}" height="{height}" '
            'font-family="sans-serif" font-size="13" role="img">',
            f"<title>{escape(title)}</title>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            f'<text x="8" y="20" font-weight="bold">{escape(title)}</text>',
            *rows,
            "</svg>\n",
        ]
    )


def _row(number: int, name: str, value: float, share: float) -> str:
    y = _ROW * (number + 1) + 4
    return (
        f'<text x="{_LEFT - 8}" y="{y + 17}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{_LEFT}" y="{y + 4}" width="{share * _WIDTH:.0f}" height="18" fill="#3b6ea5"/>'
        f'<text x="{_LEFT + share * _WIDTH + 6:.0f}" y="{y + 17}">{value:.1f}</text>'
    )
