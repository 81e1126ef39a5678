cdef class Place:
    cdef readonly Py_ssize_t count, nodes
    cdef list _nodes
    cdef bytearray _memory
    cdef Py_ssize_t* of_block
    cdef Py_ssize_t* joint  # by block
    # By node:
    cdef Py_ssize_t* parent  # the root is its own
    cdef Py_ssize_t* depth
    cdef Py_ssize_t* tag
    cdef Py_ssize_t* signature
    cdef Py_ssize_t* end  # the first node that is not inside

    cdef int articles(self, Py_ssize_t* into) except -1

    cdef inline Py_ssize_t above(self, Py_ssize_t block, int level) noexcept:
        """A block's node (0), its parent (1), ..."""
        cdef Py_ssize_t node = self.of_block[block]
        while level:
            node = self.parent[node]
            level -= 1
        return node

    cdef inline bint inside(self, Py_ssize_t block, Py_ssize_t node) noexcept:
        """Whether a block stands inside a node, or is its own."""
        return node <= self.of_block[block] < self.end[node]


cdef int numbers(list values, Py_ssize_t count, Py_ssize_t* into) except -1
