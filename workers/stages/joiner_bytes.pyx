# cython: language_level=3, boundscheck=False, wraparound=False
"""The zero-width joiners in a page's bytes, replaced. As a regular expression: tests/unit/stages."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memmove

from workers.native.scan cimport Bytes, after_text, find, is_digit, is_letter, keep
from workers.stages.references cimport after_number


def with_joiners(bytes markup not None, bytes zwnj not None, bytes zwj not None) -> bytes:
    """The markup with zero-width joiners replaced, written as themselves or as references. `zwnj`, `zwj`: three bytes each.

    Raises MemoryError, and ValueError for other bytes.
    """
    cdef Py_ssize_t n = len(markup), size
    cdef Bytes p = <Bytes>PyBytes_AS_STRING(markup)
    cdef unsigned char* kept
    if len(zwnj) != 3 or len(zwj) != 3:
        raise ValueError("a stand-in for a joiner has three bytes")
    if _next_joiner(p, 0, n) < 0 and _next_joiner_reference(p, 0, n, &size, NULL) < 0:
        return markup
    kept = <unsigned char*>PyMem_Malloc(n + 1)
    if kept is NULL:
        raise MemoryError
    try:
        n = _replace_references(p, n, kept, <Bytes>PyBytes_AS_STRING(zwnj), <Bytes>PyBytes_AS_STRING(zwj))
        _replace_joiners(kept, n, <Bytes>PyBytes_AS_STRING(zwnj), <Bytes>PyBytes_AS_STRING(zwj))
        return PyBytes_FromStringAndSize(<char*>kept, n)
    finally:
        PyMem_Free(kept)


cdef Py_ssize_t _next_joiner(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Where U+200C or U+200D is next; -1 for nowhere."""
    while True:
        at = find(p, at, n - 2, 0xE2)
        if at < 0 or p[at + 1] == 0x80 and (p[at + 2] == 0x8C or p[at + 2] == 0x8D):
            return at
        at += 1


cdef Py_ssize_t _next_joiner_reference(Bytes p, Py_ssize_t at, Py_ssize_t n, Py_ssize_t* end, bint* is_zwj) noexcept nogil:
    """Where a reference to one is next, and where that ends; -1 for nowhere."""
    cdef Py_ssize_t after
    cdef long number = 0
    while True:
        at = find(p, at, n, b"&")
        if at < 0:
            return -1
        after = after_text(p, at + 1, n, "zwnj")
        number = 0x200C
        if after < 0:
            after = after_text(p, at + 1, n, "zwj")
            number = 0x200D
        if after < 0:
            after = after_number(p, at + 1, n, &number)
        if after >= 0 and (number == 0x200C or number == 0x200D) and not (after < n and (is_letter(p[after]) or is_digit(p[after]))):
            end[0] = after + (after < n and p[after] == b";")
            if is_zwj is not NULL:
                is_zwj[0] = number == 0x200D
            return at
        at += 1


cdef Py_ssize_t _replace_references(Bytes p, Py_ssize_t n, unsigned char* to, Bytes zwnj, Bytes zwj) noexcept nogil:
    """By three bytes each: none is shorter."""
    cdef Py_ssize_t size = 0, start = 0, at, end = 0
    cdef bint is_zwj = False
    while True:
        at = _next_joiner_reference(p, start, n, &end, &is_zwj)
        if at < 0:
            return keep(to, size, p, start, n)
        size = keep(to, size, p, start, at)
        size = keep(to, size, zwj if is_zwj else zwnj, 0, 3)
        start = end


cdef void _replace_joiners(unsigned char* p, Py_ssize_t n, Bytes zwnj, Bytes zwj) noexcept nogil:
    cdef Py_ssize_t at = 0
    while True:
        at = _next_joiner(p, at, n)
        if at < 0:
            return
        memmove(p + at, zwj if p[at + 2] == 0x8D else zwnj, 3)
        at += 3
