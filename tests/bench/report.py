"""The figures of a run: what the passes come to, the bar of issue 3, how two runs differ, and the text. Pure."""

import math
import statistics
from collections.abc import Iterable, Sequence

import msgspec

BAR = 1.10  # CPU through Kafka / CPU of the same pages in the line alone (issue 3: "at most 10 % more")
BAR_WIDTH = 40  # characters of the longest bar


class Measure(msgspec.Struct, frozen=True):
    """One figure: its median over the passes, and every pass."""

    median: float
    passes: list[float]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A run, as it is written to JSON. `measures`: by a name that ends in its unit."""

    date: str
    command: str
    machine: dict[str, str]
    versions: dict[str, str]
    pages: dict[str, str | int]
    measures: dict[str, Measure]
    stage_share: dict[str, float]  # of the line's wall clock, 0 to 1
    outcomes: dict[str, dict[str, int]]  # by what ran; of one pass
    notes: list[str] = []

    @property
    def ratio(self) -> float:
        """CPU through Kafka / CPU in the line: the figure that has a bar."""
        return self.measures["kafka_to_line_cpu_ratio"].median

    @property
    def passed(self) -> bool:
        """Whether the bar is met."""
        return self.ratio <= BAR


class Change(msgspec.Struct, frozen=True):
    """One figure in two runs."""

    name: str
    before: float
    after: float

    @property
    def percent(self) -> float | None:
        """The change in per cent of the earlier; None when that was zero."""
        return (self.after / self.before - 1) * 100 if self.before else None


def measure(values: Iterable[float]) -> Measure:
    """The figure of some passes; ValueError without one."""
    passes = [round(value, 5) for value in values]
    if not passes:
        raise ValueError("a figure needs a pass")
    return Measure(round(statistics.median(passes), 5), passes)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of the values do not pass (nearest rank); ValueError without values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]


def paired_ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Measure:
    """The ratio of two figures pass by pass: what slows the machine for a while slows both of a pair."""
    return measure(above / below for above, below in zip(numerators, denominators, strict=True))


def shares(stage_ms: Iterable[dict[str, float]]) -> dict[str, float]:
    """Each stage's part of the whole, the largest first."""
    total: dict[str, float] = {}
    for stages in stage_ms:
        for stage, ms in stages.items():
            total[stage] = total.get(stage, 0.0) + ms
    whole = sum(total.values()) or 1.0
    return {stage: round(ms / whole, 4) for stage, ms in sorted(total.items(), key=lambda item: -item[1])}


def changes(before: Result, after: Result) -> list[Change]:
    """The figures that both runs have."""
    return [Change(name, before.measures[name].median, found.median) for name, found in after.measures.items() if name in before.measures]


def bars(values: dict[str, float], unit: str) -> list[str]:
    """Lines of a bar chart in text."""
    longest, widest = max(values.values(), default=0.0) or 1.0, max(map(len, values), default=0)
    return [f"  {name:<{widest}}  {'█' * max(1, round(value / longest * BAR_WIDTH))} {value:.1f} {unit}" for name, value in values.items()]


def text(result: Result) -> str:
    """The run for a person."""
    found = {name: figure.median for name, figure in result.measures.items()}
    rates = {name.removesuffix("_pages_per_cpu_s"): value for name, value in found.items() if name.endswith("_pages_per_cpu_s")}
    rest = {name: value for name, value in found.items() if not name.endswith("_pages_per_cpu_s")}
    widest = max(map(len, rest))
    lines = [
        f"{result.date}  {result.command}",
        ", ".join(f"{name} {value}" for name, value in (result.machine | result.versions).items()),
        ", ".join(f"{name}: {value}" for name, value in result.pages.items()),
        "",
        "Pages a second of one core's CPU (median of the passes)",
        *bars(rates, "pages/s"),
        "",
        "Figures (median of the passes, then each pass)",
        *(f"  {name:<{widest}}  {value:>9.3f}   {_passes(result.measures[name])}" for name, value in rest.items()),
        "",
        "The line's stages, share of its time",
        *bars({stage: share * 100 for stage, share in result.stage_share.items() if share >= 0.001}, "%"),
        "",
        "Outcomes of a pass",
        *(f"  {name}: {', '.join(f'{kind} {count}' for kind, count in kinds.items())}" for name, kinds in result.outcomes.items()),
        *(f"NOTE: {note}" for note in result.notes),
        "",
        verdict(result),
    ]
    return "\n".join(lines)


def verdict(result: Result) -> str:
    """The bar, and whether the passes agree on it."""
    word = "PASS" if result.passed else "FAIL"
    passes = result.measures["kafka_to_line_cpu_ratio"].passes
    line = f"{word}: CPU through Kafka / CPU in the line = {result.ratio:.3f}, bar {BAR:.2f} (worker and children, one slot, zstd; issue 3)"
    if min(passes) <= BAR < max(passes):
        line += (
            f"\nUNSTEADY: its passes, {min(passes):.3f} to {max(passes):.3f}, lie on both sides of the bar. Run it again on a quiet machine"
        )
    return line


def comparison(before: Result, after: Result) -> str:
    """The changes for a person."""
    found = changes(before, after)
    widest = max((len(change.name) for change in found), default=0)
    lines = [f"Against {before.date} ({before.command})"]
    if before.pages != after.pages:
        lines.append(f"NOTE: other pages then: {before.pages}")
    for change in found:
        percent = "" if change.percent is None else f"{change.percent:+7.1f} %"
        lines.append(f"  {change.name:<{widest}}  {change.before:>9.3f} -> {change.after:>9.3f}  {percent}")
    return "\n".join(lines)


def _passes(figure: Measure) -> str:
    return " ".join(f"{value:.3f}" for value in figure.passes) if len(figure.passes) > 1 else ""
