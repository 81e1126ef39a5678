"""A copy of a tree without some elements."""

cimport lxml.includes.etreepublic as cetree
from cpython.mem cimport PyMem_Free
from lxml.includes.tree cimport xmlNode

from workers.model.cutter cimport is_textless, next_block
from workers.native.nodes cimport grown, is_element, is_named, node_of

cetree.import_lxml__etree()


cdef struct Change:  # of a pointer to a node, for the time of a copy
    xmlNode** where
    xmlNode* before


def copy_without(cetree._Element tree not None, cetree._Element body not None, list gone) -> cetree._Element:
    """A copy of a tree without its head and what holds no text, and without the elements of some of a cut's nodes.

    It is copied with those left out of the lists of children, and given back as it was: to copy them and then take them out takes longer.

    Args:
        tree: As it was when it was cut.
        body: The element that was cut, the tree itself or in it.
        gone: Numbers of nodes, in their order; none stands for `body`, or for an element inside another's.
    """
    cdef Change* changes = NULL
    cdef xmlNode** left_out = NULL
    cdef xmlNode** link
    cdef xmlNode* top = node_of(tree)
    cdef xmlNode* parent = top
    cdef xmlNode* node = node_of(body)
    cdef Py_ssize_t count = 0, room = 0, number = 0, found = 0, at = 0, left_room = 0, coming
    cdef bint is_gone
    try:
        left_out = <xmlNode**> grown(left_out, len(gone) + 1, &left_room, sizeof(xmlNode*))
        for coming in gone:
            while number < coming and node is not NULL:
                node = next_block(node, node_of(body))
                number += 1
            if node is NULL or number == 0:
                raise ValueError(f"no node {coming} in this tree")
            left_out[found] = node
            found += 1
        node, link = top.children, &top.children
        while True:
            while node is NULL and parent is not top:  # the end of a list of children
                node, link, parent = parent.next, &parent.next, parent.parent
            if node is NULL:
                return tree.__copy__()
            is_gone = at < found and node is left_out[at]
            at += is_gone
            if not is_gone and is_element(node):
                is_gone = is_textless(node) or (parent is top and is_named(node.name, "head"))
            if is_gone:
                changes = <Change*> grown(changes, count + 1, &room, sizeof(Change))
                changes[count] = Change(where=link, before=node)
                count += 1
                node = link[0] = node.next
            elif is_element(node) and node.children is not NULL:
                node, link, parent = node.children, &node.children, node
            else:
                node, link = node.next, &node.next
    finally:
        while count:  # the last change first: one place may have several
            count -= 1
            changes[count].where[0] = changes[count].before
        PyMem_Free(changes)
        PyMem_Free(left_out)
