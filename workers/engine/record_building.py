"""What kafka-python's producer does in Python for every byte of a key and every part of a record, in C: the same bytes and partitions."""

import time
from typing import Any

from kafka.partitioner import DefaultPartitioner
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatchBuilder, DefaultRecordMetadata

from workers.engine.record_bytes import murmur2, write_record

Headers = list[tuple[str, bytes | None]]


class RecordBatchBuilder(DefaultRecordBatchBuilder):  # type: ignore[misc]  # kafka-python has no types
    """A batch to be sent. `kafka.record.memory_records` makes it once `install()` was called."""

    # The base's, which has no types.
    _first_timestamp: int | None
    _max_timestamp: int

    def append(self, offset: int, timestamp: int | None, key: bytes | None, value: bytes | None, headers: Headers) -> Any:
        """As DefaultRecordBatchBuilder.append: None when the batch is full."""
        timestamp = int(time.time() * 1000) if timestamp is None else timestamp
        first = self._first_timestamp
        if first is None:
            self._first_timestamp = self._max_timestamp = timestamp
        record = write_record(offset, 0 if first is None else timestamp - first, key, value, headers)
        if first is not None and len(record) + len(self._buffer) > self._batch_size:
            return None
        self._max_timestamp = max(self._max_timestamp, timestamp)
        self._num_records += 1
        self._last_offset = offset
        self._buffer += record
        return DefaultRecordMetadata(offset, len(record), timestamp)


class Partitioner(DefaultPartitioner):  # type: ignore[misc]
    """By the key's hash, as every Kafka client does it; a record without a key goes anywhere."""

    def partition(self, topic: str, key: Any, serialized_key: bytes | None, value: Any, serialized_value: Any, cluster: Any) -> int:
        """As DefaultPartitioner.partition."""
        partitions = cluster.partitions_for_topic(topic)
        if serialized_key is None or not partitions:
            there: int = super().partition(topic, key, serialized_key, value, serialized_value, cluster)
            return there
        chosen: int = sorted(partitions)[(murmur2(serialized_key) & 0x7FFFFFFF) % len(partitions)]
        return chosen


def install() -> None:
    """Let kafka-python's producers make `RecordBatchBuilder`. For the whole process; may be called again."""
    memory_records.DefaultRecordBatchBuilder = RecordBatchBuilder
