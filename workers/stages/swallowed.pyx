"""Elements that are never article and hold most of a page's text: the page forgot to close them."""

cimport lxml.includes.etreepublic as cetree
from cpython.mem cimport PyMem_Free
from lxml.includes.tree cimport xmlNode

from workers.model.blocks import TEXTLESS
from workers.native.nodes cimport TagTable, char_count, fill_tags, grown, is_element, is_text, node_of, tag_value

cetree.import_lxml__etree()

cdef enum:
    IS_TEXTLESS = 1
    IS_APART = 2

cdef TagTable _kinds
_APART = "head nav button aside footer label figure picture source menu dialog fieldset legend time".split()  # trafilatura removes them
fill_tags(&_kinds, {**dict.fromkeys(TEXTLESS, IS_TEXTLESS), **dict.fromkeys(_APART, IS_APART)})


cdef struct Apart:
    xmlNode* node
    Py_ssize_t chars  # before it; once it is closed: in it
    Py_ssize_t around  # the number of the innermost one around it, -1: none


def swallowed_in(cetree._Element tree not None) -> list:
    """Those elements, in page order. Text that is none to a reader does not count."""
    cdef Apart* found = NULL
    cdef xmlNode* top = node_of(tree)
    cdef xmlNode* node = top
    cdef Py_ssize_t count = 0, room = 0, chars = 0, at, inner = -1  # the innermost that is open, by its number
    cdef int kind
    try:
        while True:
            kind = 0
            if is_text(node):
                if node.content is not NULL:
                    chars += char_count(node.content)
            elif is_element(node):
                kind = tag_value(&_kinds, node)
                if kind == IS_APART:
                    found = <Apart*> grown(found, count + 1, &room, sizeof(Apart))
                    found[count] = Apart(node=node, chars=chars, around=inner)
                    inner = count
                    count += 1
                if kind != IS_TEXTLESS and node.children is not NULL:
                    node = node.children
                    continue
            while True:  # the node is done, and with the last in it the one around it
                if inner >= 0 and found[inner].node is node:
                    found[inner].chars = chars - found[inner].chars
                    inner = found[inner].around
                if node is top:
                    return [cetree.elementFactory(tree._doc, found[at].node) for at in range(count) if 2 * found[at].chars > chars]
                if node.next is not NULL:
                    node = node.next
                    break
                node = node.parent
    finally:
        PyMem_Free(found)
