"""What modules in C that walk libxml2's own nodes share: page order, names, attributes, characters.

Each of them gets at nodes by `node_of`, so that it is not loaded where it may not read them (see the .pyx). Texts are UTF-8 that libxml2
has checked, and end with a NUL. No walk goes down by recursion: a page nests as it likes.
"""

cimport lxml.includes.etreepublic as cetree
from libc.string cimport strlen
from lxml.includes.tree cimport XML_CDATA_SECTION_NODE, XML_ELEMENT_NODE, XML_TEXT_NODE, xmlAttr, xmlNode

cdef enum:
    TAG_SLOTS = 1024  # a power of two


cdef struct TagSlot:
    const unsigned char* name  # NULL: free
    int value


cdef struct TagTable:
    TagSlot slots[TAG_SLOTS]


cdef int fill_tags(TagTable* table, dict values) except -1  # {name: a number other than 0}; names of no namespace
cdef xmlNode* node_of(cetree._Element element) except NULL
cdef str value_of(xmlNode* element, xmlAttr* attribute)
cdef str value_at(xmlNode* element, const char* name)
cdef void* grown(void* array, Py_ssize_t needed, Py_ssize_t* room, size_t item_bytes) except NULL
cdef bint has_chars(xmlNode* element, Py_ssize_t chars) noexcept nogil


# Names


cdef inline unsigned int tag_hash(const unsigned char* name) noexcept nogil:
    cdef unsigned int hashed = 2166136261u
    cdef int at
    for at in range(24):  # a longer name is told by is_named
        if name[at] == 0:
            break
        hashed = (hashed ^ name[at]) * 16777619u
    return hashed ^ (hashed >> 15)


cdef inline bint is_named(const unsigned char* name, const char* wanted) noexcept nogil:
    """Whether an element or an attribute has a name."""
    cdef size_t at = 0
    if name is NULL:
        return False
    while name[at] == <unsigned char> wanted[at]:
        if name[at] == 0:
            return True
        at += 1
    return False


cdef inline int name_value(const TagTable* table, const unsigned char* name) noexcept nogil:
    """A name's number in a table, 0 if it is not there."""
    cdef unsigned int slot = tag_hash(name) & (TAG_SLOTS - 1)
    while table.slots[slot].name is not NULL:  # fill_tags leaves free ones
        if is_named(table.slots[slot].name, <const char*> name):
            return table.slots[slot].value
        slot = (slot + 1) & (TAG_SLOTS - 1)
    return 0


cdef inline int tag_value(const TagTable* table, const xmlNode* node) noexcept nogil:
    """The number of an element, or of an attribute, in a table; 0 if its name is not there."""
    if node.name is NULL or (node.ns is not NULL and node.ns.href is not NULL):
        return 0
    return name_value(table, node.name)


# Nodes


cdef inline bint is_element(const xmlNode* node) noexcept nogil:
    return node.type == XML_ELEMENT_NODE


cdef inline bint is_text(const xmlNode* node) noexcept nogil:
    """Whether a node is text; then its content may still be NULL."""
    return node.type == XML_TEXT_NODE or node.type == XML_CDATA_SECTION_NODE


cdef inline xmlNode* after(xmlNode* node, const xmlNode* top, bint is_entered) noexcept nogil:
    """The next node in page order below `top`, NULL after the last; of a node that is not entered without what is in it."""
    if is_entered and node.type == XML_ELEMENT_NODE and node.children is not NULL:
        return node.children
    while node is not NULL and node is not top:
        if node.next is not NULL:
            return node.next
        node = node.parent
    return NULL


cdef inline xmlNode* next_element(xmlNode* node, const xmlNode* top) noexcept nogil:
    """The next element in page order below `top`, NULL after the last. `node`: an element."""
    cdef xmlNode* other = node.children
    while other is not NULL:
        if other.type == XML_ELEMENT_NODE:
            return other
        other = other.next
    return element_behind(node, top)


cdef inline xmlNode* element_behind(xmlNode* node, const xmlNode* top) noexcept nogil:
    """The same, past what is in the element."""
    cdef xmlNode* other
    while node is not NULL and node is not top:
        other = node.next
        while other is not NULL:
            if other.type == XML_ELEMENT_NODE:
                return other
            other = other.next
        node = node.parent
    return NULL


# Attributes


cdef inline xmlAttr* attribute_of(xmlNode* element, const char* name) noexcept nogil:
    """The attribute of a name of no namespace; NULL: none."""
    cdef xmlAttr* attribute = element.properties
    while attribute is not NULL:
        if is_named(attribute.name, name) and (attribute.ns is NULL or attribute.ns.href is NULL):
            return attribute
        attribute = attribute.next
    return NULL


cdef inline const char* whole_value(xmlAttr* attribute) noexcept nogil:
    """An attribute's value in UTF-8; NULL where it stands in several pieces, which HTML's parser makes none of."""
    cdef xmlNode* text = attribute.children
    if text is NULL:
        return ""
    if text.next is not NULL or text.type != XML_TEXT_NODE:
        return NULL
    if text.content is NULL:
        return ""
    return <const char*> text.content


# Characters


cdef inline Py_ssize_t char_count(const unsigned char* text) noexcept nogil:
    """The characters of a text in UTF-8."""
    cdef Py_ssize_t length = strlen(<const char*> text), at, count = 0
    for at in range(length):  # the compiler makes it many bytes at once
        count += (text[at] & 0xC0) != 0x80
    return count


cdef inline Py_UCS4 read_letter(const unsigned char** at) noexcept nogil:
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
    return <Py_UCS4> code if code <= 0x10FFFF else 0xFFFD


cdef inline int space_bytes(const unsigned char* at) noexcept nogil:
    """The length of the white space character (as str.split has it) that begins here, in bytes of UTF-8 that end with NUL; 0: none."""
    cdef unsigned char first = at[0]
    if first < 0x80:
        return first == 0x20 or 0x09 <= first <= 0x0D or 0x1C <= first <= 0x1F
    if first == 0xC2:
        return 2 if at[1] == 0x85 or at[1] == 0xA0 else 0
    if first == 0xE2:
        if at[1] == 0x80:
            return 3 if 0x80 <= at[2] <= 0x8A or at[2] == 0xA8 or at[2] == 0xA9 or at[2] == 0xAF else 0
        return 3 if at[1] == 0x81 and at[2] == 0x9F else 0
    if first == 0xE1:
        return 3 if at[1] == 0x9A and at[2] == 0x80 else 0
    return 3 if first == 0xE3 and at[1] == 0x80 and at[2] == 0x80 else 0
