"""The limit that stops a worker when everything is going wrong."""

import pytest

from workers.engine.dead_letter_limit import SHARE_WINDOW, DeadLetterLimit
from workers.engine.stops import ExitCode, WorkerStops


def test_too_many_in_a_row_stop_the_worker() -> None:
    limit = DeadLetterLimit(max_consecutive=3, max_share=0)
    for _ in range(3):
        limit.count("dead_lettered")
    with pytest.raises(WorkerStops, match="RAWI_DLQ_MAX_CONSECUTIVE") as stop:
        limit.count("dead_lettered")
    assert stop.value.code is ExitCode.DEAD_LETTERS


def test_one_good_page_breaks_the_row() -> None:
    limit = DeadLetterLimit(max_consecutive=3, max_share=0)
    for _ in range(10):
        for outcome in ("dead_lettered", "dead_lettered", "dead_lettered", "filtered"):
            limit.count(outcome)


def test_too_large_a_share_stops_the_worker_but_not_before_there_are_enough_outcomes() -> None:
    limit = DeadLetterLimit(max_consecutive=0, max_share=0.5)
    for outcome in ["dead_lettered"] * (SHARE_WINDOW // 2) + ["published"] * (SHARE_WINDOW // 2):
        limit.count(outcome)
    limit.count("dead_lettered")  # pushes out a dead one: the share stays
    for _ in range(SHARE_WINDOW // 2 - 1):
        limit.count("dead_lettered")
    with pytest.raises(WorkerStops, match="RAWI_DLQ_MAX_SHARE"):
        limit.count("dead_lettered")


def test_zero_turns_both_limits_off() -> None:
    limit = DeadLetterLimit(max_consecutive=0, max_share=0)
    for _ in range(2 * SHARE_WINDOW):
        limit.count("dead_lettered")
