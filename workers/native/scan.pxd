"""Bytes read from literal to literal, by `memchr`; and what is kept moves down in one buffer: a pass never writes past where it reads.

All places are bytes from the beginning of `p`. `n` bytes of it are read; no byte ends it.
"""

from libc.string cimport memchr, memcmp, memmove, strlen

cdef extern from "string.h":
    void* memmem(const void* haystack, size_t size, const void* needle, size_t needle_size) nogil

ctypedef const unsigned char* Bytes


cdef inline Py_ssize_t find(Bytes p, Py_ssize_t at, Py_ssize_t n, int byte) noexcept nogil:
    """Where the byte is next in [at, n); -1 for nowhere."""
    cdef Bytes found
    if at >= n:
        return -1
    found = <Bytes> memchr(p + at, byte, n - at)
    return -1 if found is NULL else found - p


cdef inline Py_ssize_t find_text(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """Where the text, in this case, is next, all of it in [at, n); -1 for nowhere."""
    cdef Bytes found
    if at >= n:
        return -1
    found = <Bytes> memmem(p + at, n - at, text, strlen(text))
    return -1 if found is NULL else found - p


cdef inline Py_ssize_t after_text(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """The end of a text, in this case, that begins at `at`; -1 when it is not there."""
    cdef Py_ssize_t size = <Py_ssize_t> strlen(text)
    return at + size if size <= n - at and memcmp(p + at, text, size) == 0 else -1


cdef inline Py_ssize_t after_either(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* lower) noexcept nogil:
    """As `after_text`, in either case. `lower`: in lower case."""
    cdef unsigned char c
    while lower[0]:
        if at >= n:
            return -1
        c = p[at]
        if 65 <= c <= 90:
            c |= 32
        if c != <unsigned char> lower[0]:
            return -1
        at += 1
        lower += 1
    return at


cdef inline Py_ssize_t after_word(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* lower) noexcept nogil:
    """As `after_either`, where no letter, digit or underscore follows."""
    cdef Py_ssize_t end = after_either(p, at, n, lower)
    return -1 if end < 0 or (end < n and (is_letter(p[end]) or is_digit(p[end]) or p[end] == b"_")) else end


cdef inline Py_ssize_t keep(unsigned char* to, Py_ssize_t size, Bytes p, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """Move [start, end) to the end of what is kept; the new size."""
    if end > start:
        memmove(to + size, p + start, end - start)
        return size + end - start
    return size


# Kinds of bytes, all of ASCII


cdef inline bint is_space(unsigned char c) noexcept nogil:
    return c == 32 or 9 <= c <= 13


cdef inline bint is_digit(unsigned char c) noexcept nogil:
    return 48 <= c <= 57


cdef inline bint is_letter(unsigned char c) noexcept nogil:
    return 97 <= (c | 32) <= 122


cdef inline bint is_quote(unsigned char c) noexcept nogil:
    return c == 34 or c == 39
