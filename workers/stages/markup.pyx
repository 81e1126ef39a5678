# cython: language_level=3, boundscheck=False, wraparound=False
"""A page's markup as bytes, before it is parsed: what is cut out of it, and what is counted in it. Regular expressions: tests/unit/stages.

All time is linear. Each pass goes from literal to literal by `memchr`, and what is kept moves down in one buffer, so that a pass never
writes past where it reads. All indices are bytes from the markup's start; every read is below `n`, its length, and no byte ends it.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memchr, memcmp, memmove, strlen

cdef extern from "string.h":
    void* memmem(const void* haystack, size_t size, const void* needle, size_t needle_size) nogil

ctypedef const unsigned char* Bytes

cdef enum:
    SHORT = 40  # bytes of code: not worth a cut
    LAST_NUMBER = 0x110000  # larger ones are alike

    SPACE = 1
    ENDS_TAG_NAME = 2  # SPACE, / and >
    ENDS_NAME = 4  # those and =
    LETTER = 8  # of ASCII
    DIGIT = 16
    HEX = 32  # DIGIT too

cdef unsigned char KIND[256]


cdef void _fill_kinds():
    cdef int c
    for c in range(256):
        KIND[c] = 0
        if c == 32 or 9 <= c <= 13:
            KIND[c] |= SPACE | ENDS_TAG_NAME | ENDS_NAME
        if c == 47 or c == 62:
            KIND[c] |= ENDS_TAG_NAME | ENDS_NAME
        if c == 61:
            KIND[c] |= ENDS_NAME
        if 65 <= c <= 90 or 97 <= c <= 122:
            KIND[c] |= LETTER
        if 48 <= c <= 57:
            KIND[c] |= DIGIT | HEX
        if 65 <= c <= 70 or 97 <= c <= 102:
            KIND[c] |= HEX


_fill_kinds()


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


def count(bytes markup not None, Py_ssize_t max_own, Py_ssize_t max_all, Py_ssize_t suspect_bytes) -> tuple[int, bool, bool]:
    """How many tags open an element; whether one has more than `max_own` attributes, or before it all together more than `max_all`.

    As browsers read tags: a quote opens a value only after an equals sign. Only tags of more than `suspect_bytes` are counted for the two.
    """
    cdef Bytes p = <Bytes>PyBytes_AS_STRING(markup)
    cdef Py_ssize_t n = len(markup), at = 0, end, tags = 0, own, all_ = 0
    cdef bint has_many = False, have_many = False
    while True:
        at = _find(p, at, n, b"<")
        if at < 0 or at + 1 >= n:
            return tags, has_many, have_many
        if not KIND[p[at + 1]] & LETTER:
            at += 1
            continue
        tags += 1
        end = at + 2
        while end < n and not KIND[p[end]] & ENDS_TAG_NAME:
            end += 1
        end = _after_attributes(p, end, n)
        if end - at > suspect_bytes and not has_many and not have_many:
            own = _count_attributes(p, at + 1, end) - 1  # the first is the tag's name
            all_ += own
            has_many = own > max_own
            have_many = not has_many and all_ > max_all
        at = end


cdef inline Py_ssize_t _find(Bytes p, Py_ssize_t at, Py_ssize_t n, int byte) noexcept nogil:
    """Where the byte is next in [at, n); -1 for nowhere."""
    cdef Bytes found
    if at >= n:
        return -1
    found = <Bytes>memchr(p + at, byte, n - at)
    return -1 if found is NULL else found - p


cdef inline Py_ssize_t _find_text(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """Where the text is next, all of it in [at, n); -1 for nowhere."""
    cdef Bytes found
    if at >= n:
        return -1
    found = <Bytes>memmem(p + at, n - at, text, strlen(text))
    return -1 if found is NULL else found - p


cdef inline Py_ssize_t _after(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """The end of a text that begins at `at`; -1 when it is not there."""
    cdef Py_ssize_t size = <Py_ssize_t>strlen(text)
    return at + size if size <= n - at and memcmp(p + at, text, size) == 0 else -1


cdef inline Py_ssize_t _keep(unsigned char* to, Py_ssize_t size, Bytes p, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """Move [start, end) to the end of what is kept; the new size."""
    if end > start:
        memmove(to + size, p + start, end - start)
        return size + end - start
    return size


# Tags


cdef inline Py_ssize_t _after_attribute(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """The end of the attribute that begins at `at`, where neither white space, / nor > stands."""
    cdef Py_ssize_t end, close
    at += 1
    while at < n and not KIND[p[at]] & ENDS_NAME:
        at += 1
    end = at
    while at < n and KIND[p[at]] & SPACE:
        at += 1
    if at >= n or p[at] != b"=":
        return end
    at += 1
    while at < n and KIND[p[at]] & SPACE:
        at += 1
    if at < n and (p[at] == b'"' or p[at] == b"'"):
        close = _find(p, at + 1, n, p[at])  # a quote without its other one is sought once: there is none after it
        if close >= 0:
            return close + 1
    while at < n and not KIND[p[at]] & SPACE and p[at] != b">":
        at += 1
    return at


cdef inline Py_ssize_t _after_attributes(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Where a tag's attributes end, from behind its name: at > or the end."""
    while True:
        while at < n and (KIND[p[at]] & SPACE or p[at] == b"/"):
            at += 1
        if at >= n or p[at] == b">":
            return at
        at = _after_attribute(p, at, n)


cdef Py_ssize_t _count_attributes(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """How many attributes there are in [at, n), what stands first among them."""
    cdef Py_ssize_t found = 0
    while at < n:
        if KIND[p[at]] & ENDS_TAG_NAME:
            at += 1
        else:
            at = _after_attribute(p, at, n)
            found += 1
    return found


# Code


cdef Py_ssize_t _without_code(Bytes p, Py_ssize_t n, unsigned char* to) noexcept nogil:
    """In lower case, as nearly all pages write it. Where the end of a script is in doubt, it is kept: the parser knows."""
    cdef Py_ssize_t size = 0, kept = 0, at = 0, start, end
    cdef bint is_style, is_doubtful
    while True:
        start = _find(p, at, n, b"<")
        if start < 0 or start + 1 >= n:
            break
        at = start + 1
        if p[at] == b"!":
            if _after(p, at, n, "!--") < 0:
                continue
            at = _find_text(p, start + 2, n, "-->")  # `<!-->` is a comment too
            if at < 0:
                break
            continue
        if p[at] != b"s":
            continue
        end = _after(p, at, n, "script")
        is_style = end < 0
        if is_style:
            end = _after(p, at, n, "style")
        if end < 0 or end >= n or not KIND[p[end]] & ENDS_TAG_NAME:
            continue
        end = _after_attributes(p, end, n)
        if end < n:
            end += 1
        at = _end_of_code(p, end, n, is_style, &is_doubtful)
        if at < 0:
            break
        if at - end > SHORT and not is_doubtful and _find_text(p, start, end, "json") < 0:
            size = _keep(to, size, p, kept, end)
            kept = at
    return _keep(to, size, p, kept, n)


cdef Py_ssize_t _end_of_code(Bytes p, Py_ssize_t at, Py_ssize_t n, bint is_style, bint* is_doubtful) noexcept nogil:
    """Where the code's closing tag is; -1 for nowhere. Doubtful: its opening stands in an attribute's value, or its end is written
    otherwise too."""
    cdef const char* opening = "<style" if is_style else "<script"
    cdef const char* closing = "</style" if is_style else "</script"
    cdef const char* upper = "</STYLE" if is_style else "</SCRIPT"
    is_doubtful[0] = False
    while True:
        at = _find(p, at, n, b"<")
        if at < 0 or _after(p, at, n, closing) >= 0:
            return at
        if _after(p, at, n, opening) >= 0 or _after(p, at, n, upper) >= 0:
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
                size = _keep(p, size, p, start, k)
                start = k + 1
        at = stop
    return n if not start else _keep(p, size, p, start, n)


cdef Py_ssize_t _without_non_characters(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Without U+FDD0 to U+FDEF, U+FFFE and U+FFFF."""
    cdef Py_ssize_t size = 0, start = 0, at = 0
    while True:
        at = _find(p, at, n, 0xEF)
        if at < 0 or at + 2 >= n:
            break
        if p[at + 1] == 0xB7 and 0x90 <= p[at + 2] <= 0xAF or p[at + 1] == 0xBF and p[at + 2] >= 0xBE and p[at + 2] <= 0xBF:
            size = _keep(p, size, p, start, at)
            at += 3
            start = at
        else:
            at += 1
    return n if not start else _keep(p, size, p, start, n)


cdef Py_ssize_t _without_unfit_references(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Without references to what the two functions above leave out (of the non-characters, to the last two)."""
    cdef Py_ssize_t size = 0, start = 0, at = 0, end
    cdef long number = 0
    while True:
        at = _find(p, at, n, b"&")
        if at < 0:
            break
        end = _after_number(p, at + 1, n, &number)
        if end < 0 or (end < n and KIND[p[end]] & HEX) or not _is_unfit(number):
            at += 1
            continue
        if end < n and p[end] == b";" and not (end + 1 < n and KIND[p[end + 1]] & HEX):
            end += 1
        size = _keep(p, size, p, start, at)
        start = at = end
    return n if not start else _keep(p, size, p, start, n)


cdef inline bint _is_unfit(long number) noexcept nogil:
    return number < 32 and number != 9 and number != 10 and number != 13 or number == 127 or 0xFFFE <= number <= 0xFFFF


cdef Py_ssize_t _after_number(Bytes p, Py_ssize_t at, Py_ssize_t n, long* number) noexcept nogil:
    """The end of the `#` and the digits of a reference, and their number, at most LAST_NUMBER; -1 for none."""
    cdef int base = 10, kind = DIGIT, c
    cdef Py_ssize_t first
    cdef long value = 0
    if at >= n or p[at] != b"#":
        return -1
    at += 1
    if at < n and p[at] | 32 == b"x":
        base, kind = 16, HEX
        at += 1
    first = at
    while at < n and KIND[p[at]] & kind:
        c = p[at]
        value = min(value * base + (c - 48 if c < 58 else (c | 32) - 87), <long>LAST_NUMBER)
        at += 1
    number[0] = value
    return at if at > first else -1


# Joiners


cdef Py_ssize_t _next_joiner(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Where U+200C or U+200D is next; -1 for nowhere."""
    while True:
        at = _find(p, at, n - 2, 0xE2)
        if at < 0 or p[at + 1] == 0x80 and (p[at + 2] == 0x8C or p[at + 2] == 0x8D):
            return at
        at += 1


cdef Py_ssize_t _next_joiner_reference(Bytes p, Py_ssize_t at, Py_ssize_t n, Py_ssize_t* end, bint* is_zwj) noexcept nogil:
    """Where a reference to one is next, and where that ends; -1 for nowhere."""
    cdef Py_ssize_t after
    cdef long number = 0
    while True:
        at = _find(p, at, n, b"&")
        if at < 0:
            return -1
        after = _after(p, at + 1, n, "zwnj")
        number = 0x200C
        if after < 0:
            after = _after(p, at + 1, n, "zwj")
            number = 0x200D
        if after < 0:
            after = _after_number(p, at + 1, n, &number)
        if after >= 0 and (number == 0x200C or number == 0x200D) and not (after < n and KIND[p[after]] & (LETTER | DIGIT)):
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
            return _keep(to, size, p, start, n)
        size = _keep(to, size, p, start, at)
        size = _keep(to, size, zwj if is_zwj else zwnj, 0, 3)
        start = end


cdef void _replace_joiners(unsigned char* p, Py_ssize_t n, Bytes zwnj, Bytes zwj) noexcept nogil:
    cdef Py_ssize_t at = 0
    while True:
        at = _next_joiner(p, at, n)
        if at < 0:
            return
        memmove(p + at, zwj if p[at + 2] == 0x8D else zwnj, 3)
        at += 3
