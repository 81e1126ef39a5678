"""Tags in a page's bytes, read as browsers read them: a quote opens a value only after an equals sign."""

from workers.native.scan cimport Bytes, find, is_space


cdef inline bint ends_tag_name(unsigned char c) noexcept nogil:
    return is_space(c) or c == b"/" or c == b">"


cdef inline bint ends_name(unsigned char c) noexcept nogil:
    """Whether a byte ends the name of an attribute."""
    return ends_tag_name(c) or c == b"="


cdef inline Py_ssize_t after_attribute(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """The end of the attribute that begins at `at`, where neither white space, / nor > stands."""
    cdef Py_ssize_t end, close
    at += 1
    while at < n and not ends_name(p[at]):
        at += 1
    end = at
    while at < n and is_space(p[at]):
        at += 1
    if at >= n or p[at] != b"=":
        return end
    at += 1
    while at < n and is_space(p[at]):
        at += 1
    if at < n and (p[at] == b'"' or p[at] == b"'"):
        close = find(p, at + 1, n, p[at])  # a quote without its other one is sought once: there is none after it
        if close >= 0:
            return close + 1
    while at < n and not is_space(p[at]) and p[at] != b">":
        at += 1
    return at


cdef inline Py_ssize_t after_attributes(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """Where a tag's attributes end, from behind its name: at > or the end."""
    while True:
        while at < n and (is_space(p[at]) or p[at] == b"/"):
            at += 1
        if at >= n or p[at] == b">":
            return at
        at = after_attribute(p, at, n)
