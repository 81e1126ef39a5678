"""What the names of elements say to segmentation, from one table."""

from lxml.includes.tree cimport xmlNode

from workers.native.nodes cimport TagTable, fill_tags, is_element, next_element, tag_value

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LEAVES = (*_HEADINGS, "p", "li", "blockquote", "figcaption", "td", "dd", "pre")
_NAMES = {
    LEAF: _LEAVES,
    CONTAINER: ("div", "section", "span"),
    BLOCK: (*_LEAVES, "div", "section", "ul", "ol", "table", "article", "figure", "form", "dl"),
    HEAD: (*_HEADINGS, "p", "div", "span", "strong", "b", "section", "dt", "header"),
    INLINE_HEAD: ("strong", "b", "span", "em", "u", "i", "font"),
    LEAD: ("p", "div", "h2", "h3", "span"),
    NO_BOX: ("body", "article", "main"),
    TOP_HEADING: ("h1",),
    HEADING: _HEADINGS,
    LINK: ("a",),
    IMAGE: ("img", "amp-img"),
}

cdef TagTable _table
_kinds_of: dict[str, int] = {}
for _kind, _names in _NAMES.items():
    for _name in _names:
        _kinds_of[_name] = _kinds_of.get(_name, 0) | _kind
fill_tags(&_table, _kinds_of)


cdef int kinds(const xmlNode* node) noexcept nogil:
    return tag_value(&_table, node) if is_element(node) else 0


cdef bint holds_block(const xmlNode* node) noexcept nogil:
    cdef xmlNode* child = node.children
    while child is not NULL:
        if kinds(child) & BLOCK:
            return True
        child = child.next
    return False


cdef bint holds(xmlNode* top, int kind) noexcept nogil:
    cdef xmlNode* node = top
    while node is not NULL:
        if kinds(node) & kind:
            return True
        node = next_element(node, top)
    return False
