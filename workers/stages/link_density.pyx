"""What trafilatura's link_density_test and link_density_test_tables say, of all elements of a kind in one walk over libxml2's nodes.

Theirs look at all links of each element, and at the text of each link: elements inside each other are read again and again.
The answers are the same (pinned by tests/unit/stages/test_link_density.py).
"""

cimport lxml.includes.etreepublic as cetree
from cpython.mem cimport PyMem_Free
from lxml.includes.tree cimport XML_COMMENT_NODE, XML_ENTITY_REF_NODE, XML_PI_NODE, xmlNode

from trafilatura.utils import LINK_FARM_RATIO

from workers.native.nodes cimport TagTable, fill_tags, grown, is_element, is_text, node_of, space_bytes, tag_value

cetree.import_lxml__etree()

cdef enum:
    DIV = 1
    LIST
    PARAGRAPH
    TABLE
    LINK
    IMAGE
    CELL  # whose paragraphs are kept, for they are what it holds

cdef TagTable _kinds
_NUMBERS = {"div": DIV, "list": LIST, "p": PARAGRAPH, "table": TABLE}
fill_tags(&_kinds, {**_NUMBERS, "ref": LINK, "graphic": IMAGE, **dict.fromkeys(("item", "td", "th"), CELL)})
cdef double FARM = LINK_FARM_RATIO


cdef struct Part:  # an element of one of these kinds
    xmlNode* node
    int kind
    Py_ssize_t around  # the number of the innermost one around it that is open, -1: none
    Py_ssize_t first_link, links  # in it
    Py_ssize_t first_image, images
    Py_ssize_t chars  # of its text once its white space is collapsed; while it is open: those before it that are no white space
    Py_ssize_t words, texts  # before it
    bint is_in_word  # what is before it


cdef struct Sums:  # of the links before one, in page order
    Py_ssize_t chars
    Py_ssize_t with_text
    Py_ssize_t short
    Py_ssize_t not_alone  # not the only link of a paragraph


cdef class Density:
    """The links and texts in one element. It must not change before `linked` is asked."""

    cdef cetree._Element _top
    cdef Part* _parts
    cdef Sums* _sums
    cdef Py_ssize_t* _links  # their numbers in parts
    cdef bint* _begins  # by text: whether it begins with no white space
    cdef Py_ssize_t _count, _part_room, _link_count, _link_room, _sum_room, _text_count, _text_room, _images, _chars, _words
    cdef bint _is_in_word

    def __cinit__(self, cetree._Element top not None):
        self._top = top
        self._walk(node_of(top))
        self._add_up()

    def __dealloc__(self):
        PyMem_Free(self._parts)
        PyMem_Free(self._sums)
        PyMem_Free(self._links)
        PyMem_Free(self._begins)

    def linked(self, str tag) -> list:
        """The elements that trafilatura's delete_by_link_density (of a table: link_density_test_tables) takes out, in page order.

        Raises KeyError: not a tag of `div`, `list`, `p`, `table`.
        """
        cdef int kind = _NUMBERS[tag]
        cdef Py_ssize_t number
        cdef Part* part
        found = []
        for number in range(self._count if self._link_count else 0):
            part = &self._parts[number]
            if part.kind == kind and (self._is_linked_table(part) if kind == TABLE else self._is_linked(part)):
                found.append(cetree.elementFactory(self._top._doc, part.node))
        return found

    cdef bint _is_linked(self, Part* part) noexcept:
        cdef Sums* before = &self._sums[part.first_link]
        cdef Sums* after = &self._sums[part.first_link + part.links]
        cdef Py_ssize_t linked = after.chars - before.chars, with_text = after.with_text - before.with_text, most, alone
        cdef bint is_last = _next_element(part.node) is NULL
        if not part.links or part.images:
            return False
        if part.kind == PARAGRAPH and part.node.parent is not NULL and tag_value(&_kinds, part.node.parent) == CELL:
            return False
        alone = self._parts[self._links[part.first_link]].chars
        if part.links == 1 and alone > 100 and alone > part.chars * 0.9:
            return True
        if part.kind == PARAGRAPH:
            most = 60 if is_last else 30
        else:
            most = 300 if is_last else 100
        if part.chars < most:
            if not with_text or linked > part.chars * 0.8 or (with_text > 1 and <double> (after.short - before.short) / with_text > 0.8):
                return True
            return part.kind == DIV and part.chars < 100 and _has_three(part.node)
        if part.links > 4:
            return linked > part.chars * FARM and linked < 100 * with_text and after.not_alone > before.not_alone
        return False

    cdef bint _is_linked_table(self, Part* part) noexcept:
        cdef Py_ssize_t linked = self._sums[part.first_link + part.links].chars - self._sums[part.first_link].chars
        if not part.links or part.chars < 200:
            return False
        return linked > (0.8 if part.chars < 1000 else 0.5) * part.chars

    cdef int _walk(self, xmlNode* top) except -1:
        cdef xmlNode* node = top
        cdef Py_ssize_t inner = -1
        cdef int kind
        while True:
            if is_text(node):
                if node.content is not NULL and node.content[0]:
                    self._read(node.content)
            elif is_element(node):
                kind = tag_value(&_kinds, node)
                if kind == IMAGE:
                    self._images += 1
                elif kind and kind != CELL:
                    inner = self._opened(node, kind, inner)
                if node.children is not NULL:
                    node = node.children
                    continue
            while True:  # the node is done, and with the last in it the one around it
                if inner >= 0 and self._parts[inner].node is node:
                    inner = self._closed(&self._parts[inner])
                if node is top:
                    return 0
                if node.next is not NULL:
                    node = node.next
                    break
                node = node.parent

    cdef Py_ssize_t _opened(self, xmlNode* node, int kind, Py_ssize_t inner) except -2:
        cdef Py_ssize_t number = self._count
        if kind == LINK:
            self._links = <Py_ssize_t*> grown(self._links, self._link_count + 1, &self._link_room, sizeof(Py_ssize_t))
            self._links[self._link_count] = number
            self._link_count += 1
        self._parts = <Part*> grown(self._parts, number + 1, &self._part_room, sizeof(Part))
        self._parts[number] = Part(
            node=node,
            kind=kind,
            around=inner,
            first_link=self._link_count,
            links=0,
            first_image=self._images,
            images=0,
            chars=self._chars,
            words=self._words,
            texts=self._text_count,
            is_in_word=self._is_in_word,
        )
        self._count += 1
        return number

    cdef Py_ssize_t _closed(self, Part* part) noexcept:
        cdef Py_ssize_t chars = self._chars - part.chars, words = self._words - part.words
        if chars and part.is_in_word and self._begins[part.texts]:
            words += 1  # it began before the element
        part.chars = chars + words - 1 if chars else 0
        part.links = self._link_count - part.first_link
        part.images = self._images - part.first_image
        return part.around

    cdef int _read(self, const unsigned char* text) except -1:
        cdef Py_ssize_t width = space_bytes(text)
        self._begins = <bint*> grown(self._begins, self._text_count + 1, &self._text_room, sizeof(bint))
        self._begins[self._text_count] = not width
        self._text_count += 1
        while text[0]:
            width = space_bytes(text)
            if width:
                self._is_in_word = False
                text += width
                continue
            self._words += not self._is_in_word
            self._is_in_word = True
            self._chars += 1
            text += 1
            while text[0] & 0xC0 == 0x80:
                text += 1
        return 0

    cdef int _add_up(self) except -1:
        cdef Py_ssize_t number
        cdef Part* link
        cdef Part* around
        self._sums = <Sums*> grown(self._sums, self._link_count + 1, &self._sum_room, sizeof(Sums))
        self._sums[0] = Sums(chars=0, with_text=0, short=0, not_alone=0)
        for number in range(self._link_count):
            link = &self._parts[self._links[number]]
            self._sums[number + 1] = self._sums[number]
            self._sums[number + 1].chars += link.chars
            self._sums[number + 1].with_text += link.chars > 0
            self._sums[number + 1].short += 0 < link.chars < 10
            around = &self._parts[link.around] if link.around >= 0 else NULL
            if around is NULL or around.node is not link.node.parent or around.kind != PARAGRAPH or around.links > 1:
                self._sums[number + 1].not_alone += 1
        return 0


cdef xmlNode* _next_element(xmlNode* node) noexcept nogil:
    """What lxml's getnext gives: an element, a comment, ..."""
    node = node.next
    while node is not NULL and not is_element(node) and node.type not in (XML_COMMENT_NODE, XML_PI_NODE, XML_ENTITY_REF_NODE):
        node = node.next
    return node


cdef bint _has_three(xmlNode* node) noexcept nogil:
    """Whether it has three children that lxml counts."""
    cdef xmlNode* child = node.children
    cdef int count = 0
    if child is not NULL and is_text(child):
        child = _next_element(child)
    while child is not NULL and count < 3:
        count += 1
        child = _next_element(child)
    return count == 3
