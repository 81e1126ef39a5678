"""What walks over a page's nodes share: the next element, an attribute's text, no proxy made."""

from libc.string cimport strcmp
from lxml.includes cimport tree


cdef inline tree.xmlNode* next_element(tree.xmlNode* node, tree.xmlNode* root) noexcept nogil:
    """The element after another in page order, inside `root`; NULL after the last. `node`: `root`, or an element in it."""
    cdef tree.xmlNode* other = node.children
    while other != NULL:
        if other.type == tree.XML_ELEMENT_NODE:
            return other
        other = other.next
    return element_behind(node, root)


cdef inline tree.xmlNode* element_behind(tree.xmlNode* node, tree.xmlNode* root) noexcept nogil:
    """The same, past what is in the element."""
    cdef tree.xmlNode* other
    while node != NULL and node != root:
        other = node.next
        while other != NULL:
            if other.type == tree.XML_ELEMENT_NODE:
                return other
            other = other.next
        node = node.parent
    return NULL


cdef inline bint is_named(const tree.xmlChar* name, const char* wanted) noexcept nogil:
    """Whether an element or an attribute has a name."""
    return name != NULL and strcmp(<const char*>name, wanted) == 0


cdef inline const char* value_of(tree.xmlAttr* attribute) noexcept nogil:
    """An attribute's text in UTF-8; NULL where it stands in several pieces, which HTML's parser makes none of."""
    cdef tree.xmlNode* text = attribute.children
    if text == NULL:
        return b""
    if text.next != NULL or text.type != tree.XML_TEXT_NODE:
        return NULL
    if text.content == NULL:
        return b""
    return <const char*>text.content
