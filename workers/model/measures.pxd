from workers.model.columns cimport Columns
from workers.model.compare cimport Comparison
from workers.model.texts cimport Texts


cdef class Measures:
    cdef readonly Py_ssize_t count
    cdef readonly object words  # int64
    cdef readonly object extracted, stated  # float32
    cdef Texts _texts
    cdef Comparison _compared
    cdef bytearray _memory
    cdef Py_ssize_t _readable_words
    cdef double total  # words on the page, at least 1
    cdef Py_ssize_t longest  # block, in words
    # By block:
    cdef float* lengths  # words
    cdef float* chars
    cdef float* links  # share of the characters
    cdef float* sentence  # 1 where it ends as one
    cdef float* readable  # share that is running text
    cdef float* running  # words of running text
    cdef float* extracted_of  # share in the extractor's body
    cdef float* stated_of  # in the publisher's own
    cdef float* titled  # in the page's title
    cdef float* topic  # sums to 1 or 0

    cdef int _add_class(self, Columns table, str name, int bit) except -1
    cdef int _add_edge(self, Columns table, str name, const unsigned char* classes, int bits) except -1
    cdef int _add_span(self, Columns table, str name, const float* share) except -1
    cdef int _add_row(self, Columns table, str name, const float* values) except -1
