"""A page's time: what it has, what it keeps, and what it is given back."""

import pytest

from workers.pool.messages import Job
from workers.pool.slot import Page, Slot


@pytest.fixture
def page() -> Page[str]:
    """A page that began at 100 s, with 15 s."""
    made = Page("page", Job(headers=[], timestamp_ms=0, has_value=False), None, 15.0)
    made.attempts = 1
    made.run(100.0)
    return made


def test_the_tries_of_a_page_share_its_time(page: Page[str]) -> None:
    page.back(112.0)
    assert page.may_be_tried_again(1_000.0)  # while it waits for a process its clock stands still
    page.run(1_000.0)
    assert page.deadline == 1_003.0


def test_a_process_that_ends_while_its_page_waits_for_the_answer_takes_no_time_from_it(page: Page[str]) -> None:
    page.wait(105.0)
    page.back(500.0)
    page.run(501.0)
    assert page.deadline == 511.0


def test_a_page_without_time_or_without_a_try_left_is_not_tried_again(page: Page[str]) -> None:
    assert page.may_be_tried_again(114.9)
    assert not page.may_be_tried_again(115.0)
    page.attempts = 2
    assert not page.may_be_tried_again(101.0)


@pytest.mark.parametrize(
    ("before", "now", "deadline"),
    [
        (109.0, 110.0, 115.0),  # a busy loop
        (109.0, 169.0, 174.0),  # a second of the gap is the page's
        (90.0, 160.0, 174.0),  # it began within the gap
    ],
)
def test_a_gap_between_two_looks_is_given_back(page: Page[str], before: float, now: float, deadline: float) -> None:
    slot: Slot[str] = Slot()
    slot.page = page
    slot.forgive_gap(before, now)
    assert page.deadline == deadline
