"""`--rate` of what sends records: at most so many a second, and only a rate that is one."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from workers.cli import make_app
from workers.tools.pace import Pace


class Clock:
    """Time that passes in sleep and by hand."""

    def __init__(self) -> None:
        self.now_s = 50.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def passed(rate: float | None, count: int, between: Callable[[Clock, int], None] = lambda clock, n: None) -> list[float]:
    """When each of `count` records passes, in seconds."""
    clock, times_s = Clock(), []
    pace = Pace(rate, clock, clock.sleep)
    for n in range(count):
        pace.wait()
        times_s.append(clock.now_s - 50.0)
        between(clock, n)
    return times_s


def test_records_pass_at_the_rate_the_first_at_once() -> None:
    assert passed(4, 5) == [0, 0.25, 0.5, 0.75, 1]
    assert passed(0.01, 3) == [0, 100, 200]


def test_without_a_rate_nothing_waits() -> None:
    assert passed(None, 5) == [0] * 5


def test_the_time_that_sending_takes_is_part_of_the_gap_and_what_took_longer_is_followed_by_no_burst() -> None:
    def work(clock: Clock, n: int) -> None:
        clock.now_s += 0.125 if n == 0 else 10 if n == 1 else 0

    assert passed(4, 5, work) == [0, 0.25, 10.25, 10.5, 10.75]


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "0.001"])
@pytest.mark.parametrize("command", [["dlq", "replay"], ["feed", "--samples", "1"], ["reprocess", "--site", "news.example"]])
def test_a_rate_that_is_none_is_wrong_use(command: list[str], rate: str) -> None:
    done = CliRunner().invoke(make_app(), [*command, "--rate", rate], env={"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9", "COLUMNS": "120"})
    assert done.exit_code == 2
    assert "'--rate': Input should be greater than or equal to 0.01" in done.stderr
