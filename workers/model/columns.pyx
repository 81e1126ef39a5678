# cython: cdivision=True
"""The matrix of features while it is made."""

from cpython.bytearray cimport PyByteArray_FromStringAndSize

import numpy as np

NO_DISTANCE = 99
_OFFSETS = (-3, -2, -1, 1, 2, 3)  # the neighbours that a block is told of
cdef Py_ssize_t _WINDOW = 5  # blocks on either side for averages
cdef Py_ssize_t _MOST_COLUMNS = 600
cdef dict _AROUND = {}  # the names of a feature's columns, by its own


cdef bytearray scratch(Py_ssize_t size_bytes):
    """Memory that goes with the last reference to it, whatever is raised. Not set to zero."""
    return PyByteArray_FromStringAndSize(NULL, max(size_bytes, 1))


cdef class Columns:
    """The matrix while it is made: a row a feature, turned round at the end without a copy.

    `count`: of blocks, at least one. `asked`: the names that are read, of which alone rows are made; None: all.
    """

    def __init__(self, Py_ssize_t count, frozenset asked=None):
        cdef float[:, ::1] rows
        if count < 1:
            raise ValueError("a page without blocks has no features")
        self.count, self.asked, self.names = count, asked, []
        self._most = _MOST_COLUMNS if asked is None else len(asked)
        self._rows = np.empty((max(self._most, 1), count), dtype=np.float32)
        rows = self._rows
        self._first = &rows[0, 0]

    cdef float* row(self, str name) except? NULL:
        """The row of a feature, for its caller to fill; NULL where nobody asks for it."""
        cdef Py_ssize_t number
        if self.asked is not None and name not in <frozenset>self.asked:
            return NULL
        number = len(self.names)
        if number == self._most:
            raise ValueError(f"{name}: more features than there is room for")
        self.names.append(name)
        return self._first + number * self.count

    cdef float* rows(self, list names) except NULL:
        """The rows of several features, one after the other; all are asked for."""
        cdef Py_ssize_t number = len(self.names)
        if number + len(names) > self._most:
            raise ValueError("more features than there is room for")
        self.names += names
        return self._first + number * self.count

    cdef int add_number(self, str name, double value) except -1:
        """One number for all blocks."""
        cdef Py_ssize_t block
        cdef float* row = self.row(name)
        if row != NULL:
            for block in range(self.count):
                row[block] = <float>value
        return 0

    cdef int add_distances(self, str name, Py_ssize_t origin, Py_ssize_t least, Py_ssize_t most) except -1:
        """How many blocks behind another one; no distance from -1."""
        cdef Py_ssize_t block
        cdef float* row = self.row(name)
        if row != NULL:
            for block in range(self.count):
                row[block] = min(max(block - origin, least), most) if origin >= 0 else NO_DISTANCE
        return 0

    cdef int check(self, Py_ssize_t one, Py_ssize_t other) except -1:
        """Raises ValueError where one of two counts of blocks is another page's."""
        if not self.count == one == other:
            raise ValueError("a table of another page")
        return 0

    cdef int around(self, str name, const float* values) except -1:
        """A column for each neighbour, 0 where there is none, and the mean of a window."""
        cdef Py_ssize_t block, offset, low, high, count = self.count
        cdef float* row
        cdef float total = 0
        cdef bytearray memory
        cdef float* sums
        names = _AROUND.get(name)
        if names is None:
            names = _AROUND[name] = [f"{name}[{offset:+d}]" for offset in _OFFSETS] + [f"{name}[window]"]
        for offset, column in zip(_OFFSETS, names):
            row = self.row(column)
            if row != NULL:
                for block in range(count):
                    row[block] = values[block + offset] if 0 <= block + offset < count else 0
        row = self.row(names[-1])
        if row != NULL:
            memory = scratch((count + 1) * sizeof(float))
            sums = <float*><char*>memory
            sums[0] = 0
            for block in range(count):
                total = total + values[block]
                sums[block + 1] = total
            for block in range(count):
                low, high = max(block - _WINDOW, 0), min(block + _WINDOW + 1, count)
                row[block] = <float>((<double>sums[high] - <double>sums[low]) / <double>(high - low))
        return 0

    def matrix(self):
        """A row a block."""
        return self._rows[: len(self.names)].T
