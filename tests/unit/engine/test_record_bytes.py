"""Records in C against kafka-python's own reading and writing of them."""

import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kafka.cluster import ClusterMetadata
from kafka.partitioner import DefaultPartitioner
from kafka.partitioner.default import murmur2 as python_murmur2
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecordsBuilder

from workers.engine import record_building
from workers.engine.record_building import Partitioner, RecordBatchBuilder
from workers.engine.record_bytes import murmur2, read_record, write_record

BYTES = st.none() | st.binary(max_size=300)
HEADERS = st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), BYTES), max_size=20)


def builder(kind: Any, batch_size: int = 1 << 40) -> Any:
    return kind(
        magic=2, compression_type=0, is_transactional=False, producer_id=-1, producer_epoch=-1, base_sequence=-1, batch_size=batch_size
    )


@given(st.lists(st.tuples(st.integers(0, 2**41), BYTES, BYTES, HEADERS), max_size=5), st.integers(100, 2_000))
def test_whatever_is_sent_becomes_the_bytes_that_kafka_python_makes(records: list[Any], batch_size: int) -> None:
    ours, theirs = builder(RecordBatchBuilder, batch_size), builder(DefaultRecordBatchBuilder, batch_size)
    for offset, (timestamp, key, value, headers) in enumerate(records):
        mine, its = ours.append(offset, timestamp, key, value, headers), theirs.append(offset, timestamp, key, value, headers)
        assert (mine is None) == (its is None)
        if its is not None:
            assert (mine.offset, mine.size, mine.timestamp) == (its.offset, its.size, its.timestamp)
    assert ours.build() == theirs.build()


@pytest.mark.parametrize("size", [0, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576])
def test_lengths_at_the_ends_of_a_varints_bytes_are_written_as_kafka_python_writes_them(size: int) -> None:
    ours, theirs = builder(RecordBatchBuilder), builder(DefaultRecordBatchBuilder)
    for one in (ours, theirs):
        one.append(0, 1_000, None, bytes(size), [])
        one.append(size, 1_000 - size, b"", None, [("n" * size, None)])
    assert ours.build() == theirs.build()


@given(st.integers(0, 2**31 - 1), st.integers(-(2**41), 2**41), BYTES, BYTES, HEADERS)
def test_what_is_written_is_read_again(offset: int, timestamp: int, key: bytes | None, value: bytes | None, headers: Any) -> None:
    record = write_record(offset, timestamp, key, value, headers)
    start = next(at for at, byte in enumerate(record) if not byte & 0x80) + 1
    assert read_record(bytearray(b"before" + record + b"behind"), 6 + start, 6 + len(record), "strict") == (
        timestamp,
        offset,
        key,
        value,
        headers,
    )


@given(st.binary(max_size=60), st.integers(-2, 62), st.integers(-2, 62))
@example(b"\0\0\0\1\1\xff\xff\xff\xff\x0f", 0, 10)  # two milliards of headers
@example(b"\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1", 0, 13)  # a key of 2**63 - 1 bytes
@example(b"\0" + b"\x80" * 20, 0, 21)
def test_bytes_that_are_no_record_are_an_error_and_nothing_past_them_is_read(held: bytes, start: int, end: int) -> None:
    try:
        _, _, key, value, headers = read_record(held, start, end, "replace")
    except ValueError:
        return
    assert len(key or b"") + len(value or b"") + sum(len(part or b"") for _, part in headers) < end - start


def test_what_cannot_stand_in_a_record_is_refused() -> None:
    wrong: list[Any] = [("key", None, []), (None, "value", []), (None, None, [("name", "text")]), (None, None, [["name", b""]])]
    for key, value, headers in [*wrong, (None, None, [(b"name", b"")])]:
        with pytest.raises(TypeError):
            write_record(0, 0, key, value, headers)
    with pytest.raises(UnicodeEncodeError):
        write_record(0, 0, None, None, [("\ud800", b"")])


@given(st.binary(max_size=100))
@example(b"")
def test_keys_hash_as_kafka_pythons_do(key: bytes) -> None:
    assert murmur2(key) == python_murmur2(key)


def test_no_key_has_no_hash() -> None:
    nothing: Any = None
    with pytest.raises(TypeError):  # it once read what lies behind None
        murmur2(nothing)


def test_a_key_goes_to_the_partition_that_the_default_partitioner_names(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = ClusterMetadata()
    monkeypatch.setattr(cluster, "topics", lambda: {"t"})
    monkeypatch.setattr(cluster, "partitions_for_topic", lambda topic: {3, 0, 2, 1, 4} if topic == "t" else None)
    monkeypatch.setattr(cluster, "available_partitions_for_topic", lambda topic: {0, 1})
    for key in (random.Random(1).randbytes(size) for size in range(64)):
        arguments = ("t", key, key, None, None, cluster)
        assert Partitioner().partition(*arguments) == DefaultPartitioner().partition(*arguments)
    assert Partitioner().partition("t", None, None, None, None, cluster) in {0, 1}
    with pytest.raises(ValueError, match="not found"):
        Partitioner().partition("another", b"k", b"k", None, None, cluster)


def test_kafka_pythons_producers_make_these_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_records, "DefaultRecordBatchBuilder", DefaultRecordBatchBuilder)
    record_building.install()
    made = MemoryRecordsBuilder(2, 0, 1_000)
    made.append(None, b"key", b"value", [("name", b"value")])
    made.close()
    [[record]] = list(made.records())
    assert (record.key, record.value, record.headers) == (b"key", b"value", [("name", b"value")])
    assert record.timestamp > 1_700_000_000_000
