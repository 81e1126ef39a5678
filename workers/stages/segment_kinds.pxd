"""What the names of elements say to segmentation, as bits of one number."""

from lxml.includes.tree cimport xmlNode

cdef enum:
    LEAF = 1
    CONTAINER = 2
    BLOCK = 4
    HEAD = 8
    INLINE_HEAD = 16
    LEAD = 32
    NO_BOX = 64
    TOP_HEADING = 128
    LINK = 256
    IMAGE = 512
    HEADING = 1024

cdef int kinds(const xmlNode* node) noexcept nogil  # 0 for what is no element, and for names of a namespace
cdef bint holds_block(const xmlNode* node) noexcept nogil  # whether a child is one
cdef bint holds(xmlNode* top, int kind) noexcept nogil  # whether an element of a kind is in another, or is that one
