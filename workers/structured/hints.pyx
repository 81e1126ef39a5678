"""One walk in C over the classes and ids of a page: of thousands only those with a hint become Python objects and are asked about."""

cimport lxml.includes.etreepublic as cetree
from lxml.includes.tree cimport xmlAttr, xmlNode

from workers.native.nodes cimport is_named, next_element, node_of, value_of, whole_value

cetree.import_lxml__etree()

# Whatever speaks of a date, an author or a path holds one of these, or a letter that is not ASCII.
HINTS = (
    b"dat time publi post stamp creat meta by info ago dt tarih fecha "
    b"aut writ yazar redakt report journal column contrib katib edit nevis credit-n crumb"
).split()

cdef enum:
    PAIRS = 1024  # of two letters, five bits each

# By a hint's first two letters its number from 1, and of each hint the next with the same two.
cdef unsigned char _first[PAIRS]
cdef unsigned char _others[64]
cdef const char* _hints[64]


cdef inline int _pair(unsigned char one, unsigned char other) noexcept nogil:
    return (one & 31) << 5 | (other & 31)


def _prepare():
    cdef int number, pair
    cdef bytes hint
    assert len(HINTS) < 64
    for number, hint in enumerate(HINTS, start=1):
        _hints[number] = hint  # HINTS keeps it
        pair = _pair(hint[0], hint[1])
        _others[number] = _first[pair]
        _first[pair] = number


_prepare()


cdef bint _has_hint(const char* text) noexcept nogil:
    cdef const unsigned char* char = <const unsigned char*>text
    cdef const char* hint
    cdef int number, at
    while char[0]:
        if char[0] >= 0x80:
            return True
        number = _first[_pair(char[0], char[1])]
        while number:
            hint = _hints[number]
            at = 0
            while hint[at] and (char[at] | 0x20) == <unsigned char>hint[at]:  # ends at the text's end, too: 0 is no letter
                at += 1
            if not hint[at]:
                return True
            number = _others[number]
        char += 1
    return False


def has_hint(bytes label not None):
    """Whether a class or id in UTF-8 may speak of what is looked for."""
    return _has_hint(label)


def find_labelled(cetree._Element root not None, kinds_of, int most):
    """Ask about the class and id of each element; (dates, times, authors, crumbs, order), in page order.

    `kinds_of`: told a label, whether it speaks of a date, and of an author. `dates` and `authors`: (place, element), `most` of each; among
    the authors as many of each `a` that links to one. `times`: each `time`. `crumbs`: elements. `order`: of each h1 to h4 its place.
    """
    cdef xmlNode* top = node_of(root)
    cdef xmlNode* node = top
    cdef Py_ssize_t at = 0
    cdef dict known = {}  # two thirds of a page's labels stand on it more than once
    cdef list dates = [], times = [], authors = [], crumbs = []
    cdef dict order = {}
    cdef int kinds, links = 0
    while node != NULL:
        if node.name[0] == b"h" and b"1" <= node.name[1] <= b"4" and node.name[2] == 0:
            order[cetree.elementFactory(root._doc, node)] = at
        elif node.name[0] == b"t" and is_named(node.name, b"time"):
            times.append((at, cetree.elementFactory(root._doc, node)))
        if node.properties != NULL:
            kinds = _kinds(node, kinds_of, known)
            if kinds:
                element = cetree.elementFactory(root._doc, node)
                if kinds & 1 and len(dates) < most:
                    dates.append((at, element))
                if kinds & 2 and len(authors) < most:
                    authors.append((at, element))
                if kinds & 4:
                    crumbs.append(element)
                if kinds & 8 and links < most:
                    authors.append((at, element))
                    links += 1
        at += 1
        node = next_element(node, top)
    return dates, times, authors, crumbs, order


cdef int _kinds(xmlNode* node, kinds_of, dict known) except -1:
    """1: of a date, 2: of an author, 4: of a path, 8: a link to an author."""
    cdef xmlAttr* attribute = node.properties
    cdef xmlAttr* own_class = NULL
    cdef xmlAttr* own_id = NULL
    cdef const char* value
    cdef int kinds = 0
    while attribute != NULL:
        if attribute.name != NULL:
            if attribute.name[0] == b"c" and is_named(attribute.name, b"class"):
                own_class = attribute
            elif attribute.name[0] == b"i" and is_named(attribute.name, b"id"):
                own_id = attribute
            elif attribute.name[0] == b"r" and node.name[0] == b"a" and node.name[1] == 0 and is_named(attribute.name, b"rel"):
                value = whole_value(attribute)
                if value == NULL or is_named(<const unsigned char*> value, b"author"):
                    kinds = 8 if value_of(node, attribute) == "author" else 0
        attribute = attribute.next
    if _may_tell(own_class) or _may_tell(own_id):
        kinds |= _asked(_label(node, own_class, own_id), kinds_of, known)
    return kinds


cdef bint _may_tell(xmlAttr* attribute) noexcept nogil:
    cdef const char* value
    if attribute == NULL:
        return False
    value = whole_value(attribute)
    return value == NULL or _has_hint(value)


cdef str _label(xmlNode* node, xmlAttr* own_class, xmlAttr* own_id):
    cdef str label = value_of(node, own_class) if own_class != NULL else ""
    cdef str more = value_of(node, own_id) if own_id != NULL else ""
    return f"{label} {more}" if label and more else label or more


cdef int _asked(str label, kinds_of, dict known) except -1:
    found = known.get(label)
    if found is None:
        is_date, is_author = kinds_of(label)
        found = known[label] = bool(is_date) | bool(is_author) << 1 | ("crumb" in label) << 2
    return found
