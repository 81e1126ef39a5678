"""The bookkeeping of open pages."""

from typing import Any, cast

from kafka import TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from schemas.headers import PageHeaders
from workers.engine.caution import Caution
from workers.engine.pages import Finished, Lane, OpenPages, Page, size_of

P0, P1 = TopicPartition("t", 0), TopicPartition("t", 1)


def page(partition: int, offset: int, size_bytes: int = 10) -> Page:
    record = ConsumerRecord("t", partition, 0, offset, 0, 0, None, b"", [], None, -1, 0, 0)
    return Page(record, [], PageHeaders(), size_bytes)


def opened(max_pages: int = 10, max_bytes: int = 1_000, caution: Caution | None = None) -> OpenPages:
    pages = OpenPages(max_pages=max_pages, max_bytes=max_bytes)
    pages.restart({tp: Lane(committed=0, caution=caution or Caution()) for tp in (P0, P1)})
    return pages


def finish(page: Page) -> None:
    page.finished = Finished(cast(Any, None), [])


def test_all_that_a_record_holds_counts_its_key_and_the_names_of_its_headers_too() -> None:
    headers = [("n" * 40, b"v" * 5), ("none", None)]
    assert size_of(ConsumerRecord("t", 0, 0, 0, 0, 0, b"k" * 1_000, b"p" * 300, headers, None, -1, 0, 0)) == 1_349
    assert size_of(ConsumerRecord("t", 0, 0, 0, 0, 0, None, None, [], None, -1, 0, 0)) == 0


def test_a_page_in_work_is_never_passed() -> None:
    pages = opened()
    first, second = page(0, 0), page(0, 1)
    for each in (first, second):
        pages.arrive(each)
        pages.begin_next()
    finish(second)
    assert pages.finished_head() is None
    finish(first)
    for each in (first, second):
        assert pages.finished_head() is each
        pages.take(each)
    assert pages.lanes[P0].head == 2
    assert pages.lanes[P0].committed == 0
    pages.committed([first, second])
    assert (pages.lanes[P0].committed, pages.pages, pages.bytes) == (2, 0, 0)


def test_pages_are_open_until_committed_and_bounded_in_number() -> None:
    pages = opened(max_pages=2)
    pages.arrive(page(0, 0))
    assert pages.room() == 1
    pages.arrive(page(0, 1))
    assert pages.room() == 0


def test_pages_are_bounded_in_bytes() -> None:
    pages = opened(max_bytes=100)
    pages.arrive(page(0, 0, size_bytes=100))
    assert pages.room() == 0
    assert not pages.is_half_empty()


def test_a_long_partition_does_not_starve_a_short_one() -> None:
    pages = opened()
    for offset in range(3):
        pages.arrive(page(0, offset))
    pages.arrive(page(1, 0))
    begun = [pages.begin_next() for _ in range(2)]
    assert [p.record.partition for p in begun if p] == [0, 1]


def test_a_careful_lane_stays_careful_until_its_suspects_have_passed() -> None:
    pages = opened(caution=Caution(until=2, deaths=1))
    lane = pages.lanes[P0]
    for offset in range(2):
        each = page(0, offset)
        pages.arrive(each)
        assert lane.is_careful()
        pages.begin(lane)
        finish(each)
        pages.take(each)
    assert not lane.is_careful()
