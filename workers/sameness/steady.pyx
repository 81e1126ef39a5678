# cython: language_level=3, boundscheck=False, wraparound=False
"""What of a page stays when nothing has happened: the scan. What each step leaves out, as regular expressions: tests/unit/sameness.

Six passes, each from literal to literal, over one buffer (workers.native.scan).
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport strlen

from workers.native.scan cimport Bytes, after_either, after_text, after_word, find, find_text, is_digit, is_quote, is_space, keep
from workers.sameness.ad_places cimport MAX_TAG_BYTES, without_ads

cdef enum:
    MAX_BEFORE = 200  # bytes of a tag before what says that it is volatile
    MAX_AFTER = 300  # and after it
    EPOCH_DIGITS = 10  # seconds or milliseconds since 1970, until 2033

# Scripts, but structured data; styles, comments; frames and server-side notes. Their attributes go with them.
cdef const char** OPENINGS = ["!--", "script", "style", "iframe"]
cdef const char** ENDS = ["-->", "</script", "</style", "</iframe"]
cdef const char** UPPER_ENDS = ["-->", "</SCRIPT", "</STYLE", "</IFRAME"]
# Elements that carry tokens: every form field, every meta whose name says so.
cdef const char** TOKENS = ["csrf", "xsrf", "token", "nonce", "request-id", "generated", NULL]


def steady_bytes(bytes page not None) -> bytes:
    """An HTML page without scripts, comments, styles, frames, form fields, tokens, queries, epochs and places for advertisements.

    Raises MemoryError.
    """
    cdef Py_ssize_t n = len(page)
    cdef unsigned char* kept = <unsigned char*>PyMem_Malloc(n + 1)
    if kept is NULL:
        raise MemoryError
    try:
        n = _without_hidden(<Bytes>PyBytes_AS_STRING(page), n, kept)
        n = without_ads(kept, n)
        n = _without_volatile(kept, n)
        n = _without_queries(kept, n)
        n = _without_epochs(kept, n)
        n = _without_nonces(kept, n)
        return PyBytes_FromStringAndSize(<char*>kept, n)
    finally:
        PyMem_Free(kept)


cdef Py_ssize_t _without_hidden(Bytes p, Py_ssize_t n, unsigned char* to) noexcept nogil:
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start, end, opened, close
    # From where the next end of a kind was looked for last, and where it is (n: nowhere after): no page is looked through twice.
    cdef Py_ssize_t[4] lower
    cdef Py_ssize_t[4] upper
    cdef Py_ssize_t tag_close = -1, structured = -1
    cdef int kind
    for kind in range(4):
        lower[kind] = upper[kind] = -1
    while True:
        start = find(p, next_, n, b"<")
        if start < 0:
            break
        next_ = start + 1
        opened = -1
        for kind in range(4):
            opened = after_either(p, start + 1, n, OPENINGS[kind])
            if opened >= 0:
                break
        if opened < 0:
            continue
        next_ = opened
        if lower[kind] < opened:
            lower[kind] = _or_end(_find_end(p, opened, n, ENDS[kind]), n)
        end = lower[kind]
        if end == n:
            if upper[kind] < opened:
                upper[kind] = _or_end(_find_end(p, opened, n, UPPER_ENDS[kind]), n)
            end = upper[kind]
        if end == n:  # an element without an end hides nothing, nor do those of its kind that follow
            continue
        if kind == 1:
            if tag_close < start:
                tag_close = _or_end(find(p, start, n, b">"), n)
                structured = _last(p, start, tag_close, "ld+json")
            if tag_close < end and structured >= start:
                continue
        size = keep(to, size, p, at, start)
        close = find(p, end + <Py_ssize_t>strlen(ENDS[kind]) - 1, n, b">")
        at = n if close < 0 else close + 1
        next_ = at
    return keep(to, size, p, at, n)


cdef Py_ssize_t _find_end(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """As `find_text`; a `<` is rare in code, and looked for faster than a text."""
    if text[0] != b"<":
        return find_text(p, at, n, text)
    while True:
        at = find(p, at, n, b"<")
        if at < 0 or after_text(p, at, n, text) >= 0:
            return at
        at += 1


cdef Py_ssize_t _last(Bytes p, Py_ssize_t at, Py_ssize_t n, const char* text) noexcept nogil:
    """Where the text is last in [at, n); -1 for nowhere."""
    cdef Py_ssize_t last = -1
    while True:
        at = find_text(p, at, n, text)
        if at < 0:
            return last
        last = at
        at += 1


cdef inline Py_ssize_t _or_end(Py_ssize_t found, Py_ssize_t n) noexcept nogil:
    return n if found < 0 else found


cdef Py_ssize_t _without_volatile(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Without form fields, metas that hold a token, and a time's words ("5 minutes ago") beside the time itself."""
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start, after, close, value
    while True:
        start = find(p, next_, n, b"<")
        if start < 0 or start + 1 >= n:
            break
        next_ = start + 1
        value = -1
        if p[next_] | 32 == b"i":
            after = after_word(p, next_, n, "input")
            close = find(p, after, min(n, after + MAX_TAG_BYTES + 1), b">") if after >= 0 else -1
        elif p[next_] | 32 == b"m":
            after = after_word(p, next_, n, "meta")
            close = _end_of_token(p, after, n) if after >= 0 else -1
        elif p[next_] | 32 == b"t":
            after = after_word(p, next_, n, "time")
            close = _end_of_time(p, after, n, &value) if after >= 0 else -1
        else:
            continue
        if close < 0:
            continue
        size = keep(p, size, p, at, start + 1)
        if value >= 0:
            size = keep(p, size, p, value, close)
            next_ = find(p, close + 1, n, b"<")
            next_ = n if next_ < 0 else next_
        else:
            next_ = close + 1
        at = next_
    return keep(p, size, p, at, n)


cdef Py_ssize_t _end_of_token(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """The `>` of a meta whose attributes, from `at`, say that it holds a token; -1 for another one."""
    cdef Py_ssize_t close = find(p, at, min(n, at + MAX_BEFORE + 10 + MAX_AFTER + 1), b">")
    cdef Py_ssize_t k, end
    cdef int token
    for k in range(at, min(close, at + MAX_BEFORE + 1)):
        token = 0
        while TOKENS[token] is not NULL:
            end = after_either(p, k, close, TOKENS[token])
            if end >= 0 and close - end <= MAX_AFTER:
                return close
            token += 1
    return -1


cdef Py_ssize_t _end_of_time(Bytes p, Py_ssize_t at, Py_ssize_t n, Py_ssize_t* value) noexcept nogil:
    """The `>` of a time whose attributes, from `at`, have a `datetime=`, at which `value` is put; -1 for another one."""
    cdef Py_ssize_t close = find(p, at, min(n, at + MAX_BEFORE + 9 + MAX_BEFORE + 1), b">")
    cdef Py_ssize_t k, end
    for k in range(at, min(close, at + MAX_BEFORE + 1)):
        end = after_either(p, k, close, "datetime=")
        if end >= 0 and close - end <= MAX_BEFORE:
            value[0] = k
            return close
    return -1


cdef Py_ssize_t _without_queries(unsigned char* p, Py_ssize_t n) noexcept nogil:
    """Cache-busters: of this page's own URL the query is part of its identity."""
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start
    while True:
        start = find(p, next_, n, b"?")
        if start < 0:
            break
        next_ = start + 1
        while next_ < n and not _ends_query(p[next_]):
            next_ += 1
        if next_ > start + 1:
            size = keep(p, size, p, at, start)
            at = next_
    return keep(p, size, p, at, n)


cdef Py_ssize_t _without_epochs(unsigned char* p, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start
    while True:
        start = find(p, next_, n, b"1")
        if start < 0:
            break
        next_ = start + 1
        while next_ < n and is_digit(p[next_]):
            next_ += 1
        if next_ - start >= EPOCH_DIGITS:
            size = keep(p, size, p, at, start)
            at = next_
    return keep(p, size, p, at, n)


cdef Py_ssize_t _without_nonces(unsigned char* p, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t size = 0, at = 0, next_ = 0, start
    while True:
        start = find_text(p, next_, n, "nonce=")
        if start < 0:
            break
        next_ = start + 6
        if next_ >= n or not is_quote(p[next_]):
            continue
        next_ += 1
        while next_ < n and not is_quote(p[next_]):
            next_ += 1
        if next_ == n:
            break
        next_ += 1
        size = keep(p, size, p, at, start)
        at = next_
    return keep(p, size, p, at, n)


cdef inline bint _ends_query(unsigned char c) noexcept nogil:
    return is_space(c) or is_quote(c) or c == b"<" or c == b">" or c == b"\\"
