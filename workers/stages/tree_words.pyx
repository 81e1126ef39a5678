"""What a tree has, told by one walk over libxml2's own nodes."""

cimport lxml.includes.etreepublic as cetree
from lxml.includes.tree cimport xmlNode

from workers.native.nodes cimport TagTable, after, char_count, fill_tags, is_element, is_named, is_text, next_element, node_of, tag_value

cetree.import_lxml__etree()

cdef enum:
    RECENT = 64  # names that are known by their place: libxml2 has a page's names once each


def tags_in(cetree._Element top not None) -> set:
    """The tags of an element and of those in it."""
    cdef const unsigned char* recent[RECENT]
    cdef xmlNode* root = node_of(top)
    cdef xmlNode* node = root
    cdef size_t slot
    found = set()
    for slot in range(RECENT):
        recent[slot] = NULL
    while node is not NULL:
        if node.name is not NULL:
            slot = (<size_t> node.name >> 3) % RECENT
            if node.ns is not NULL or recent[slot] is not node.name:
                found.add(cetree.namespacedName(node))
                recent[slot] = node.name if node.ns is NULL else NULL
        node = next_element(node, root)
    return found


def chars_in(cetree._Element top not None) -> int:
    """The characters of an element's text, as many as its text_content has."""
    cdef xmlNode* root = node_of(top)
    cdef xmlNode* node = root
    cdef Py_ssize_t count = 0
    while node is not NULL:
        if is_text(node) and node.content is not NULL:
            count += char_count(node.content)
        node = after(node, root, True)
    return count


def with_children(cetree._Element top not None, str tag, Py_ssize_t more_than) -> list:
    """The elements of a tag in it, and itself, with more children than that."""
    cdef bytes kept = tag.encode()
    cdef const char* name = kept
    cdef xmlNode* root = node_of(top)
    cdef xmlNode* node = root
    cdef xmlNode* child
    cdef Py_ssize_t count
    found = []
    while node is not NULL:
        if node.ns is NULL and is_named(node.name, name):
            count = 0
            child = node.children
            while child is not NULL and count <= more_than:
                count += is_element(child)
                child = child.next
            if count > more_than:
                found.append(cetree.elementFactory(top._doc, node))
        node = next_element(node, root)
    return found


cdef class Tags:
    """Some tags."""

    cdef TagTable _tags

    def __init__(self, tags):
        fill_tags(&self._tags, dict.fromkeys(tags, 1))

    def empty_below(self, cetree._Element top not None) -> list:
        """The elements of these tags in it with nothing in them, in page order."""
        cdef xmlNode* root = node_of(top)
        cdef xmlNode* node = root
        found = []
        while node is not NULL:
            node = next_element(node, root)
            if node is not NULL and node.children is NULL and tag_value(&self._tags, node):
                found.append(cetree.elementFactory(top._doc, node))
        return found
