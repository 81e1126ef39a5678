"""How a partition is treated after its owner ended uncleanly."""

from workers.engine.caution import Caution, Standing, next_head, read_standing, take_over

ME, OTHER = "rawi-b-2", "rawi-a-1"


def after_death(standing: Standing, *, committed: int = 100, end: int = 1_000) -> Caution:
    return take_over(standing, me=ME, members=frozenset({ME}), committed=committed, end=end, window=50)


def test_a_partition_without_a_standing_is_taken_without_caution() -> None:
    assert take_over(None, me=ME, members=frozenset(), committed=5, end=9, window=50) == Caution()


def test_a_partition_closed_in_good_order_is_taken_without_caution() -> None:
    assert after_death(Standing(state="closed", owner=OTHER)) == Caution()


def test_a_hand_over_from_a_living_member_is_no_death() -> None:
    standing = Standing(state="open", owner=OTHER)
    assert take_over(standing, me=ME, members=frozenset({OTHER, ME}), committed=5, end=900, window=50) == Caution()


def test_after_a_death_every_page_that_may_have_been_open_is_a_suspect() -> None:
    assert after_death(Standing(state="open", owner=OTHER)) == Caution(until=150, deaths=1)


def test_suspects_end_where_the_partition_ends() -> None:
    assert after_death(Standing(state="open", owner=OTHER), end=103) == Caution(until=103, deaths=1)
    assert after_death(Standing(state="open", owner=OTHER), end=100) == Caution()


def test_a_page_that_was_alone_when_the_worker_died_has_one_death_more() -> None:
    assert after_death(Standing(state="solo", owner=OTHER, until=150, deaths=1)) == Caution(until=150, deaths=2)


def test_the_third_death_quarantines() -> None:
    third = after_death(Standing(state="solo", owner=OTHER, until=150, deaths=2))
    assert third.quarantines()
    assert not after_death(Standing(state="solo", owner=OTHER, until=150, deaths=1)).quarantines()


def test_a_death_between_two_lone_pages_is_laid_at_no_pages_door() -> None:
    assert after_death(Standing(state="open", owner=OTHER, until=150, deaths=1)) == Caution(until=150, deaths=1)


def test_my_own_reset_is_no_death_and_keeps_the_count() -> None:
    standing = Standing(state="solo", owner=ME, until=150, deaths=2)
    assert take_over(standing, me=ME, members=frozenset(), committed=100, end=900, window=50) == Caution(until=150, deaths=2)


def test_the_next_page_starts_with_the_one_death_it_may_have_caused() -> None:
    assert next_head(Caution(until=150, deaths=3), 101) == Caution(until=150, deaths=1)
    assert next_head(Caution(until=150, deaths=1), 150) == Caution()


def test_a_standing_survives_the_commit_metadata() -> None:
    standing = Standing(state="solo", owner=OTHER, until=150, deaths=2)
    assert read_standing(standing.encode()) == standing


def test_metadata_of_others_counts_as_absent() -> None:
    assert [read_standing(text) for text in (None, "", "kafka-python", '{"state":"ajar","owner":"x"}')] == [None] * 4
