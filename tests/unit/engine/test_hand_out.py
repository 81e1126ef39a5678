"""Suspects are handed out one at a time, and only to a process that is there: a kill during start-up is no page's fault."""

from typing import Any, cast
from unittest.mock import Mock

import pytest

from tests.unit.engine.test_pages import P0, opened, page
from workers.engine.caution import Caution
from workers.engine.hand_out import LOAD_BYTES, LOAD_PAGES, HandOut
from workers.engine.pages import Page
from workers.pool.messages import Job


def rig(*, ready: bool, deaths: int = 1) -> tuple[HandOut, Any, Any]:
    pages = opened(caution=Caution(until=2, deaths=deaths))
    pages.arrive(page(0, 0))
    pages.arrive(page(0, 1))
    pool, delivery = Mock(free=1, slots=1, ready=ready), Mock()
    consumer = Mock()
    consumer.position.return_value = 0
    names = ("consumer", "membership", "outputs")
    others = {name: cast(Any, Mock()) for name in names} | {"consumer": consumer}
    blame = Mock()
    blame.refusals.return_value = []
    return HandOut(open_pages=pages, pool=pool, delivery=delivery, blame=blame, clock=lambda: 0.0, **others), pool, delivery


def test_a_suspect_waits_unmarked_until_a_process_is_ready() -> None:
    hand_out, pool, delivery = rig(ready=False)
    hand_out.run(uncommitted=False)
    delivery.commit.assert_not_called()
    pool.submit.assert_not_called()
    pool.ready = True
    hand_out.run(uncommitted=False)
    (marked,) = delivery.commit.call_args.args
    assert list(marked) == [P0]
    [(begun, _, _)] = pool.submit.call_args.args[0]
    assert begun.record.offset == 0
    hand_out.run(uncommitted=False)
    assert pool.submit.call_count == 1  # one at a time


class Pool:
    """A pool that takes what it is given."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.loads: list[list[int]] = []

    @property
    def free(self) -> int:
        return self.slots - len(self.loads)

    def submit(self, pages: list[tuple[Page, Job, bytes | None]]) -> None:
        self.loads.append([page.record.offset for page, _, _ in pages])


def handed_out(slots: int, pages: list[Page], refused: frozenset[int] = frozenset()) -> list[list[int]]:
    """What each slot is given when these pages of one partition wait."""
    waiting, pool, blame = opened(max_pages=1_000), Pool(slots), Mock()
    blame.refusals = lambda page: ["too large"] if page.record.offset in refused else []
    for each in pages:
        waiting.arrive(each)
    others = {name: cast(Any, Mock()) for name in ("consumer", "membership", "outputs", "delivery")}
    HandOut(open_pages=waiting, pool=cast(Any, pool), blame=blame, clock=lambda: 0.0, **others).run(uncommitted=False)
    return pool.loads


@pytest.mark.parametrize(
    ("slots", "waiting", "loads"),
    [(1, 1, [1]), (2, 3, [1, 1]), (2, 4, [2, 1]), (1, 30, [LOAD_PAGES]), (3, 64, [LOAD_PAGES] * 3), (3, 0, [])],
)
def test_a_slot_gets_several_pages_only_while_as_many_wait_for_each(slots: int, waiting: int, loads: list[int]) -> None:
    found = handed_out(slots, [page(0, number) for number in range(waiting)])
    assert [len(load) for load in found] == loads
    assert [offset for load in found for offset in load] == list(range(sum(loads)))


def test_large_pages_are_not_together_with_many() -> None:
    half = LOAD_BYTES // 2
    assert handed_out(1, [page(0, number, size_bytes=half) for number in range(30)]) == [[0, 1]]
    assert handed_out(1, [page(0, number, size_bytes=10 * LOAD_BYTES) for number in range(30)]) == [[0]]


def test_a_page_that_is_finished_without_the_pool_takes_no_place_in_a_load() -> None:
    assert handed_out(1, [page(0, number) for number in range(20)], refused=frozenset({0, 2})) == [[1, 3, 4, 5, 6, 7, 8, 9]]


def test_a_page_with_three_deaths_is_quarantined_unprocessed() -> None:
    hand_out, pool, delivery = rig(ready=True, deaths=3)
    hand_out.run(uncommitted=False)
    pool.submit.assert_not_called()
    delivery.commit.assert_not_called()
