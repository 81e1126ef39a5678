"""The figures of a run: what the passes come to, the bars, how two runs differ, and the text. Pure."""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec


class Bar(NamedTuple):
    """What a figure is held to (issue 8)."""

    name: str
    bound: float
    is_least: bool  # else the most
    says: str

    def holds(self, value: float) -> bool:
        """Whether a value meets it."""
        return value >= self.bound if self.is_least else value <= self.bound


BARS = (
    Bar("trafilatura_metadata_to_line_cpu_ratio", 2.0, True, "CPU of trafilatura with metadata / CPU of the line; 2.9 is aimed at"),
    Bar("kafka_to_line_cpu_ratio", 1.10, False, "CPU through Kafka / CPU in the line: worker and children, one slot, zstd"),
    Bar("unchanged_to_new_cpu_ratio", 0.125, False, "CPU of a page that came again / CPU of a new one, both through Kafka"),
    Bar("line_two_processes_speedup", 1.9, True, "pages a second of CPU of two processes / of one"),
)
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
    def passed(self) -> bool:
        """Whether all bars are met."""
        return all(bar.holds(self.measures[bar.name].median) for bar in BARS)


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
        *verdicts(result),
    ]
    return "\n".join(lines)


def verdicts(result: Result) -> list[str]:
    """Each bar, and whether the passes agree on it."""
    return [_verdict(bar, result.measures[bar.name]) for bar in BARS]


def _verdict(bar: Bar, found: Measure) -> str:
    word = "PASS" if bar.holds(found.median) else "FAIL"
    line = f"{word}: {bar.name} = {found.median:.3f}, {'least' if bar.is_least else 'most'} {bar.bound:.3f} ({bar.says})"
    if len(set(map(bar.holds, found.passes))) > 1:
        line += f"\nUNSTEADY: its passes, {min(found.passes):.3f} to {max(found.passes):.3f}, lie on both sides. Run it on a quiet machine"
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
