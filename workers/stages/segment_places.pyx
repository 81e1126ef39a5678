"""Where a page's lines stand in its tree, found on libxml2's own nodes: an element is made only for a place that is wanted."""

cimport lxml.includes.etreepublic as cetree
from lxml.includes.tree cimport xmlNode

from workers.native.nodes cimport after, has_chars, is_text, next_element, node_of, read_letter
from workers.stages.segment_kinds cimport CONTAINER, LEAD, LEAF, TOP_HEADING, holds_block, kinds

cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* chars, Py_ssize_t size)
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ(int kind, void* data, Py_ssize_t at)
    bint Py_UNICODE_ISSPACE(Py_UCS4 letter)

cetree.import_lxml__etree()

cdef enum:
    KEY_CHARS_ = 80
    KEY_SCAN_CHARS_ = 400
    BEGIN_CHARS = 4  # of a key: most elements are told by them
    LEAD_MIN_CHARS_ = 80

KEY_CHARS = KEY_CHARS_  # of a line without white space: enough to find its element
KEY_SCAN_CHARS = KEY_SCAN_CHARS_  # of an element's text, white space included
LEAD_MIN_CHARS = LEAD_MIN_CHARS_


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
        node = after(node, element, True)
        if node == NULL:
            return count
        if not is_text(node) or node.content == NULL:
            continue
        at = <const unsigned char*>node.content
        while at[0]:
            letter = read_letter(&at)
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
    cdef xmlNode* root = node_of(tree)
    cdef xmlNode* node = root
    cdef int kind = CONTAINER if in_containers else LEAF
    cdef int count
    cdef str key
    while node != NULL and len(places) < len(wanted):
        if kinds(node) & kind and not (in_containers and holds_block(node)):
            count = _key(node, begins, letters)
            if count >= 0:
                key = PyUnicode_FromKindAndData(4, letters, count)
                if key in wanted and key not in places:
                    places[key] = cetree.elementFactory(tree._doc, node)
        node = next_element(node, root)
    return places


def leads_before(cetree._Element tree not None, cetree._Element first not None):
    """The elements between the last h1 before an element and this one that can hold a lead: with enough text, without a block, not
    around it. None where there is no h1 before it.
    """
    cdef xmlNode* root = node_of(tree)
    cdef xmlNode* node = root
    cdef xmlNode* above
    cdef xmlNode* heading = NULL
    cdef xmlNode* end = node_of(first)
    while node != NULL and node != end:
        if kinds(node) & TOP_HEADING and not _is_above(node, end):
            heading = node
        node = next_element(node, root)
    if heading == NULL:
        return None
    cdef list found = []
    node = next_element(heading, root)
    while node != NULL and node != end:
        if kinds(node) & LEAD and not holds_block(node) and has_chars(node, LEAD_MIN_CHARS_) and not _is_above(node, end):
            found.append(cetree.elementFactory(tree._doc, node))
        node = next_element(node, root)
    return found


cdef bint _is_above(xmlNode* above, xmlNode* node) noexcept:
    while node != NULL:
        node = node.parent
        if node == above:
            return True
    return False
