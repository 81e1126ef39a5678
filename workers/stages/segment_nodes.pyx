"""What the names of elements say to segmentation, from one table; and how much text there is in one. See the .pxd beside it."""

from libc.string cimport strcmp

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LEAVES = (*_HEADINGS, "p", "li", "blockquote", "figcaption", "td", "dd", "pre")
_CONTAINERS = ("div", "section", "span")
_BLOCKS = (*_LEAVES, "div", "section", "ul", "ol", "table", "article", "figure", "form", "dl")
_HEADS = (*_HEADINGS, "p", "div", "span", "strong", "b", "section", "dt", "header")
_INLINE_HEADS = ("strong", "b", "span", "em", "u", "i", "font")
_LEADS = ("p", "div", "h2", "h3", "span")
_NO_BOXES = ("body", "article", "main")

cdef enum:
    SLOTS = 256  # of the table of names: a power of two, four times as many as names
    NAME_BYTES = 12  # with the NUL

cdef struct Slot:
    char name[NAME_BYTES]
    int kinds

cdef Slot _slots[SLOTS]


cdef inline unsigned int _slot(const char* name) noexcept:
    """Where to look for a name first. Reads no further than its NUL."""
    cdef unsigned int first = <unsigned char>name[0], second = 0, third = 0
    if first:
        second = <unsigned char>name[1]
        if second:
            third = <unsigned char>name[2]
    return (first * 7 + second * 31 + third * 3) & (SLOTS - 1)


def _name(names, int kind):
    cdef unsigned int at
    cdef bytes name
    cdef Py_ssize_t place
    for name in map(str.encode, names):
        if len(name) >= NAME_BYTES:
            raise ValueError(name)
        at = _slot(name)
        while _slots[at].kinds and strcmp(_slots[at].name, name):
            at = (at + 1) & (SLOTS - 1)
        for place in range(len(name)):
            _slots[at].name[place] = name[place]
        _slots[at].kinds |= kind


for _names, _kind in (
    (_LEAVES, LEAF), (_CONTAINERS, CONTAINER), (_BLOCKS, BLOCK), (_HEADS, HEAD), (_INLINE_HEADS, INLINE_HEAD), (_LEADS, LEAD),
    (_NO_BOXES, NO_BOX), (("h1",), TOP_HEADING), (_HEADINGS, HEADING), (("a",), LINK), (("img", "amp-img"), IMAGE),
):
    _name(_names, _kind)


cdef int kinds(xmlNode* node) noexcept:
    """What an element's name says of it; 0 for other nodes, and for names of a namespace."""
    cdef unsigned int at
    cdef const char* name = <const char*>node.name
    if node.type != XML_ELEMENT_NODE or name == NULL or (node.ns != NULL and node.ns.href != NULL and node.ns.href[0]):
        return 0
    at = _slot(name)
    while _slots[at].kinds:
        if not strcmp(_slots[at].name, name):
            return _slots[at].kinds
        at = (at + 1) & (SLOTS - 1)
    return 0


cdef bint has_chars(xmlNode* element, int chars) noexcept:
    """Whether the text in an element has so many characters."""
    cdef xmlNode* node = element
    cdef const unsigned char* at
    while True:
        node = next_node(node, element)
        if node == NULL:
            return False
        if not is_text(node) or node.content == NULL:
            continue
        at = <const unsigned char*>node.content
        while at[0]:
            chars -= at[0] & 0xC0 != 0x80
            if chars <= 0:
                return True
            at += 1
