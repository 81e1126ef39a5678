from libc.stdint cimport int32_t, uint8_t, uint64_t


cdef class Texts:
    cdef readonly Py_ssize_t count
    cdef bytearray _memory, _words
    cdef Py_ssize_t* chars_of  # by text: its characters
    cdef Py_ssize_t* start_of  # by text: its first word, and the number of all words at the end
    cdef uint64_t* line_of  # by text: a hash of all of it
    cdef int32_t* class_counts  # by text, eight each: characters of each class
    cdef uint8_t* first_of  # by text: the classes of its first character
    cdef uint8_t* last_of
    cdef uint8_t* has_address  # by text: 1 with an "@" or a "www."
    cdef uint64_t* hash_of  # by word
    cdef Py_ssize_t _room  # for words

    cdef int _make_room(self, Py_ssize_t words) except -1
