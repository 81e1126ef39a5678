"""What a cut makes nodes of, for those who look for their elements."""

from lxml.includes.tree cimport xmlNode

cdef bint is_textless(const xmlNode* element) noexcept nogil
cdef xmlNode* next_block(xmlNode* node, xmlNode* top) noexcept nogil
