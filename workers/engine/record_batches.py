"""Record batches as kafka-python reads them, but one record at a time, and with header names that are not UTF-8.

kafka-python 3.0.12 (`DefaultRecordBatch`) unpacks a compressed batch whole. Brokers and the client's limits count compressed bytes, so a
batch of 50 kB may unpack to gigabytes, and pages of 10 MB that fit one batch lie in memory together. Here the batch is unpacked as its
records are asked for, and a record too large for any of Rawi's topics is not kept whole.

Brokers and the Java client take header names of any bytes (Java reads U+FFFD in place of bad ones); librdkafka and Go clients can send
them. kafka-python decodes names strictly: `poll()` raises CorruptRecordError, and the next `poll()` spins in `Fetcher.fetched_records`
for ever. One such record would stop its partition for good.
"""

import codecs
import gzip
import io
import struct
from collections.abc import Iterator
from typing import Any, Protocol

import zstandard
from kafka import KafkaConsumer
from kafka.codec import snappy_decode
from kafka.errors import CorruptRecordError
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecord, DefaultRecordBatch
from kafka.record.util import decode_varint
from lz4.frame import LZ4FrameFile

from workers.engine.record_bytes import read_record

# The largest record Rawi writes is a dead letter: the largest input record (raw.pages' max.message.bytes) and 1 MiB of headers.
MAX_RECORD_BYTES = 27_262_976
# One poll() hands out this much and a record more at most, whatever number of records is asked for.
MAX_POLL_BYTES = 8 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_VARINT_BYTES = 10  # at most, each
_XERIAL = b"\x82SNAPPY\x00"  # snappy-java's framing: 16 bytes, then blocks with their length; librdkafka sends one block without


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class RecordBatch(DefaultRecordBatch):  # type: ignore[misc]  # kafka-python has no types
    """A batch whose records are unpacked one by one. `kafka.record.memory_records` makes it once `install()` was called."""

    # The base's, which has no types.
    _buffer: bytes | bytearray
    _pos: int
    _decompressed: bool
    _stream: _Stream | None = None  # of no codec, and of a transaction's marker, which kafka-python reads without `__iter__`

    def _maybe_uncompress(self) -> None:
        if self._decompressed:
            return
        codec = self.compression_type
        if codec != self.CODEC_NONE:
            self._assert_has_codec(codec)
            self._stream = _STREAMS[codec](bytes(memoryview(self._buffer)[self._pos :]))
            self._buffer = b""  # what of the records is unpacked and not yet read
            self._pos = 0
        self._decompressed = True

    def _read_msg(self) -> Any:
        if self.is_control_batch:
            return super()._read_msg()
        if self._stream is not None:
            self._hold(_VARINT_BYTES)
        length, start = decode_varint(self._buffer, self._pos)
        if self._stream is not None:
            if length > MAX_RECORD_BYTES:
                return self._read_start(length)
            record_bytes = start - self._pos + length
            if not self._hold(record_bytes):
                raise self._ends_early()
            start = self._pos + record_bytes - length
        ts_delta, offset_delta, key, value, headers = read_record(self._buffer, start, start + length, _SAME_LENGTH)
        self._pos = start + length
        return DefaultRecord(length, self.base_offset + offset_delta, self._timestamp(ts_delta), self.timestamp_type, key, value, headers)

    def _timestamp(self, delta: int) -> int:
        timestamp: int = self.max_timestamp if self.timestamp_type == self.LOG_APPEND_TIME else self.first_timestamp + delta
        return timestamp

    def _read_start(self, length: int) -> Any:
        """Read a record that no topic of Rawi could take: no key, no headers, and its first bytes in place of its value.

        They are too many for a dead letter, so they are never published as if they were the original.
        """
        self._hold(MAX_RECORD_BYTES)
        _, start = decode_varint(self._buffer, self._pos)
        _, pos = decode_varint(self._buffer, start)  # attributes
        ts_delta, pos = decode_varint(self._buffer, pos)
        offset_delta, pos = decode_varint(self._buffer, pos)
        value = bytes(memoryview(self._buffer)[pos : self._pos + MAX_RECORD_BYTES])
        self._skip_to(start + length)
        return DefaultRecord(length, self.base_offset + offset_delta, self._timestamp(ts_delta), self.timestamp_type, None, value, [])

    def _hold(self, size: int) -> bool:
        """Unpack until `size` bytes from the next record's start on are there; False: the batch ends before."""
        while len(self._buffer) - self._pos < size:
            chunk = self._unpack(max(_CHUNK_BYTES, size - len(self._buffer) + self._pos))
            if not chunk:
                return False
            self._buffer = b"".join((memoryview(self._buffer)[self._pos :], chunk)) if self._pos < len(self._buffer) else chunk
            self._pos = 0
        return True

    def _skip_to(self, pos: int) -> None:
        """Go on at a place of the buffer that may not be unpacked yet, keeping nothing of what is before it."""
        while pos > len(self._buffer):
            pos -= len(self._buffer)
            self._buffer = self._unpack(_CHUNK_BYTES)  # a snappy block may reach past the place
            if not self._buffer:
                raise self._ends_early()
        self._pos = pos

    def _unpack(self, size: int) -> bytes:
        assert self._stream is not None
        try:
            return self._stream.read(size)
        except Exception as e:  # each codec has its own; kafka-python lets them out of poll()
            raise CorruptRecordError(f"the batch at offset {self.base_offset} cannot be unpacked: {type(e).__name__}: {e}") from e

    def _ends_early(self) -> CorruptRecordError:
        return CorruptRecordError(f"the batch at offset {self.base_offset} ends within a record")


def install() -> None:
    """Let kafka-python make `RecordBatch` of what it fetches. For the whole process; may be called again."""
    memory_records.DefaultRecordBatch = RecordBatch


def bound_polls(consumer: KafkaConsumer) -> None:
    """Let `consumer.poll()` end at MAX_POLL_BYTES: it asks its fetcher for a number of records, of any size."""
    fetcher = consumer._fetcher
    append = fetcher._append

    def append_bounded(drained: dict[Any, list[Any]], part: Any, max_records: int, update_offsets: bool) -> int:
        held = sum(_size(record) for records in drained.values() for record in records)
        taken = 0
        while taken < max_records and append(drained, part, 1, update_offsets):
            taken += 1
            held += _size(drained[part.topic_partition][-1])
            if held >= MAX_POLL_BYTES:
                return max_records  # as if all that were asked for had been found
        return taken

    fetcher._append = append_bounded


def _size(record: Any) -> int:
    size: int = max(0, record.serialized_key_size) + max(0, record.serialized_value_size) + max(0, record.serialized_header_size)
    return size


class _SnappyBlocks:
    """A snappy payload, block by block. A block cannot be read in parts, and is at most some 21 times its compressed size."""

    def __init__(self, payload: bytes) -> None:
        self._blocks = _snappy_blocks(payload)

    def read(self, _size: int, /) -> bytes:
        """The next block, whole."""
        return next((bytes(plain) for block in self._blocks if (plain := snappy_decode(block))), b"")


def _snappy_blocks(payload: bytes) -> Iterator[bytes]:
    if not payload.startswith(_XERIAL):
        yield payload
        return
    pos = 16
    while pos < len(payload):
        (size,) = struct.unpack_from("!i", payload, pos)
        yield payload[pos + 4 : pos + 4 + size]
        pos += 4 + size


_STREAMS: dict[int, Any] = {
    DefaultRecordBatch.CODEC_GZIP: lambda payload: gzip.GzipFile(fileobj=io.BytesIO(payload)),
    DefaultRecordBatch.CODEC_SNAPPY: _SnappyBlocks,
    DefaultRecordBatch.CODEC_LZ4: lambda payload: LZ4FrameFile(io.BytesIO(payload)),
    DefaultRecordBatch.CODEC_ZSTD: lambda payload: zstandard.ZstdDecompressor().stream_reader(payload, read_across_frames=True),
}


def _question_marks(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "?" * (error.end - error.start), error.end


_SAME_LENGTH = "rawi.same_length"
codecs.register_error(_SAME_LENGTH, _question_marks)
