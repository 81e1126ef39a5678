"""The reliability table."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.faults.ledger import Verdict
from tests.faults.plan import Fault


@dataclass(frozen=True)
class Row:
    """One fault's result."""

    fault: Fault
    scale: int
    verdict: Verdict
    recovered_s: list[float]
    peak_rss: int
    took_s: float
    asked_repeats: int | None = None  # of a fault that repeats pages: how many exactly, where it can say
    problem: str = ""  # it could not be made here, or did not end
    made: bool = True  # False: it could not be made here

    @property
    def passed(self) -> bool:
        """Whether the guarantee held, or was not put to this test."""
        if not self.made:
            return True
        if self.problem or self.verdict.wrong or not self.verdict.pages:
            return False
        if max(self.recovered_s, default=0.0) > self.fault.recovers_within_s:
            return False
        asked = self.asked_repeats if self.fault.repeats else 0
        return asked is None or self.verdict.duplicated == asked


HEAD = """\
| fault | how often | pages | lost | twice | unexplained | innocent failed | lag left | slowest recovery | worker's memory |
|---|---|---|---|---|---|---|---|---|---|"""


def table(rows: list[Row]) -> str:
    """Markdown."""
    return "\n".join([HEAD, *map(_line, rows)])


def _line(row: Row) -> str:
    if row.problem:
        return f"| {row.fault.name} | {row.scale} {row.fault.unit} | {row.problem} | | | | | | | |"
    v = row.verdict
    twice = f"{v.duplicated} (as asked; {v.unequal} unequal)" if row.fault.repeats else f"{v.duplicated}"
    recovery = f"{max(row.recovered_s):.1f} s" if row.recovered_s else ""
    cells = (row.fault.name, f"{row.scale} {row.fault.unit}", f"{v.pages:,}", v.lost, twice, v.unexplained, v.innocent, v.lag, recovery)
    return "| " + " | ".join(map(str, cells)) + f" | {row.peak_rss / 1e6:.0f} MB |"


BEGIN, END = "<!-- printed by make faults -->\n", "<!-- end of it -->"


def printed(text: str) -> str:
    """What stands between the marks in docs/reliability.md or the README."""
    return text.partition(BEGIN)[2].partition(END)[0]


def replaced(text: str, part: str) -> str:
    """The text with another part between its marks."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{part.strip()}\n{END}{rest.partition(END)[2]}"


def made_again(part: str, rows: list[Row]) -> str:
    """A part with the lines of some faults replaced by those of a later run; a fault that had none comes last."""
    lines = {row.fault.name: _line(row) for row in rows}
    after = []
    for line in part.splitlines():
        after.append(lines.pop(_name(line), line))
    end = max(n for n, line in enumerate(after) if line.startswith("|")) + 1
    return "\n".join([*after[:end], *lines.values(), *after[end:]])


def names(part: str) -> list[str]:
    """The faults that a part's table has, in its order."""
    return [_name(line) for line in table_of(part).splitlines()[2:]]


def _name(line: str) -> str:
    return line.split("|")[1].strip() if line.startswith("| ") else ""


def table_of(part: str) -> str:
    """The table alone, for the README."""
    return "\n".join(line for line in part.splitlines() if line.startswith("|"))


def page(rows: list[Row], *, short: bool, cores: int) -> str:
    """What goes between the marks of docs/reliability.md."""
    command = "make faults SHORT=1 WRITE=1" if short else "make faults WRITE=1"
    return f"""\
Printed by `{command}` on {datetime.now(UTC):%Y-%m-%d}, on {cores} cores: real workers (two slots each) on Kafka 4.2.0 and Valkey,
faults under load, and a ledger that reads the topics alone. *Lost*: a page below the committed offset without an outcome, or an
outcome whose articles or dead letter are not there. *Twice*: for a `read_committed` reader. *Innocent failed*: pages that were to
be published and were not. *Recovery*: until every partition has moved on after the fault. *Memory*: the most that a worker's
parent process, which holds what is in flight, had resident.

{table(rows)}

What each fault does: [tests/faults/scenarios.py](../tests/faults/scenarios.py). The clock that jumps is the worker's wall clock as
Python sees it, not the machine's.
"""
