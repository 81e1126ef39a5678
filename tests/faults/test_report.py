"""The published table is the one that was printed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.faults.ledger import Verdict
from tests.faults.plan import FAULTS
from tests.faults.report import Row, made_again, names, printed, table, table_of

REPO = Path(__file__).parents[2]
KILLS = FAULTS[0]


def row(**counts: Any) -> Row:
    return Row(KILLS, 10, replace(Verdict(pages=100), **counts), [1.5, 3.2], 80_000_000, 60.0)


def test_the_readme_has_the_table_of_the_report() -> None:
    readme, report = (printed((REPO / name).read_text("utf-8")) for name in ("README.md", "docs/reliability.md"))
    assert "kill -9" in readme
    assert readme.strip() == table_of(report)
    assert names(report) == [fault.name for fault in FAULTS]


def test_a_row_says_what_was_found() -> None:
    assert table([row()]).splitlines()[-1] == "| kill -9 of a worker | 10 times | 100 | 0 | 0 | 0 | 0 | 0 | 3.2 s | 80 MB |"


def test_whatever_breaks_the_guarantee_fails_the_run() -> None:
    assert row().passed
    assert not any(row(**{name: 1}).passed for name in ("lost", "lag", "duplicated", "unexplained", "unequal", "innocent", "spared"))
    assert not Row(KILLS, 1, Verdict(pages=1), [], 0, 0.0, problem="FAILED").passed
    assert not Row(KILLS, 1, Verdict(), [], 0, 0.0).passed  # no page: nothing was shown


def test_a_broker_row_fails_when_a_recovery_takes_more_than_30_s() -> None:
    broker = next(fault for fault in FAULTS if "broker" in fault.name)
    assert replace(row(), fault=broker, recovered_s=[2.0, 29.9]).passed
    assert not replace(row(), fault=broker, recovered_s=[30.1, 2.0]).passed


def test_a_fault_that_repeats_pages_fails_when_others_or_more_are_repeated() -> None:
    reset = replace(row(duplicated=1000), fault=next(fault for fault in FAULTS if "set back" in fault.name))
    assert replace(reset, asked_repeats=1000).passed
    assert not replace(reset, asked_repeats=999).passed
    assert reset.passed  # at least once cannot say how many


def test_a_fault_that_cannot_be_made_here_is_said_and_fails_nothing() -> None:
    left_out = Row(KILLS, 1, Verdict(), [], 0, 0.0, problem="NOT RUN: no right to mount", made=False)
    assert left_out.passed
    assert "NOT RUN: no right to mount" in table([left_out])


def test_faults_made_again_replace_their_lines_alone() -> None:
    other = replace(row(), fault=FAULTS[1])
    part = f"Printed by hand.\n\n{table([row(lost=1), other])}\n\nThe end."
    assert made_again(part, [row()]) == f"Printed by hand.\n\n{table([row(), other])}\n\nThe end."


def test_a_fault_without_a_line_gets_one_when_it_is_made_alone() -> None:
    new = replace(row(), fault=FAULTS[1])
    assert made_again(f"{table([row()])}\n\nThe end.", [new]) == f"{table([row(), new])}\n\nThe end."
