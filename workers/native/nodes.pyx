"""Leave for modules in C to read the nodes of libxml2 that lxml made: they know where each field is from the headers of one version only.

Each gets at an element's node by `node_of`, and so imports this one before it reads any. What is compared here is settled when it is
built, and all modules are built together.
"""

from lxml import etree

cimport lxml.includes.etreepublic as cetree
from cpython.mem cimport PyMem_Realloc
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.string cimport strlen
from lxml.includes.etreepublic cimport LXML_VERSION_STRING
from lxml.includes.tree cimport LIBXML_VERSION, xmlAttr, xmlNode


def check_versions(lxml: str, libxml2: tuple[int, ...]) -> None:
    """Raises ImportError for an lxml or a libxml2 that is not the one whose headers this was compiled with."""
    compiled_lxml = LXML_VERSION_STRING.decode()
    compiled_libxml2 = (LIBXML_VERSION // 10_000, LIBXML_VERSION // 100 % 100, LIBXML_VERSION % 100)
    if (lxml, libxml2) != (compiled_lxml, compiled_libxml2):
        raise ImportError(
            f"Rawi's modules in C were compiled for lxml {compiled_lxml} with libxml2 {'.'.join(map(str, compiled_libxml2))}, and here is "
            f"lxml {lxml} with {'.'.join(map(str, libxml2))}: run `make install` in a checkout, or reinstall Rawi so that it is compiled anew"
        )


check_versions(etree.__version__, etree.LIBXML_VERSION)
cetree.import_lxml__etree()
_kept: list[bytes] = []  # the names in all tables


cdef int fill_tags(TagTable* table, dict values) except -1:
    cdef unsigned int slot
    cdef const unsigned char* name
    if len(values) > TAG_SLOTS // 4:
        raise ValueError(f"{len(values)} tags, {TAG_SLOTS // 4} at most")
    for slot in range(TAG_SLOTS):
        table.slots[slot].name = NULL
        table.slots[slot].value = 0
    for tag, value in values.items():
        kept = tag.encode()
        _kept.append(kept)
        name = kept
        slot = tag_hash(name) & (TAG_SLOTS - 1)
        while table.slots[slot].name is not NULL:
            slot = (slot + 1) & (TAG_SLOTS - 1)
        table.slots[slot].name = name
        table.slots[slot].value = value
    return 0


cdef void* grown(void* array, Py_ssize_t needed, Py_ssize_t* room, size_t item_bytes) except NULL:
    """An array with room for so many items, at another place perhaps."""
    cdef Py_ssize_t more
    if needed <= room[0]:
        return array
    more = 2 * needed + 256
    array = PyMem_Realloc(array, more * item_bytes)
    if array is NULL:
        raise MemoryError
    room[0] = more
    return array


cdef xmlNode* node_of(cetree._Element element) except NULL:
    """An element's node. Raises ValueError for an element that lxml has let go of."""
    if element._c_node is NULL:
        raise ValueError("an element that is gone")
    return element._c_node


cdef str value_of(xmlNode* element, xmlAttr* attribute):
    """An attribute's value."""
    cdef const char* value = whole_value(attribute)
    return cetree.attributeValue(element, attribute) if value is NULL else PyUnicode_DecodeUTF8(value, strlen(value), NULL)


cdef str value_at(xmlNode* element, const char* name):
    """The value of the attribute of a name of no namespace; None without it."""
    cdef xmlAttr* attribute = attribute_of(element, name)
    return None if attribute is NULL else value_of(element, attribute)


cdef bint has_chars(xmlNode* element, Py_ssize_t chars) noexcept nogil:
    """Whether the text in an element has so many characters."""
    cdef xmlNode* node = after(element, element, True)
    cdef const unsigned char* at
    while node is not NULL:
        at = node.content if is_text(node) else NULL
        while at is not NULL and at[0]:
            chars -= at[0] & 0xC0 != 0x80
            if chars <= 0:
                return True
            at += 1
        node = after(node, element, True)
    return False
