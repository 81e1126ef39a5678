cdef float NO_DISTANCE  # where there is nothing to be distant from


cdef bytearray scratch(Py_ssize_t size_bytes)


cdef class Columns:
    cdef readonly Py_ssize_t count
    cdef readonly list names
    cdef readonly object asked
    cdef object _rows
    cdef float* _first
    cdef Py_ssize_t _most

    cdef float* row(self, str name) except? NULL
    cdef float* rows(self, list names) except NULL
    cdef int add_number(self, str name, double value) except -1
    cdef int add_distances(self, str name, Py_ssize_t origin, Py_ssize_t least, Py_ssize_t most) except -1
    cdef int check(self, Py_ssize_t one, Py_ssize_t other) except -1
    cdef int around(self, str name, const float* values) except -1
