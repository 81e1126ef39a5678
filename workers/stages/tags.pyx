# cython: language_level=3, boundscheck=False, wraparound=False
"""What is counted in a page's bytes before it is parsed: tags, and their attributes. In linear time."""

from cpython.bytes cimport PyBytes_AS_STRING

from workers.native.scan cimport Bytes, find, is_letter


def count(bytes markup not None, Py_ssize_t max_own, Py_ssize_t max_all, Py_ssize_t suspect_bytes) -> tuple[int, bool, bool]:
    """How many tags open an element; whether one has more than `max_own` attributes, or before it all together more than `max_all`.

    As browsers read tags: a quote opens a value only after an equals sign. Only tags of more than `suspect_bytes` are counted for the two.
    """
    cdef Bytes p = <Bytes>PyBytes_AS_STRING(markup)
    cdef Py_ssize_t n = len(markup), at = 0, end, tags = 0, own, all_ = 0
    cdef bint has_many = False, have_many = False
    while True:
        at = find(p, at, n, b"<")
        if at < 0 or at + 1 >= n:
            return tags, has_many, have_many
        if not is_letter(p[at + 1]):
            at += 1
            continue
        tags += 1
        end = at + 2
        while end < n and not ends_tag_name(p[end]):
            end += 1
        end = after_attributes(p, end, n)
        if end - at > suspect_bytes and not has_many and not have_many:
            own = _attributes_in(p, at + 1, end) - 1  # the first is the tag's name
            all_ += own
            has_many = own > max_own
            have_many = not has_many and all_ > max_all
        at = end


cdef Py_ssize_t _attributes_in(Bytes p, Py_ssize_t at, Py_ssize_t n) noexcept nogil:
    """How many attributes there are in [at, n), what stands first among them."""
    cdef Py_ssize_t found = 0
    while at < n:
        if ends_tag_name(p[at]):
            at += 1
        else:
            at = after_attribute(p, at, n)
            found += 1
    return found
