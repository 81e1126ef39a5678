"""What Faust's transport is told beside its settings."""

from faust.types import TP

from workers.stories.transport import NothingRead, ReadCommitted


def test_no_record_is_below_the_last_one_read() -> None:
    read, tp = NothingRead(), TP("g-index", 0)
    read[tp] = 7
    read.update({tp: 7})
    assert read[tp] is None


def test_faust_uses_our_consumer() -> None:
    assert "NothingRead" in ReadCommitted.Consumer.__init__.__code__.co_names
