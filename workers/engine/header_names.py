"""Lets kafka-python read records whose header names are not UTF-8.

Kafka's brokers and its Java client take such names (Java reads U+FFFD in place of the bad bytes); librdkafka and Go clients can send them.
kafka-python 3.0.12 decodes names strictly (`DefaultRecordBatch._read_msg`): `poll()` raises CorruptRecordError, and the next `poll()` spins
in `Fetcher.fetched_records` for ever. One such record would stop its partition for good.
"""

import codecs
from typing import Any

from kafka.record.default_records import DefaultRecordBatch
from kafka.record.util import decode_varint


def install() -> None:
    """Replace bad bytes of header names by `?`, one by one, where a batch is unpacked. For the whole process; may be called again."""
    read = DefaultRecordBatch._read_msg
    if getattr(read, "is_lenient", False):
        return

    def read_leniently(batch: DefaultRecordBatch) -> Any:
        try:
            return read(batch)
        except UnicodeDecodeError:
            _repair(batch._buffer, batch._pos)  # the batch's own copy, its checksum already looked at
            return read(batch)

    read_leniently.is_lenient = True  # type: ignore[attr-defined]
    DefaultRecordBatch._read_msg = read_leniently


def _repair(buffer: bytearray, pos: int) -> None:
    """Make the header names of the record at `pos` UTF-8, without changing their lengths."""
    for _ in ("length", "attributes", "timestamp", "offset"):
        _, pos = decode_varint(buffer, pos)
    for _ in ("key", "value"):
        length, pos = decode_varint(buffer, pos)
        pos += max(0, length)
    count, pos = decode_varint(buffer, pos)
    for _ in range(count):
        length, pos = decode_varint(buffer, pos)
        buffer[pos : pos + length] = buffer[pos : pos + length].decode(errors=_SAME_LENGTH).encode()
        pos += length
        length, pos = decode_varint(buffer, pos)
        pos += max(0, length)


def _question_marks(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "?" * (error.end - error.start), error.end


_SAME_LENGTH = "rawi.same_length"
codecs.register_error(_SAME_LENGTH, _question_marks)
