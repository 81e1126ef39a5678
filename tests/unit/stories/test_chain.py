"""Records that do not follow on those before them are seen."""

from dataclasses import dataclass

from faust.types import TP

from workers.stories.chain import Chain, Follows
from workers.stories.transport import Spans

A = TP("articles", 0)


@dataclass
class Record:
    offset: int
    checksum: int | None = None


def chain(wanted: int) -> Chain:
    made = Chain()
    made.begin(A, wanted)
    return made


def test_a_record_follows_when_nothing_stands_between() -> None:
    made = chain(5)
    assert made.take(A, 5, read_from=5) is Follows.NEXT
    assert made.take(A, 9, read_from=6) is Follows.NEXT
    assert made.wanted(A) == 10


def test_what_was_taken_is_known_and_wanted_stays() -> None:
    made = chain(5)
    assert made.take(A, 4, read_from=0) is Follows.TAKEN
    assert made.wanted(A) == 5


def test_a_gap_is_seen_until_the_missing_record_comes() -> None:
    made = chain(5)
    assert made.take(A, 7, read_from=6) is Follows.GAP
    assert made.take(A, 8, read_from=8) is Follows.GAP
    assert made.take(A, 5, read_from=5) is Follows.NEXT


def test_a_partition_that_went_begins_anew() -> None:
    made = chain(5)
    made.forget()
    assert not made.knows(A)


def link(spans: Spans, before: int, offsets: list[int], after: int) -> list[int | None]:
    linked = spans.link({A: before}, {A: [Record(o) for o in offsets]} if offsets else {}, {A: after})
    return [record.checksum for record in linked.get(A, [])]


def test_each_record_tells_where_reading_came_from() -> None:
    spans = Spans()
    assert link(spans, 3, [4, 5, 8], 10) == [3, 5, 6]
    assert link(spans, 10, [10], 11) == [9]


def test_an_empty_stretch_read_in_several_steps_is_one() -> None:
    spans = Spans()
    assert link(spans, 3, [3], 4) == [3]
    assert link(spans, 4, [], 20) == []
    assert link(spans, 20, [], 30) == []
    assert link(spans, 30, [31], 32) == [4]


def test_a_seek_begins_a_new_stretch() -> None:
    spans = Spans()
    assert link(spans, 3, [3], 4) == [3]
    assert link(spans, 50, [52], 53) == [50]
    assert link(spans, 7, [7], 8) == [7]


def test_marks_behind_the_last_record_are_not_taken_for_records() -> None:
    spans = Spans()
    assert spans.read_to(A, 3) is None
    link(spans, 3, [3], 5)
    assert spans.read_to(A, 5) == 4
    assert spans.read_to(A, 9) == 9, "read by a step that told nothing"
