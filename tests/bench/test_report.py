"""The arithmetic of the bench."""

import msgspec
import pytest

from tests.bench import report
from tests.bench.chart import svg
from tests.bench.report import Change, Measure, Result, measure


def result(ratio: float, **figures: float) -> Result:
    figures = {
        "line_pages_per_cpu_s": 30.0,
        "kafka_to_line_cpu_ratio": ratio,
        "trafilatura_metadata_to_line_cpu_ratio": 2.7,
        "unchanged_to_new_cpu_ratio": 0.1,
        "line_two_processes_speedup": 2.0,
        **figures,
    }
    return Result(
        date="2026-01-01T00:00:00+00:00",
        command="python -m tests.bench",
        machine={"cores": "2"},
        versions={"python": "3.11"},
        pages={"source": "samples", "count": 2},
        measures={name: measure([value]) for name, value in figures.items()},
        stage_share={"parse": 0.25, "extract": 0.75},
        outcomes={"line": {"published": 2}},
    )


def test_a_figure_is_the_median_of_its_passes() -> None:
    assert measure([3.0, 1.0, 100.0]) == Measure(3.0, [3.0, 1.0, 100.0])
    assert measure([1.0, 2.0]).median == 1.5
    with pytest.raises(ValueError, match="needs a pass"):
        measure([])


def test_percentiles_are_nearest_ranks() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert [report.percentile(values, p) for p in (0, 50, 99, 100)] == [1.0, 50.0, 99.0, 100.0]
    assert report.percentile([7.0], 99) == 7.0


def test_a_ratio_is_taken_pass_by_pass() -> None:
    assert report.paired_ratio([11.0, 22.0, 60.0], [10.0, 20.0, 30.0]) == Measure(1.1, [1.1, 1.1, 2.0])
    with pytest.raises(ValueError, match="zip"):
        report.paired_ratio([1.0], [1.0, 2.0])


def test_stage_shares_add_up_to_one_with_the_largest_first() -> None:
    found = report.shares([{"parse": 10.0, "extract": 20.0}, {"extract": 10.0}])
    assert found == {"extract": 0.75, "parse": 0.25}
    assert list(found) == ["extract", "parse"]
    assert report.shares([]) == {}


@pytest.mark.parametrize(
    ("name", "value", "holds"),
    [
        ("kafka_to_line_cpu_ratio", 1.1, True),
        ("kafka_to_line_cpu_ratio", 1.1001, False),
        ("trafilatura_metadata_to_line_cpu_ratio", 2.0, True),
        ("trafilatura_metadata_to_line_cpu_ratio", 1.99, False),
        ("unchanged_to_new_cpu_ratio", 0.126, False),
        ("line_two_processes_speedup", 1.89, False),
    ],
)
def test_a_run_passes_when_every_figure_meets_its_bar(name: str, value: float, holds: bool) -> None:
    run = result(1.0)
    run = msgspec.structs.replace(run, measures={**run.measures, name: measure([value])})
    assert run.passed is holds
    [said] = [line for line in report.verdicts(run) if f" {name} " in line]
    assert said.startswith("PASS" if holds else "FAIL")
    assert said in report.text(run)


def test_passes_on_both_sides_of_a_bar_are_called_unsteady() -> None:
    run = result(1.08)
    assert not any("UNSTEADY" in line for line in report.verdicts(run))
    unsteady = msgspec.structs.replace(run, measures={**run.measures, "kafka_to_line_cpu_ratio": measure([1.01, 1.08, 1.17])})
    [said] = [line for line in report.verdicts(unsteady) if "UNSTEADY: its passes, 1.010 to 1.170" in line]
    assert said.startswith("PASS")


def test_a_comparison_shows_what_both_runs_have() -> None:
    found = report.changes(result(1.0, old_ms=1.0, same_ms=4.0, none_ms=0.0), result(1.05, new_ms=1.0, same_ms=3.0, none_ms=2.0))
    assert Change("same_ms", 4.0, 3.0) in found
    assert {change.name for change in found} == {"line_pages_per_cpu_s", *(bar.name for bar in report.BARS), "same_ms", "none_ms"}
    assert [change.percent for change in found if change.name in ("same_ms", "none_ms")] == [-25.0, None]


def test_a_result_comes_back_from_json_and_has_a_chart() -> None:
    before = result(1.0)
    assert msgspec.json.decode(msgspec.json.encode(before), type=Result) == before
    assert "30.0" in svg(before)
