"""The ledger finds each kind of harm: a check that cannot fail proves nothing."""

from dataclasses import replace

from schemas.records import Outcome, Sizes, Source, Timings
from tests.faults.ledger import Books, Harm, Letter, judge


def outcome(offset: int, *article_ids: str, dead: bool = False) -> Outcome:
    return Outcome(
        url=None,
        source=Source(topic="t", partition=0, offset=offset),
        outcome="dead_lettered" if dead else "published",
        reason="timeout" if dead else None,
        article_ids=list(article_ids),
        sizes=Sizes(raw_bytes=1, article_bytes=1),
        timings=Timings(total_ms=1.0, stages={}),
    )


GOOD = Books(
    fed=frozenset({(0, 0), (0, 1), (0, 2)}),
    committed={0: 3},
    outcomes=[outcome(0, "a" * 64), outcome(1, "b" * 64), outcome(2, dead=True)],
    articles=[("a" * 64, b"1"), ("b" * 64, b"2")],
    letters=[Letter((0, 2), "timeout", 1)],
)
GUILTY = {(0, 2): Harm("timeout", frozenset({1}))}


def test_a_whole_ledger_has_nothing_wrong() -> None:
    verdict = judge(GOOD, guilty=GUILTY)
    assert (verdict.pages, verdict.wrong, verdict.duplicated) == (3, 0, 0)


def test_a_page_below_the_committed_offset_without_an_outcome_is_lost() -> None:
    assert judge(replace(GOOD, outcomes=GOOD.outcomes[1:], articles=GOOD.articles[1:]), guilty=GUILTY).lost == 1


def test_an_outcome_without_its_article_or_dead_letter_is_lost() -> None:
    assert judge(replace(GOOD, articles=GOOD.articles[:1], letters=[]), guilty=GUILTY).lost == 2


def test_a_page_above_the_committed_offset_is_lag() -> None:
    verdict = judge(replace(GOOD, committed={0: 2}), guilty=GUILTY)
    assert (verdict.lag, verdict.lost) == (1, 0)


def test_a_second_outcome_is_a_duplicate() -> None:
    verdict = judge(replace(GOOD, outcomes=[*GOOD.outcomes, GOOD.outcomes[0]], articles=[*GOOD.articles, GOOD.articles[0]]), guilty=GUILTY)
    assert (verdict.duplicated, verdict.wrong) == (1, 0)


def test_outputs_that_nothing_explains_are_found() -> None:
    more = replace(
        GOOD,
        articles=[*GOOD.articles, ("c" * 64, b"3")],
        letters=[*GOOD.letters, Letter((0, 1), "crash", 2)],
        outcomes=[*GOOD.outcomes, outcome(9, "a" * 64)],
    )
    assert judge(more, guilty=GUILTY).unexplained == 3


def test_records_of_one_id_that_differ_are_found() -> None:
    assert judge(replace(GOOD, articles=[*GOOD.articles, ("a" * 64, b"other")]), guilty=GUILTY).unequal == 1


def test_an_innocent_page_that_was_not_published_is_found() -> None:
    assert judge(GOOD).innocent == 1


def test_a_page_made_to_fail_that_did_not_is_found() -> None:
    assert judge(GOOD, guilty=GUILTY | {(0, 1): Harm("crash", frozenset({2}))}).spared == 1


def test_a_page_that_failed_in_another_way_than_it_was_made_to_is_found() -> None:
    assert judge(GOOD, guilty={(0, 2): Harm("memory", frozenset({1}))}).spared == 2  # not as made, and otherwise
    assert judge(GOOD, guilty={(0, 2): Harm("timeout", frozenset({2}))}).spared == 2


def test_a_published_page_without_an_article_is_lost() -> None:
    assert judge(replace(GOOD, outcomes=[outcome(0), *GOOD.outcomes[1:]], articles=GOOD.articles[1:]), guilty=GUILTY).lost == 1


def test_a_page_published_again_under_another_id_is_found() -> None:
    again = replace(GOOD, outcomes=[*GOOD.outcomes, outcome(0, "c" * 64)], articles=[*GOOD.articles, ("c" * 64, b"1")])
    verdict = judge(again, guilty=GUILTY)
    assert (verdict.duplicated, verdict.unequal) == (1, 1)
