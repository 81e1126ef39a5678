"""Records of Kafka's batches (message format 2) from and to bytes, and the hash that says which partition a key is for."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL

cdef class _Reader:
    """Reads a record's parts; every read is held against `end`."""

    cdef const unsigned char* data
    cdef Py_ssize_t at
    cdef Py_ssize_t end

    cdef int64_t number(self) except? -1:
        """A zigzag varint of at most 64 bits."""
        cdef uint64_t value = 0
        cdef int shift = 0
        cdef unsigned char byte
        while True:
            if self.at >= self.end:
                raise ValueError("the record ends within a number")
            byte = self.data[self.at]
            self.at += 1
            value |= <uint64_t>(byte & 0x7F) << shift
            if not byte & 0x80:
                return <int64_t>(value >> 1) ^ -<int64_t>(value & 1)
            shift += 7
            if shift > 63:
                raise ValueError("a number of more than 64 bits")

    cdef const char* take(self, int64_t size) except NULL:
        """The next `size` bytes, not below 0."""
        cdef const char* found = <const char*>self.data + self.at
        if size < 0 or size > self.end - self.at:
            raise ValueError("the record ends within its bytes")
        self.at += size
        return found

    cdef bytes nullable(self):
        cdef int64_t size = self.number()
        if size < 0:
            return None
        return PyBytes_FromStringAndSize(self.take(size), size)


def read_record(const unsigned char[::1] held, Py_ssize_t start, Py_ssize_t end, str name_errors):
    """Return timestamp delta, offset delta, key, value and headers of the record whose body is `held[start:end]`.

    `name_errors`: the codec error handler for header names that are not UTF-8. Raises ValueError for what is no record of that size.
    """
    if not 0 <= start <= end <= held.shape[0] or start == end:
        raise ValueError("no record")
    cdef bytes errors = name_errors.encode()
    cdef _Reader reader = _Reader()
    cdef int64_t timestamp, offset, count, size
    cdef const char* name
    reader.data, reader.at, reader.end = &held[0], start, end
    reader.number()  # attributes, of which there are none yet
    timestamp = reader.number()
    offset = reader.number()
    key = reader.nullable()
    value = reader.nullable()
    count = reader.number()
    if count < 0:
        raise ValueError("a number of headers below 0")
    headers = []
    while count:
        size = reader.number()
        name = reader.take(size)
        headers.append((PyUnicode_DecodeUTF8(name, size, PyBytes_AS_STRING(errors)), reader.nullable()))
        count -= 1
    if reader.at != end:
        raise ValueError("the record does not end where it says")
    return timestamp, offset, key, value, headers


cdef inline uint64_t _zigzag(int64_t value) noexcept:
    return (<uint64_t>value << 1) ^ <uint64_t>(value >> 63)


cdef Py_ssize_t _number_size(int64_t value) noexcept:
    cdef uint64_t left = _zigzag(value) >> 7
    cdef Py_ssize_t size = 1
    while left:
        size += 1
        left >>= 7
    return size


cdef char* _put_number(char* to, int64_t value) noexcept:
    cdef uint64_t left = _zigzag(value)
    while left > 0x7F:
        to[0] = <char>(0x80 | (left & 0x7F))
        to += 1
        left >>= 7
    to[0] = <char>left
    return to + 1


cdef char* _put_nullable(char* to, bytes value) noexcept:
    if value is None:
        return _put_number(to, -1)
    to = _put_number(to, PyBytes_GET_SIZE(value))
    memcpy(to, PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value))
    return to + PyBytes_GET_SIZE(value)


cdef inline Py_ssize_t _nullable_size(bytes value) noexcept:
    return 1 if value is None else _number_size(PyBytes_GET_SIZE(value)) + PyBytes_GET_SIZE(value)


def write_record(int64_t offset, int64_t timestamp, bytes key, bytes value, list headers not None):
    """Return a record with its length before it. `offset` and `timestamp` are relative to its batch.

    Raises TypeError for what cannot stand in a record, UnicodeEncodeError for a header's name that UTF-8 cannot carry.
    """
    cdef Py_ssize_t size, name_size
    cdef const char* name
    cdef bytes header_value
    cdef tuple header  # no other's: iterating over one runs no code that could change what was measured
    cdef char* to
    size = 1 + _number_size(timestamp) + _number_size(offset) + _nullable_size(key) + _nullable_size(value) + _number_size(len(headers))
    for header in headers:
        header_name, header_value = header
        PyUnicode_AsUTF8AndSize(header_name, &name_size)
        size += _number_size(name_size) + name_size + _nullable_size(header_value)
    cdef bytes record = PyBytes_FromStringAndSize(NULL, _number_size(size) + size)
    to = _put_number(PyBytes_AS_STRING(record), size)
    to[0] = 0  # attributes
    to = _put_number(to + 1, timestamp)
    to = _put_number(to, offset)
    to = _put_nullable(to, key)
    to = _put_nullable(to, value)
    to = _put_number(to, len(headers))
    for header in headers:
        header_name, header_value = header
        name = PyUnicode_AsUTF8AndSize(header_name, &name_size)
        to = _put_number(to, name_size)
        memcpy(to, name, name_size)
        to = _put_nullable(to + name_size, header_value)
    return record


def murmur2(bytes key not None):
    """MurmurHash2 as the Java client's `Utils.murmur2`, unsigned."""
    cdef uint32_t mix = 0x5BD1E995
    cdef Py_ssize_t size = PyBytes_GET_SIZE(key)
    cdef const unsigned char* data = <const unsigned char*>PyBytes_AS_STRING(key)
    cdef uint32_t found = <uint32_t>0x9747B28C ^ <uint32_t>size
    cdef uint32_t word
    cdef Py_ssize_t at = 0
    while at + 4 <= size:
        word = data[at] | (<uint32_t>data[at + 1] << 8) | (<uint32_t>data[at + 2] << 16) | (<uint32_t>data[at + 3] << 24)
        word *= mix
        word ^= word >> 24
        found = (found * mix) ^ (word * mix)
        at += 4
    if size - at == 3:
        found ^= <uint32_t>data[at + 2] << 16
    if size - at >= 2:
        found ^= <uint32_t>data[at + 1] << 8
    if size - at >= 1:
        found = (found ^ data[at]) * mix
    found ^= found >> 13
    found *= mix
    return found ^ (found >> 15)
