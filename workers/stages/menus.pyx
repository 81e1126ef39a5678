"""The elements of a page that are menus or lists of stories, told by the blocks in them."""

from cpython.mem cimport PyMem_Calloc, PyMem_Free

from workers.model.blocks import TAG_NUMBER

cdef Py_ssize_t MIN_LINKS = 3
cdef Py_ssize_t PARAGRAPH_CHARS = 80  # outside links
cdef int PARAGRAPH = TAG_NUMBER["p"]


cdef struct Sum:  # of what is in an element
    Py_ssize_t parent
    Py_ssize_t chars
    Py_ssize_t linked
    Py_ssize_t links
    bint holds_text
    bint is_gone


def menus_of(blocks, double linked_share) -> list:
    """The numbers of the nodes whose elements are mostly links or hold nothing, the outermost: trafilatura looks at each link for that.

    One with a paragraph in it is no menu: then those inside it are asked. `linked_share`: of an element's characters, from which on they
    are "mostly links".
    """
    cdef list nodes = blocks.nodes, texts = blocks.texts, node_of = blocks.node, link_chars = blocks.link_chars, links = blocks.links
    cdef Py_ssize_t count = len(nodes), number, block, chars, linked
    cdef Sum* sums = <Sum*> PyMem_Calloc(count + 1, sizeof(Sum))
    cdef Sum* one
    cdef Sum* above
    gone = []
    if sums is NULL:
        raise MemoryError
    try:
        for block in range(len(texts)):
            number = node_of[block]
            if not 0 <= number < count:
                raise IndexError(number)
            one = &sums[number]
            chars, linked = len(texts[block]), link_chars[block]
            one.chars += chars
            one.linked += min(linked, chars)
            one.links += links[block]
            one.holds_text = one.holds_text or chars - linked >= PARAGRAPH_CHARS
        for number in range(count - 1, 0, -1):  # parents stand before their children
            one = &sums[number]
            one.parent = nodes[number].parent
            if not 0 <= one.parent < number:
                raise IndexError(one.parent)
            above = &sums[one.parent]
            above.chars += one.chars
            above.linked += one.linked
            above.links += one.links
            above.holds_text = above.holds_text or one.holds_text
        for number in range(1, count):
            one = &sums[number]
            if sums[one.parent].is_gone:
                one.is_gone = True
            elif not one.chars or (
                one.links >= MIN_LINKS
                and not one.holds_text
                and one.linked >= linked_share * one.chars
                and nodes[number].tag != PARAGRAPH
            ):
                one.is_gone = True
                gone.append(number)
    finally:
        PyMem_Free(sums)
    return gone
