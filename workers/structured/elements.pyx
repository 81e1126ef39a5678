"""Elements of a page by their place, by where they link to, and their texts, read on libxml2's own nodes."""

cimport lxml.includes.etreepublic as cetree
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.string cimport memcpy
from lxml.includes.tree cimport xmlAttr, xmlNode

from workers.native.nodes cimport after, attribute_of, is_element, is_named, is_text, next_element, node_of, whole_value

cdef extern from "string.h" nogil:
    size_t strnlen(const char* text, size_t most)

cdef extern from "strings.h" nogil:
    int strncasecmp(const char* one, const char* other, size_t size)

cetree.import_lxml__etree()


def elements_at(cetree._Element root not None, Py_ssize_t start, Py_ssize_t stop):
    """The elements from one place in page order to before another; `root` stands at 0."""
    cdef xmlNode* top = node_of(root)
    cdef xmlNode* node = top
    cdef Py_ssize_t at = 0
    found = []
    while node != NULL and at < stop:
        if at >= start:
            found.append(cetree.elementFactory(root._doc, node))
        at += 1
        node = next_element(node, top)
    return found


def told_at(cetree._Element root not None, Py_ssize_t start, Py_ssize_t stop):
    """Those of `elements_at` with a text of their own, or in the first element inside them."""
    cdef xmlNode* top = node_of(root)
    cdef xmlNode* node = top
    cdef Py_ssize_t at = 0
    found = []
    while node != NULL and at < stop:
        if at >= start and _tells(node):
            found.append(cetree.elementFactory(root._doc, node))
        at += 1
        node = next_element(node, top)
    return found


cdef bint _tells(xmlNode* node) noexcept nogil:
    cdef xmlNode* inside
    if _has_text(node):
        return True
    inside = cetree.findChildForwards(node, 0)
    return inside != NULL and _has_text(inside)


cdef bint _has_text(xmlNode* node) noexcept nogil:
    """Whether more than ASCII white space stands before what is inside an element."""
    cdef xmlNode* text = node.children
    cdef const unsigned char* char
    while text != NULL and not cetree._isElement(text):
        if is_text(text):
            char = text.content
            while char != NULL and char[0]:
                if char[0] > 0x20:
                    return True
                char += 1
        text = text.next
    return False


def numbered_at(cetree._Element root not None, Py_ssize_t start, Py_ssize_t stop):
    """(Place, element) of those of `elements_at` with a digit in their own text, or with a letter that is not ASCII and may be one."""
    cdef xmlNode* top = node_of(root)
    cdef xmlNode* node = top
    cdef Py_ssize_t at = 0
    found = []
    while node != NULL and at < stop:
        if at >= start and _may_hold_digit(node):
            found.append((at, cetree.elementFactory(root._doc, node)))
        at += 1
        node = next_element(node, top)
    return found


cdef bint _may_hold_digit(xmlNode* node) noexcept nogil:
    cdef xmlNode* text = node.children
    cdef const unsigned char* char
    while text != NULL:
        if is_text(text):
            char = text.content
            while char != NULL and char[0]:
                if char[0] >= 0x80 or b"0" <= char[0] <= b"9":
                    return True
                char += 1
        text = text.next
    return False


def links_to(cetree._Element root not None, tuple parts not None):
    """The `a` elements whose `href` holds one of some parts in any case, or a letter that is not ASCII.

    `parts`: in lower case, each with a slash at its beginning.
    """
    cdef xmlNode* top = node_of(root)
    cdef xmlNode* node = top
    cdef xmlAttr* attribute
    found = []
    while node != NULL:
        if node.name[0] == b"a" and node.name[1] == 0:
            attribute = attribute_of(node, "href")
            if attribute != NULL and _leads_to(whole_value(attribute), parts):
                found.append(cetree.elementFactory(root._doc, node))
        node = next_element(node, top)
    return found


cdef bint _leads_to(const char* href, tuple parts) except -1:
    cdef const char* char = href
    cdef bytes part
    if href == NULL:
        return True
    while char[0]:
        if <unsigned char>char[0] >= 0x80:
            return True
        if char[0] == b"/":
            for part in parts:
                if strncasecmp(char, part, len(part)) == 0:
                    return True
        char += 1
    return False


def text_of(cetree._Element element not None, Py_ssize_t most_bytes):
    """The text of an element and of all inside it but scripts, styles, buttons, pictures and what is shown instead of them.

    `most_bytes`: of UTF-8, what is behind them is not read.
    """
    return _text(node_of(element), most_bytes, False)


def whole_text_of(cetree._Element element not None, Py_ssize_t most_bytes):
    """The text of an element and of all inside it, scripts too."""
    return _text(node_of(element), most_bytes, True)


cdef str _text(xmlNode* root, Py_ssize_t most_bytes, bint is_whole):
    cdef Py_ssize_t size = _gather(root, NULL, most_bytes, is_whole)
    cdef bytes text = PyBytes_FromStringAndSize(NULL, size)
    _gather(root, PyBytes_AS_STRING(text), most_bytes, is_whole)
    return text.decode("utf-8", "ignore" if size == most_bytes else "strict")  # "ignore": the last letter may have been cut


cdef Py_ssize_t _gather(xmlNode* root, char* into, Py_ssize_t most_bytes, bint is_whole) noexcept nogil:
    """Copy the text to where there is room for it; NULL: only tell its bytes."""
    cdef xmlNode* node = after(root, root, True)
    cdef Py_ssize_t size = 0, length
    while node != NULL and size < most_bytes:
        if is_text(node) and node.content != NULL:
            length = strnlen(<const char*> node.content, most_bytes - size)
            if into != NULL:
                memcpy(into + size, node.content, length)
            size += length
        node = after(node, root, node.children != NULL and is_element(node) and (is_whole or not _is_apart(node.name)))
    return size


cdef bint _is_apart(const unsigned char* name) noexcept nogil:
    if name[0] == b"s":
        return is_named(name, "script") or is_named(name, "style") or is_named(name, "svg")
    if name[0] == b"n":
        return is_named(name, "noscript")
    if name[0] == b"t":
        return is_named(name, "template")
    return name[0] == b"b" and is_named(name, "button")
