"""Character references in a page's bytes."""

from workers.native.scan cimport Bytes, is_digit

cdef enum:
    LAST_NUMBER = 0x110000  # larger ones are alike


cdef inline bint is_hex(unsigned char c) noexcept nogil:
    return is_digit(c) or 97 <= (c | 32) <= 102


cdef inline Py_ssize_t after_number(Bytes p, Py_ssize_t at, Py_ssize_t n, long* number) noexcept nogil:
    """The end of the `#` and the digits of a reference, and their number, at most LAST_NUMBER; -1 for none."""
    cdef int base = 10, c
    cdef Py_ssize_t first
    cdef long value = 0
    if at >= n or p[at] != b"#":
        return -1
    at += 1
    if at < n and p[at] | 32 == b"x":
        base = 16
        at += 1
    first = at
    while at < n and (is_hex(p[at]) if base == 16 else is_digit(p[at])):
        c = p[at]
        value = min(value * base + (c - 48 if c < 58 else (c | 32) - 87), <long>LAST_NUMBER)
        at += 1
    number[0] = value
    return at if at > first else -1
