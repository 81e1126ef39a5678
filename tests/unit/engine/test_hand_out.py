"""Suspects are handed out one at a time, and only to a process that is there: a kill during start-up is no page's fault."""

from typing import Any, cast
from unittest.mock import Mock

from tests.unit.engine.test_pages import P0, opened, page
from workers.engine.caution import Caution
from workers.engine.hand_out import HandOut


def rig(*, ready: bool, deaths: int = 1) -> tuple[HandOut, Any, Any]:
    pages = opened(caution=Caution(until=2, deaths=deaths))
    pages.arrive(page(0, 0))
    pages.arrive(page(0, 1))
    pool, delivery = Mock(free=1, ready=ready), Mock()
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
    assert pool.submit.call_args.args[0].record.offset == 0
    hand_out.run(uncommitted=False)
    assert pool.submit.call_count == 1  # one at a time


def test_a_page_with_three_deaths_is_quarantined_unprocessed() -> None:
    hand_out, pool, delivery = rig(ready=True, deaths=3)
    hand_out.run(uncommitted=False)
    pool.submit.assert_not_called()
    delivery.commit.assert_not_called()
