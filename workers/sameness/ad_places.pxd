"""Places for advertisements, left out of a page."""

cdef enum:
    MAX_TAG_BYTES = 500


cdef Py_ssize_t without_ads(unsigned char* p, Py_ssize_t n) noexcept nogil  # what is kept moves down in `p`; returns its size
