"""Walks over a page's tree for segmentation, on libxml2's own nodes: an element is made only for a place that is wanted.

Bytes of texts are UTF-8 that libxml2 has checked, and end with a NUL. No walk goes down by recursion: a page nests as it likes.
"""

cimport lxml.includes.etreepublic as cetree
from libc.string cimport strcmp, strlen
from lxml.includes.tree cimport xmlNode, XML_CDATA_SECTION_NODE, XML_ELEMENT_NODE, XML_TEXT_NODE

cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* chars, Py_ssize_t size)
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, void* data, Py_ssize_t at)
    bint Py_UNICODE_ISSPACE(Py_UCS4 letter)

cetree.import_lxml__etree()

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LEAVES = (*_HEADINGS, "p", "li", "blockquote", "figcaption", "td", "dd", "pre")
_CONTAINERS = ("div", "section", "span")
_BLOCKS = (*_LEAVES, "div", "section", "ul", "ol", "table", "article", "figure", "form", "dl")
_HEADS = (*_HEADINGS, "p", "div", "span", "strong", "b", "section", "dt", "header")
_INLINE_HEADS = ("strong", "b", "span", "em", "u", "i", "font")
_LEADS = ("p", "div", "h2", "h3", "span")
_NO_BOXES = ("body", "article", "main")

cdef enum:
    LEAF = 1
    CONTAINER = 2
    BLOCK = 4
    HEAD = 8
    INLINE_HEAD = 16
    LEAD = 32
    NO_BOX = 64
    TOP_HEADING = 128
    LINK = 256
    IMAGE = 512
    HEADING = 1024
    SLOTS = 256  # of the table of names: a power of two, four times as many as names
    NAME_BYTES = 12  # with the NUL
    KEY_CHARS_ = 80
    KEY_SCAN_CHARS_ = 400
    BEGIN_CHARS = 4  # of a key: most elements are told by them
    HEAD_MAX_CHARS_ = 40
    LEAD_MIN_CHARS_ = 80

KEY_CHARS = KEY_CHARS_  # of a line without white space: enough to find its element
KEY_SCAN_CHARS = KEY_SCAN_CHARS_  # of an element's text, white space included
HEAD_MAX_CHARS = HEAD_MAX_CHARS_
LEAD_MIN_CHARS = LEAD_MIN_CHARS_

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


cdef int _kinds(xmlNode* node) noexcept:
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


cdef inline xmlNode* _next(xmlNode* node, xmlNode* root) noexcept:
    """The node after this one in page order; NULL when all in `root` were seen."""
    if node.type == XML_ELEMENT_NODE and node.children != NULL:
        return node.children
    return _after(node, root)


cdef inline xmlNode* _after(xmlNode* node, xmlNode* root) noexcept:
    """The same, past what is in the node."""
    while node != root and node != NULL:
        if node.next != NULL:
            return node.next
        node = node.parent
    return NULL


cdef inline bint _is_text(xmlNode* node) noexcept:
    return node.type == XML_TEXT_NODE or node.type == XML_CDATA_SECTION_NODE


cdef inline xmlNode* _first_child(xmlNode* node) noexcept:
    """The first that is an element to lxml: comments are, too."""
    node = node.children
    while node != NULL and not cetree._isElement(node):
        node = node.next
    return node


cdef inline bint _holds_block(xmlNode* node) noexcept:
    """Whether a child is a block."""
    node = node.children
    while node != NULL:
        if _kinds(node) & BLOCK:
            return True
        node = node.next
    return False


cdef inline bint _holds(xmlNode* root, int kind) noexcept:
    """Whether an element of a kind is in another, or is that one."""
    cdef xmlNode* node = root
    while node != NULL:
        if _kinds(node) & kind:
            return True
        node = _next(node, root)
    return False


cdef inline Py_UCS4 _read(const unsigned char** at) noexcept:
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
    return <Py_UCS4>code if code <= 0x10FFFF else 0xFFFD


cdef class _Begins:
    """The first letters of the keys that are looked for."""

    cdef unsigned long long bits[16]

    def __init__(self, keys):
        cdef str key
        cdef Py_UCS4 letters[BEGIN_CHARS]
        cdef int at
        for at in range(16):
            self.bits[at] = 0
        for key in keys:
            if len(key) >= BEGIN_CHARS:
                for at in range(BEGIN_CHARS):
                    letters[at] = PyUnicode_READ(PyUnicode_KIND(key), PyUnicode_DATA(key), at)
                self.bits[self.place(letters) >> 6] |= 1ULL << (self.place(letters) & 63)

    cdef unsigned int place(self, const Py_UCS4* letters) noexcept:
        cdef unsigned int mixed = 0
        cdef int at
        for at in range(BEGIN_CHARS):
            mixed = (mixed ^ <unsigned int>letters[at]) * 0x9E3779B1u
        return mixed >> 22  # ten bits

    cdef bint may_have(self, const Py_UCS4* letters) noexcept:
        cdef unsigned int place = self.place(letters)
        return self.bits[place >> 6] >> (place & 63) & 1


cdef int _key(xmlNode* element, _Begins begins, Py_UCS4* key) noexcept:
    """Write the key of an element's text, at most KEY_CHARS; returns its length, -1 where none that is looked for begins like it."""
    cdef xmlNode* node = element
    cdef const unsigned char* at
    cdef int count = 0, scanned = 0
    cdef Py_UCS4 letter
    while True:
        node = _next(node, element)
        if node == NULL:
            return count
        if not _is_text(node) or node.content == NULL:
            continue
        at = <const unsigned char*>node.content
        while at[0]:
            letter = _read(&at)
            scanned += 1
            if not Py_UNICODE_ISSPACE(letter):
                key[count] = letter
                count += 1
                if count == KEY_CHARS_:
                    return count
                if count == BEGIN_CHARS and not begins.may_have(key):
                    return -1
            if scanned == KEY_SCAN_CHARS_:
                return count


cdef int _line_key(str line, Py_UCS4* key, int most) noexcept:
    """Write the first characters of a line's key, so many at most; returns how many."""
    cdef int kind = PyUnicode_KIND(line), count = 0
    cdef void* chars = PyUnicode_DATA(line)
    cdef Py_ssize_t at
    cdef Py_UCS4 letter
    for at in range(min(len(line), KEY_SCAN_CHARS_)):
        letter = PyUnicode_READ(kind, chars, at)
        if not Py_UNICODE_ISSPACE(letter):
            key[count] = letter
            count += 1
            if count == most:
                break
    return count


def key_of(str line not None):
    """What a line is looked for by: the first characters of it that are no white space."""
    cdef Py_UCS4 key[KEY_CHARS_]
    cdef int count = _line_key(line, key, KEY_CHARS_)
    return PyUnicode_FromKindAndData(4, key, count)


def may_have_key(list lines not None, keys):
    """The lines whose keys may be among some, by their first letters: where a joiner is one, which keys spell otherwise, any."""
    cdef _Begins begins = _Begins(keys)
    cdef Py_UCS4 key[BEGIN_CHARS]
    cdef str line
    cdef list found = []
    for line in lines:
        if _line_key(line, key, BEGIN_CHARS) < BEGIN_CHARS or _has_joiner(key) or begins.may_have(key):
            found.append(line)
    return found


cdef bint _has_joiner(const Py_UCS4* key) noexcept:
    """Whether one of the first letters is a joiner, or may begin one written as a character reference."""
    cdef int at
    for at in range(BEGIN_CHARS):
        if key[at] == c"&" or key[at] == 0x200C or key[at] == 0x200D:
            return True
    return False


def find_places(cetree._Element tree not None, set wanted not None, bint in_containers):
    """For each of some keys the first element whose text has it: of leaves, or of containers that hold no block. Not all are found."""
    cdef dict places = {}
    cdef _Begins begins = _Begins(wanted)
    cdef Py_UCS4 letters[KEY_CHARS_]
    cdef xmlNode* root = tree._c_node
    cdef xmlNode* node = root
    cdef int kind = CONTAINER if in_containers else LEAF
    cdef int count
    cdef str key
    while node != NULL and len(places) < len(wanted):
        if _kinds(node) & kind and not (in_containers and _holds_block(node)):
            count = _key(node, begins, letters)
            if count >= 0:
                key = PyUnicode_FromKindAndData(4, letters, count)
                if key in wanted and key not in places:
                    places[key] = cetree.elementFactory(tree._doc, node)
        node = _next(node, root)
    return places


def leads_before(cetree._Element tree not None, cetree._Element first not None):
    """The elements between the last h1 before an element and this one that can hold a lead: with enough text, without a block, not
    around it. None where there is no h1 before it.
    """
    cdef xmlNode* root = tree._c_node
    cdef xmlNode* node = root
    cdef xmlNode* above
    cdef xmlNode* heading = NULL
    cdef int kinds
    while node != NULL and node != first._c_node:
        if _kinds(node) & TOP_HEADING and not _is_above(node, first._c_node):
            heading = node
        node = _next(node, root)
    if heading == NULL:
        return None
    cdef list found = []
    node = _next(heading, root)
    while node != NULL and node != first._c_node:
        if _kinds(node) & LEAD and not _holds_block(node) and _has_chars(node, LEAD_MIN_CHARS_) and not _is_above(node, first._c_node):
            found.append(cetree.elementFactory(tree._doc, node))
        node = _next(node, root)
    return found


cdef bint _is_above(xmlNode* above, xmlNode* node) noexcept:
    while node != NULL:
        node = node.parent
        if node == above:
            return True
    return False


cdef bint _has_chars(xmlNode* element, int chars) noexcept:
    """Whether the text in an element has so many characters."""
    cdef xmlNode* node = element
    cdef const unsigned char* at
    while True:
        node = _next(node, element)
        if node == NULL:
            return False
        if not _is_text(node) or node.content == NULL:
            continue
        at = <const unsigned char*>node.content
        while at[0]:
            chars -= at[0] & 0xC0 != 0x80
            if chars <= 0:
                return True
            at += 1


def short_heads(cetree._Element container not None):
    """The elements in one that can be the head of a list, each with its own text: not more than HEAD_MAX_CHARS, ends stripped. Where it
    has none, that of an inline element which it begins with.
    """
    cdef list found = []
    cdef xmlNode* root = container._c_node
    cdef xmlNode* node = root
    cdef xmlNode* child
    cdef str text
    while node != NULL:
        if _kinds(node) & HEAD:
            text = _short_text(node, False)
            if text is not None and not text:
                child = _first_child(node)
                if child != NULL and _kinds(child) & INLINE_HEAD:
                    text = _short_text(child, True)
            if text:
                found.append((cetree.elementFactory(container._doc, node), text))
        node = _next(node, root)
    return found


cdef str _short_text(xmlNode* element, bint whole):
    """The text of an element, ends stripped: what stands in it before any other, or the `whole`. None where it is too long."""
    cdef Py_UCS4 letters[HEAD_MAX_CHARS_]
    cdef xmlNode* node = element
    cdef const unsigned char* at
    cdef int read = 0, size = 0  # since the first that is no white space; the last such is the end
    cdef Py_UCS4 letter
    while True:
        node = _next(node, element)
        if node == NULL or (not whole and not _is_text(node)):
            return PyUnicode_FromKindAndData(4, letters, size)
        if not _is_text(node) or node.content == NULL:
            continue
        at = <const unsigned char*>node.content
        while at[0]:
            letter = _read(&at)
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
    cdef xmlNode* root = element._c_node
    cdef xmlNode* node = root
    while node != NULL and len(found) < most:
        if _kinds(node) & LINK:
            found.append(cetree.elementFactory(element._doc, node))
        node = _next(node, root)
    return found


def link_around(cetree._Element element not None):
    """The element's parent, where that is an `a`; else None."""
    cdef xmlNode* above = element._c_node.parent
    return cetree.elementFactory(element._doc, above) if above != NULL and _kinds(above) & LINK else None


def box_of(cetree._Element element not None):
    """The outermost element that holds nothing else, inside one that holds more."""
    cdef xmlNode* node = element._c_node
    cdef xmlNode* above = node.parent
    while above != NULL and above.type == XML_ELEMENT_NODE and not _kinds(above) & NO_BOX and _holds_nothing_else(above):
        node, above = above, above.parent
    return cetree.elementFactory(element._doc, node)


cdef bint _holds_nothing_else(xmlNode* above) noexcept:
    """Whether an element has one child, and no text before it."""
    cdef const unsigned char* at
    cdef Py_UCS4 letter
    cdef xmlNode* node = above.children
    while node != NULL and _is_text(node):
        at = <const unsigned char*>node.content
        while at != NULL and at[0]:
            letter = _read(&at)
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
    cdef xmlNode* before = box._c_node.prev
    while before != NULL and not cetree._isElement(before):
        before = before.prev
    return _holds(box._c_node, IMAGE) or (before != NULL and _holds(before, IMAGE))


def text_of(cetree._Element element not None):
    """All text in an element, as it stands there."""
    return _text(element._c_node)


cdef str _text(xmlNode* root):
    cdef xmlNode* node = root
    cdef xmlNode* only = NULL
    cdef list parts = None
    cdef bytes part
    while True:
        node = _next(node, root)
        if node == NULL:
            break
        if not _is_text(node) or node.content == NULL:
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
    cdef xmlNode* root = element._c_node
    cdef xmlNode* node = root
    while node != NULL and wanted > 0:
        if _kinds(node) & (LEAF | TOP_HEADING) == LEAF and _has_chars(node, chars):
            wanted -= 1
        node = _next(node, root)
    return wanted <= 0


def heading_texts(cetree._Element tree not None):
    """The text of each heading, as it stands there."""
    cdef list found = []
    cdef xmlNode* root = tree._c_node
    cdef xmlNode* node = root
    while node != NULL:
        if _kinds(node) & HEADING:
            found.append(_text(node))
        node = _next(node, root)
    return found
