# cython: language_level=3, boundscheck=False, wraparound=False
"""What is cut out of a page's bytes before it is parsed, in linear time (workers.native.scan). As regular expressions: tests/unit/stages."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc

from workers.native.scan cimport Bytes, after_text, find, find_text, keep
from workers.stages.references cimport after_number, is_hex
from workers.stages.tags cimport after_attributes, ends_tag_name

cdef enum:
    SHORT = 40  # bytes of code: not worth a cut


def without_code(bytes markup not None) -> bytes:
    """Empty the scripts and styles of a page in UTF-8, two fifths of a news page; those whose tag says `json` stay as they are.

    Raises MemoryError.
    """
    return _cut(markup, False)


def fit_for_a_tree(bytes markup not None) -> bytes:
    """The same, and without what libxml2 gives as text and lxml then refuses as text, so that trafilatura loses the body: control
    characters and non-characters (U+FDD0 to U+FDEF, U+FFFE, U+FFFF), written as themselves or as references. Raises MemoryError."""
    return _cut(markup, True)


cdef bytes _cut(bytes markup, bint is_fit):
    cdef Py_ssize_t n = len(markup)
    cdef unsigned char* kept = <unsigned char*>PyMem_Malloc(n + 1)
    if kept is NULL:
        raise MemoryError
    try:
        n = _without_code(<Bytes>PyBytes_AS_STRING(markup), n, kept)
        if is_fit:
            n = _without_controls(kept, n)
            n = _without_non_characters(kept, n)
            n = _without_unfit_references(kept, n)
        return PyBytes_FromStringAndSize(<char*>kept, n)
    finally:
        PyMem_Free(kept)


# Code


cdef Py_ssize_t _without_code(Bytes p, Py_ssize_t n, unsigned char* to) noexcept nogil:
    """In lower case, as nearly all pages write it. Where the end of a script is in doubt, it is kept: the parser knows."""
    cdef Py_ssize_t size = 0, kept = 0, at = 0, start, end
    cdef bint is_style, is_doubtful
    while True:
        start = find(p, at, n, b"<")
        if start < 0 or start + 1 >= n:
            break
        at = start + 1
        if p[at] == b"!":
            if after_text(p, at, n, "!--") < 0:
                continue
            at = find_text(p, start + 2, n, "-->")  # `<!-->` is a comment too
            if at < 0:
                break
            continue
        if p[at] != b"s":
            continue
        end = after_text(p, at, n, "script")
        is_style = end < 0
        if is_style:
            end = after_text(p, at, n, "style")
        if end < 0 or end >= n or not ends_tag_name(p[end]):
            continue
        end = after_attributes(p, end, n)
        if end < n:
            end += 1
        at = _end_of_code(p, end, n, is_style, &is_doubtful)
        if at < 0:
            break
        if at - end > SHORT and not is_doubtful and find_text(p, start, end, "json") < 0:
            size = keep(to, size, p, kept, end)
            kept = at
    return keep(to, size, p, kept, n)


cdef Py_ssize_t _end_of_code(Bytes p, Py_ssize_t at, Py_ssize_t n, bint is_style, bint* is_doubtful) noexcept nogil:
    """Where the code's closing tag is; -1 for nowhere. Doubtful: its opening stands in an attribute's value, or its end is written
    otherwise too."""
    cdef const char* opening = "<style" if is_style else "<script"
    cdef const char* closing = "</style" if is_style else "</script"
    cdef const char* upper = "</STYLE" if is_style else "</SCRIPT"
    is_doubtful[0] = False
    while True:
        at = find(p, at, n, b"<")
        if at < 0 or after_text(p, at, n, closing) >= 0:
            return at
        if after_text(p, at, n, opening) >= 0 or after_text(p, at, n, upper) >= 0:
            is_doubtful[0] = True
        at += 1


# Characters


cdef Py_ssize_t _without_controls(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Without all below the space but tab, line feed and carriage return, and without DEL."""
    cdef Py_ssize_t size = 0, at = 0, start = 0, k, stop
    cdef unsigned char any_, c
    while at < n:
        stop = at + 64
        if stop <= n:  # 64 at once, in vectors
            any_ = 0
            for k in range(64):
                c = p[at + k]
                any_ |= (c < 32) & (c != 9) & (c != 10) & (c != 13) | (c == 127)
            if not any_:
                at = stop
                continue
        else:
            stop = n
        for k in range(at, stop):
            c = p[k]
            if c < 32 and c != 9 and c != 10 and c != 13 or c == 127:
                size = keep(p, size, p, start, k)
                start = k + 1
        at = stop
    return n if not start else keep(p, size, p, start, n)


cdef Py_ssize_t _without_non_characters(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Without U+FDD0 to U+FDEF, U+FFFE and U+FFFF."""
    cdef Py_ssize_t size = 0, start = 0, at = 0
    while True:
        at = find(p, at, n, 0xEF)
        if at < 0 or at + 2 >= n:
            break
        if p[at + 1] == 0xB7 and 0x90 <= p[at + 2] <= 0xAF or p[at + 1] == 0xBF and p[at + 2] >= 0xBE and p[at + 2] <= 0xBF:
            size = keep(p, size, p, start, at)
            at += 3
            start = at
        else:
            at += 1
    return n if not start else keep(p, size, p, start, n)


cdef Py_ssize_t _without_unfit_references(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Without references to what the two functions above leave out (of the non-characters, to the last two)."""
    cdef Py_ssize_t size = 0, start = 0, at = 0, end
    cdef long number = 0
    while True:
        at = find(p, at, n, b"&")
        if at < 0:
            break
        end = after_number(p, at + 1, n, &number)
        if end < 0 or (end < n and is_hex(p[end])) or not _is_unfit(number):
            at += 1
            continue
        if end < n and p[end] == b";" and not (end + 1 < n and is_hex(p[end + 1])):
            end += 1
        size = keep(p, size, p, start, at)
        start = at = end
    return n if not start else keep(p, size, p, start, n)


cdef inline bint _is_unfit(long number) noexcept nogil:
    return number < 32 and number != 9 and number != 10 and number != 13 or number == 127 or 0xFFFE <= number <= 0xFFFF
