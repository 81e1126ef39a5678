"""A load's time: what it has, what it keeps, and what it is given back; and whose word it is that a child sends."""

import pytest

from workers.pool.load import Load, Page
from workers.pool.messages import Job, Proceed, Stop

JOB = Job(headers=[], timestamp_ms=0, has_value=False)


def sent(*tokens: str) -> Load[str]:
    """A load that began at 100 s, with 15 s."""
    made = Load([Page(token, JOB, None) for token in tokens], 15.0)
    made.send(100.0)
    return made


@pytest.fixture
def load() -> Load[str]:
    return sent("page")


def test_the_tries_of_a_page_share_its_time(load: Load[str]) -> None:
    load.back(112.0)
    assert load.may_be_tried_again(1_000.0)  # while it waits for a process its clock stands still
    load.send(1_000.0)
    assert load.deadline == 1_003.0


def test_a_process_that_ends_while_its_page_waits_for_the_answer_takes_no_time_from_it(load: Load[str]) -> None:
    load.wait(105.0)
    load.back(500.0)
    load.send(501.0)
    assert load.deadline == 511.0


def test_a_page_without_time_or_without_a_try_left_is_not_tried_again(load: Load[str]) -> None:
    assert load.may_be_tried_again(114.9)
    assert not load.may_be_tried_again(115.0)
    load.pages[0].attempts = 2
    assert not load.may_be_tried_again(101.0)


@pytest.mark.parametrize(
    ("before", "now", "deadline"),
    [
        (109.0, 110.0, 115.0),  # a busy loop
        (109.0, 169.0, 174.0),  # a second of the gap is the page's
        (90.0, 160.0, 174.0),  # it began within the gap
    ],
)
def test_a_gap_between_two_looks_is_given_back(load: Load[str], before: float, now: float, deadline: float) -> None:
    load.forgive_gap(before, now)
    assert load.deadline == deadline


def test_pages_are_decoded_in_their_order_asked_about_together_and_finished_in_their_order() -> None:
    load = sent("a", "filtered", "b", "stopped", "c")
    heard = [load.heard_decoded(), load.heard_result(), load.heard_decoded(), load.heard_decoded(), load.heard_decoded()]
    assert [page.token for page in heard if page] == ["a", "filtered", "b", "stopped", "c"]
    assert load.decoded
    load.wait(101.0)
    for page in load.asked:
        assert load.answers(101.0) is None
        page.answer = Stop() if page.token == "stopped" else Proceed()
    assert load.answers(102.0) == [Proceed(), Proceed(), Stop(), Proceed()]
    assert load.deadline == 116.0, "a second was used, and one was not its own"
    assert [page.token for page in (load.heard_result(), load.heard_result(), load.heard_result()) if page] == ["a", "b", "c"]
    assert load.done


def test_a_word_out_of_turn_is_no_pages() -> None:
    load = sent("a", "b")
    load.heard_decoded()
    load.heard_decoded()
    assert load.heard_decoded() is None
    assert load.heard_result() is None, "it waits for the answers"


def test_what_is_unfinished_is_known_at_every_step() -> None:
    load = sent("a", "b", "c")

    def tokens() -> list[str]:
        return sorted(page.token for page in load.unfinished)

    assert tokens() == ["a", "b", "c"]
    load.heard_result()
    load.heard_decoded()
    assert tokens() == ["b", "c"]
    load.heard_decoded()
    load.wait(101.0)
    for page in load.asked:
        page.answer, page.abandoned = (Stop(), True) if page.token == "b" else (Proceed(), False)
    load.answers(101.0)
    assert tokens() == ["c"]
    load.heard_result()
    assert tokens() == []
