"""What an earlier page of the same URL means."""

import pytest

from schemas.records import Source
from workers.engine.seen import GONE, Verdict, tombstones, verdict
from workers.store.protocol import Remembered

CLAIM = Remembered(page_sha256="aa", source=Source(topic="t", partition=0, offset=10), rules_version="1", article_ids=["id1"])


def judge(
    remembered: Remembered | None = CLAIM, *, sha: str = "aa", partition: int = 0, offset: int = 11, rules: str = "1", again: bool = False
) -> Verdict:
    source = Source(topic="t", partition=partition, offset=offset)
    return verdict(remembered, page_sha256=sha, source=source, rules_version=rules, reprocess=again)


def test_the_same_bytes_from_a_later_record_are_unchanged() -> None:
    assert judge() is Verdict.UNCHANGED
    assert judge(partition=3, offset=2) is Verdict.UNCHANGED


def test_a_redelivery_of_the_claiming_record_goes_through() -> None:
    assert judge(offset=10) is Verdict.NEW


def test_a_replay_of_an_earlier_offset_goes_through() -> None:
    assert judge(offset=3) is Verdict.NEW


def test_other_bytes_other_rules_reprocessing_and_strangers_go_through() -> None:
    assert [judge(sha="bb"), judge(rules="2"), judge(again=True), judge(None)] == [Verdict.NEW] * 4


@pytest.mark.parametrize(("remembered", "ids"), [(None, []), (CLAIM, ["id1"])])
def test_a_page_that_is_gone_deletes_what_its_url_had_published(remembered: Remembered | None, ids: list[str]) -> None:
    assert tombstones(remembered, Source(topic="t", partition=0, offset=12)) == ids


def test_a_page_that_is_still_gone_deletes_nothing_again_but_its_redelivery_does() -> None:
    source = Source(topic="t", partition=0, offset=12)
    gone = Remembered(page_sha256=GONE, source=source, rules_version="1", article_ids=["id1"])
    assert tombstones(gone, Source(topic="t", partition=0, offset=13)) == []
    assert tombstones(gone, source) == ["id1"]
