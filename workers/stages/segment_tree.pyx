"""What stands in and around elements of a page, read on libxml2's own nodes: heads of lists, links, images, texts."""

cimport lxml.includes.etreepublic as cetree
from libc.string cimport strlen
from lxml.includes.tree cimport xmlNode, XML_ELEMENT_NODE

from workers.native.nodes cimport after, has_chars, is_text, next_element, node_of, read_letter
from workers.stages.segment_kinds cimport HEAD, HEADING, IMAGE, INLINE_HEAD, LEAF, LINK, NO_BOX, TOP_HEADING, holds, kinds

cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* chars, Py_ssize_t size)
    bint Py_UNICODE_ISSPACE(Py_UCS4 letter)

cetree.import_lxml__etree()

cdef enum:
    HEAD_MAX_CHARS_ = 40
    HEADING_CHARS = 20_000

HEAD_MAX_CHARS = HEAD_MAX_CHARS_


def short_heads(cetree._Element container not None):
    """The elements in one that can be the head of a list, each with its own text: not more than HEAD_MAX_CHARS, ends stripped. Where it
    has none, that of an inline element which it begins with.
    """
    cdef list found = []
    cdef xmlNode* root = node_of(container)
    cdef xmlNode* node = root
    cdef xmlNode* child
    cdef str text
    while node != NULL:
        if kinds(node) & HEAD:
            text = _short_text(node, False)
            if text is not None and not text:
                child = cetree.findChildForwards(node, 0)
                if child != NULL and kinds(child) & INLINE_HEAD:
                    text = _short_text(child, True)
            if text:
                found.append((cetree.elementFactory(container._doc, node), text))
        node = next_element(node, root)
    return found


cdef str _short_text(xmlNode* element, bint whole):
    """The text of an element, ends stripped: what stands in it before any other, or the `whole`. None where it is too long."""
    cdef Py_UCS4 letters[HEAD_MAX_CHARS_]
    cdef xmlNode* node = element
    cdef const unsigned char* at
    cdef int read = 0, size = 0  # since the first that is no white space; the last such is the end
    cdef Py_UCS4 letter
    while True:
        node = after(node, element, True)
        if node == NULL or (not whole and not is_text(node)):
            return PyUnicode_FromKindAndData(4, letters, size)
        if not is_text(node) or node.content == NULL:
            continue
        at = <const unsigned char*>node.content
        while at[0]:
            letter = read_letter(&at)
            if Py_UNICODE_ISSPACE(letter):
                if size == 0:
                    continue
            elif read >= HEAD_MAX_CHARS_:
                return None
            else:
                size = read + 1
            if read < HEAD_MAX_CHARS_:
                letters[read] = letter
                read += 1


def links_in(cetree._Element element not None, int most):
    """The `a` in an element, the first ones."""
    cdef list found = []
    cdef xmlNode* root = node_of(element)
    cdef xmlNode* node = root
    while node != NULL and len(found) < most:
        if kinds(node) & LINK:
            found.append(cetree.elementFactory(element._doc, node))
        node = next_element(node, root)
    return found


def link_around(cetree._Element element not None):
    """The element's parent, where that is an `a`; else None."""
    cdef xmlNode* above = node_of(element).parent
    return cetree.elementFactory(element._doc, above) if above != NULL and kinds(above) & LINK else None


def box_of(cetree._Element element not None):
    """The outermost element that holds nothing else, inside one that holds more."""
    cdef xmlNode* node = node_of(element)
    cdef xmlNode* above = node.parent
    while above != NULL and above.type == XML_ELEMENT_NODE and not kinds(above) & NO_BOX and _holds_nothing_else(above):
        node, above = above, above.parent
    return cetree.elementFactory(element._doc, node)


cdef bint _holds_nothing_else(xmlNode* above) noexcept:
    """Whether an element has one child, and no text before it."""
    cdef const unsigned char* at
    cdef Py_UCS4 letter
    cdef xmlNode* node = above.children
    while node != NULL and is_text(node):
        at = <const unsigned char*>node.content
        while at != NULL and at[0]:
            letter = read_letter(&at)
            if not Py_UNICODE_ISSPACE(letter):
                return False
        node = node.next
    cdef int children = 0
    while node != NULL and children < 2:
        children += cetree._isElement(node)
        node = node.next
    return children == 1


def holds_image(cetree._Element box not None):
    """Whether there is an image in an element, or in the one before it."""
    cdef xmlNode* node = node_of(box)
    cdef xmlNode* before = node.prev
    while before != NULL and not cetree._isElement(before):
        before = before.prev
    return holds(node, IMAGE) or (before != NULL and holds(before, IMAGE))


def text_of(cetree._Element element not None):
    """All text in an element, as it stands there."""
    return _text(node_of(element))


cdef str _text(xmlNode* root):
    cdef xmlNode* node = root
    cdef xmlNode* only = NULL
    cdef list parts = None
    cdef bytes part
    while True:
        node = after(node, root, True)
        if node == NULL:
            break
        if not is_text(node) or node.content == NULL:
            continue
        if only == NULL:
            only = node
            continue
        if parts is None:
            parts = [<bytes>(<const char*>only.content)]
        parts.append(<bytes>(<const char*>node.content))
    if parts is not None:
        return b"".join(parts).decode()
    return "" if only == NULL else (<const char*>only.content)[:strlen(<const char*>only.content)].decode("utf-8")


def has_long_leaves(cetree._Element element not None, int chars, int wanted):
    """Whether an element has so many leaves that are no h1, each with a text of so many characters."""
    cdef xmlNode* root = node_of(element)
    cdef xmlNode* node = root
    while node != NULL and wanted > 0:
        if kinds(node) & (LEAF | TOP_HEADING) == LEAF and has_chars(node, chars):
            wanted -= 1
        node = next_element(node, root)
    return wanted <= 0


def heading_texts(cetree._Element tree not None):
    """The text of each heading, as it stands there, but of those with more than HEADING_CHARS: many inside each other have the same text."""
    cdef list found = []
    cdef xmlNode* root = node_of(tree)
    cdef xmlNode* node = root
    while node != NULL:
        if kinds(node) & HEADING and not has_chars(node, HEADING_CHARS):
            found.append(_text(node))
        node = next_element(node, root)
    return found
