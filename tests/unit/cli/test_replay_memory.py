"""The memory of what was replayed: what goes in comes out, and it is said as shortly as it can be."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.tools.errors import ToolError
from workers.tools.replay_memory import MAX_METADATA_CHARS, Replayed, decode


@given(st.integers(0, 1 << 40), st.frozensets(st.integers(0, 5000)))
def test_what_is_committed_is_what_is_read(until: int, above: frozenset[int]) -> None:
    memory = Replayed(until, frozenset(until + offset for offset in above))
    assert decode(memory.until, memory.encode()) == memory


@given(st.frozensets(st.integers(0, 200)), st.frozensets(st.integers(0, 200)), st.integers(0, 50))
def test_saying_it_shorter_changes_nothing_for_any_dead_letter(letters: frozenset[int], done: frozenset[int], until: int) -> None:
    memory = Replayed(until).adding(letters & done)
    shorter = memory.settled(sorted(letters), 0, 201)
    assert [o in shorter for o in sorted(letters)] == [o in memory for o in sorted(letters)]
    assert len(shorter.offsets) <= len(memory.offsets)


def test_gaps_of_transaction_markers_are_passed() -> None:
    memory = Replayed(0).adding(frozenset({0, 2, 4}))
    assert memory.settled([0, 2, 4], 0, 6) == Replayed(6)
    assert memory.settled([0, 2, 4, 7], 0, 9) == Replayed(7)


def test_what_was_not_looked_at_from_the_start_is_not_settled() -> None:
    memory = Replayed(0).adding(frozenset({5}))
    assert memory.settled([5], 3, 6) == memory


def test_every_second_of_a_hundred_thousand_fits() -> None:
    assert len(Replayed(0).adding(frozenset(range(1, 100_000, 2))).encode()) < MAX_METADATA_CHARS


def test_more_than_fits_is_said_and_not_cut() -> None:
    scattered = frozenset(random.Random(1).sample(range(1_000_000), 40_000))
    with pytest.raises(ToolError, match="too many scattered"):
        Replayed(0).adding(scattered).encode()


def test_a_reset_group_counts_by_its_offset_and_a_strangers_metadata_does_not() -> None:
    assert decode(7, "") == Replayed(7)
    for metadata in ("hello", "replayed:1:!!", "replayed:1:AAAA"):
        with pytest.raises(ToolError, match="did not write"):
            decode(7, metadata)
