from libc.stdint cimport int32_t, uint32_t

from workers.model.texts cimport Texts


cdef class Comparison:
    cdef readonly Py_ssize_t count, references
    cdef Texts texts
    cdef bytearray _memory
    cdef float* share_of  # by reference, of words, pairs, fours and the whole line, by block
    cdef float* topic_of  # by block
    cdef int32_t* equal  # by block: how many say the same
    cdef int32_t* earliest  # by block: the first of them
    cdef Py_ssize_t words_in[8]  # by reference

    cdef int _compare(self, list edges, uint32_t topic) except -1
    cdef void _divide(self, Py_ssize_t block, int32_t[8][4] counts, Py_ssize_t words) noexcept
    cdef int _repeats(self) except -1
    cdef inline float* shares_of(self, Py_ssize_t reference, int kind) noexcept:
        return self.share_of + (4 * reference + kind) * self.count
