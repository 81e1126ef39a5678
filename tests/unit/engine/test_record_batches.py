"""What kafka-python makes of fetched batches, and what Rawi's reading of them makes instead."""

import io
import struct
import tracemalloc
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from kafka.codec import snappy_encode
from kafka.errors import CorruptRecordError
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords

from workers.engine import record_batches
from workers.engine.record_batches import MAX_POLL_BYTES, MAX_RECORD_BYTES, RecordBatch

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
MB = 1_000_000
Record = tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]


def batch(records: list[Record], compression: int) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=compression,
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1 << 40,
    )
    for offset, (key, value, headers) in enumerate(records):
        builder.append(offset, 1_000 + offset, key, value, headers)
    return bytes(builder.build())


def told(records: Any) -> list[tuple[Any, ...]]:
    return [(r.offset, r.timestamp, r.key, r.value, r.headers, r.size_in_bytes) for r in records]


@pytest.mark.parametrize("codec", CODECS)
def test_a_batch_of_any_codec_reads_as_kafka_python_reads_it(codec: str) -> None:
    records: list[Record] = [(b"k%d" % n, bytes([n]) * (n * 40_000), [("url", b"u"), ("none", None)]) for n in range(20)]
    records += [(None, None, []), (b"", b"", [])]
    raw = batch(records, CODECS[codec])
    assert told(RecordBatch(raw)) == told(DefaultRecordBatch(raw))
    assert RecordBatch(raw).validate_crc()


@given(
    st.lists(
        st.tuples(
            st.none() | st.binary(max_size=20),
            st.none() | st.binary(max_size=300),
            st.lists(st.tuples(st.text(max_size=5), st.none() | st.binary(max_size=9)), max_size=3),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(sorted(CODECS.values())),
)
def test_whatever_is_in_a_batch_reads_as_kafka_python_reads_it(records: list[Record], compression: int) -> None:
    raw = batch(records, compression)
    assert told(RecordBatch(raw)) == told(DefaultRecordBatch(raw))


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_a_batch_that_unpacks_to_much_more_is_held_a_record_at_a_time(codec: str) -> None:
    raw = batch([(None, bytes(4 * MB), []) for _ in range(40)], CODECS[codec])
    tracemalloc.start()
    try:
        assert [len(record.value) for record in RecordBatch(raw)] == [4 * MB] * 40
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    whole_payload = len(raw)  # zeros: some 8 MB of 160 MB in snappy, which packs least
    assert peak < 4 * whole_payload + 24 * MB, f"{peak / MB:.0f} MB"


def test_a_record_larger_than_any_topic_takes_is_cut_and_its_neighbours_are_whole() -> None:
    raw = batch([(b"a", b"one", []), (b"b", bytes(200 * MB), [("url", b"u")]), (b"c", b"three", [("url", b"u")])], CODECS["zstd"])
    tracemalloc.start()
    try:
        before, cut, after = list(RecordBatch(raw))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (before.offset, before.value, after.offset, after.key, after.value) == (0, b"one", 2, b"c", b"three")
    assert (cut.offset, cut.timestamp, cut.key, cut.headers) == (1, 1_001, None, [])
    assert MAX_RECORD_BYTES - 50 < len(cut.value) <= MAX_RECORD_BYTES
    assert peak < 3 * MAX_RECORD_BYTES, f"{peak / MB:.0f} MB"


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
@pytest.mark.parametrize("above", [1, 100_000])
def test_what_follows_a_cut_record_is_read_however_little_was_too_much(codec: str, above: int) -> None:
    after: list[Record] = [(b"k%d" % n, bytes([n]) * 3_000, [("url", b"u")]) for n in range(50)]
    raw = batch([(None, bytes(MAX_RECORD_BYTES + above), []), *after], CODECS[codec])
    cut, *others = RecordBatch(raw)
    assert (cut.offset, cut.key) == (0, None)
    assert [(r.offset, r.key, r.value, r.headers) for r in others] == [(n, *record) for n, record in enumerate(after, 1)]


def test_what_follows_a_cut_record_in_one_snappy_block_is_read() -> None:
    framed = batch([(None, bytes(MAX_RECORD_BYTES + 1), []), (b"k", b"after", [])], CODECS["none"])
    head = DefaultRecordBatch.HEADER_STRUCT.size
    raw = bytearray(framed[:head] + snappy_encode(framed[head:], xerial_compatible=False))  # as librdkafka sends it
    raw[22] |= CODECS["snappy"]
    cut, other = RecordBatch(raw)
    assert (cut.offset, other.offset, other.key, other.value) == (0, 1, b"k", b"after")


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_a_batch_that_cannot_be_unpacked_is_corrupt_not_a_codecs_own_error(codec: str) -> None:
    raw = bytearray(batch([(None, bytes(range(256)) * 400, [])], CODECS[codec]))
    raw[80:] = bytes(len(raw) - 80)
    with pytest.raises(CorruptRecordError):
        list(RecordBatch(raw))


def test_a_batch_that_ends_within_a_record_is_corrupt() -> None:
    whole = RecordBatch(batch([(None, b"x" * 1000, [])], CODECS["zstd"]))
    iter(whole)
    whole._stream = io.BytesIO(b"\xd0\x0f\x00\x00\x00\x01")  # a record of 1000 bytes, of which 4 come
    with pytest.raises(CorruptRecordError, match="ends within a record"):
        next(whole)


@pytest.mark.parametrize("kind", ["abort", "commit"])
def test_a_transactions_marker_is_read_as_kafka_python_asks_for_it_without_iterating(kind: str) -> None:
    raw = bytearray(batch([(struct.pack("!hh", 0, kind == "commit"), b"\0" * 6, [])], CODECS["none"]))
    raw[22] |= DefaultRecordBatch.TRANSACTIONAL_MASK | DefaultRecordBatch.CONTROL_MASK  # the low byte of its attributes
    assert getattr(next(RecordBatch(raw)), kind)


def test_kafka_python_makes_these_batches_of_what_it_fetches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_records, "DefaultRecordBatch", DefaultRecordBatch)
    record_batches.install()
    assert type(MemoryRecords(batch([(None, b"x", [])], CODECS["zstd"])).next_batch()) is RecordBatch


class Fetcher:
    """As much of kafka-python's as hands records out."""

    def __init__(self, sizes: list[int]) -> None:
        self.left = sizes

    def _append(self, drained: dict[Any, list[Any]], part: Any, max_records: int, _update: bool) -> int:
        taken, self.left = self.left[:max_records], self.left[max_records:]
        drained[part.topic_partition] += [
            SimpleNamespace(serialized_key_size=-1, serialized_value_size=size, serialized_header_size=-1) for size in taken
        ]
        return len(taken)


def polled(sizes: list[int], max_records: int = 64) -> list[int]:
    """How many records each poll hands out, until all are."""
    consumer = SimpleNamespace(_fetcher=Fetcher(sizes))
    record_batches.bound_polls(consumer)
    part, counts = SimpleNamespace(topic_partition=TopicPartition("t", 0)), []
    while consumer._fetcher.left:
        drained: dict[Any, list[Any]] = defaultdict(list)
        left = max_records
        while left > 0 and (got := consumer._fetcher._append(drained, part, left, True)):  # as Fetcher.fetched_records does
            left -= got
        counts.append(len(drained[part.topic_partition]))
    return counts


def test_a_poll_hands_out_as_many_records_as_are_asked_for_while_they_are_small() -> None:
    assert polled([1000] * 150) == [64, 64, 22]


def test_a_poll_of_large_records_ends_at_its_bound_of_bytes() -> None:
    assert polled([10 * MB] * 3) == [1, 1, 1]
    assert polled([3 * MB] * 7) == [MAX_POLL_BYTES // (3 * MB) + 1] * 2 + [1]
