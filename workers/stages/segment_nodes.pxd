"""What the walks of segmentation share: libxml2's nodes in page order, what their names say, and their characters.

Bytes of texts are UTF-8 that libxml2 has checked, and end with a NUL. No walk goes down by recursion: a page nests as it likes.
"""

cimport lxml.includes.etreepublic as cetree
from lxml.includes.tree cimport xmlNode, XML_CDATA_SECTION_NODE, XML_ELEMENT_NODE, XML_TEXT_NODE

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

cdef int kinds(xmlNode* node) noexcept
cdef bint has_chars(xmlNode* element, int chars) noexcept


cdef inline xmlNode* next_node(xmlNode* node, xmlNode* root) noexcept:
    """The node after this one in page order; NULL when all in `root` were seen."""
    if node.type == XML_ELEMENT_NODE and node.children != NULL:
        return node.children
    return node_after(node, root)


cdef inline xmlNode* node_after(xmlNode* node, xmlNode* root) noexcept:
    """The same, past what is in the node."""
    while node != root and node != NULL:
        if node.next != NULL:
            return node.next
        node = node.parent
    return NULL


cdef inline bint is_text(xmlNode* node) noexcept:
    return node.type == XML_TEXT_NODE or node.type == XML_CDATA_SECTION_NODE


cdef inline xmlNode* first_child(xmlNode* node) noexcept:
    """The first that is an element to lxml: comments are, too."""
    node = node.children
    while node != NULL and not cetree._isElement(node):
        node = node.next
    return node


cdef inline bint holds_block(xmlNode* node) noexcept:
    """Whether a child is a block."""
    node = node.children
    while node != NULL:
        if kinds(node) & BLOCK:
            return True
        node = node.next
    return False


cdef inline bint holds(xmlNode* root, int kind) noexcept:
    """Whether an element of a kind is in another, or is that one."""
    cdef xmlNode* node = root
    while node != NULL:
        if kinds(node) & kind:
            return True
        node = next_node(node, root)
    return False


cdef inline Py_UCS4 read_letter(const unsigned char** at) noexcept:
    """The character at a place in UTF-8 that is not its end, and go on to the next. A byte that begins none is one."""
    cdef const unsigned char* bytes_ = at[0]
    cdef unsigned int first = bytes_[0], code = first
    cdef int more = 0, n
    if first >= 0xF0:
        more, code = 3, first & 0x07
    elif first >= 0xE0:
        more, code = 2, first & 0x0F
    elif first >= 0xC0:
        more, code = 1, first & 0x1F
    for n in range(1, more + 1):
        if bytes_[n] & 0xC0 != 0x80:  # the text's end is none either
            at[0] = bytes_ + n
            return 0xFFFD
        code = code << 6 | bytes_[n] & 0x3F
    at[0] = bytes_ + more + 1
    return <Py_UCS4>code if code <= 0x10FFFF else 0xFFFD
