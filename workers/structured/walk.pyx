"""One walk in C over all elements of a page: of the thousands only those that say something become Python objects."""

cimport lxml.includes.etreepublic as cetree
from lxml.includes.tree cimport xmlAttr, xmlNode

from workers.native.nodes cimport attribute_of, element_behind, is_named, next_element, node_of, value_at, whole_value

cdef extern from "string.h" nogil:
    char* strcasestr(const char* text, const char* part)

cetree.import_lxml__etree()

MAX_HEADINGS = 20  # h1
MAX_STATING = 3_000
MAX_META_CHARS = 4_000

cdef enum:
    NO_ATTRIBUTE = 0
    ITEMPROP = 1
    PROPERTY = 2
    REL = 4
    ITEMSCOPE = 8


cdef class Seen:
    """What a page has in its head and in structured data. Elements are in page order.

    `read`: each `meta`, `title`, `h1` and script of JSON, for later stages; `headings`, `scripts`, `titles`: of these;
    `metas`: (name in lower case, content), one for each attribute that names; `links`: (rel in lower case, href) of `link` elements
    that are canonical or a licence; `bases`: the href of each `base`; `stating`: what has an `itemprop`, or a `property` and is no
    `meta`; `typed`: each `a` that calls itself a tag or a licence; `frames`: each `iframe`.
    """

    cdef readonly list read, metas, links, titles, headings, scripts, bases, stating, typed, frames

    def __init__(self):
        self.read, self.metas, self.links, self.titles, self.headings = [], [], [], [], []
        self.scripts, self.bases, self.stating, self.typed, self.frames = [], [], [], [], []


def look(cetree._Element root not None):
    """Look at each element once."""
    cdef Seen seen = Seen()
    cdef xmlNode* top = node_of(root)
    cdef xmlNode* node = top
    cdef xmlNode* behind = NULL  # the first element behind the item, NULL: the page ends with it
    cdef bint is_in_item = False  # to ask each meta's ancestors takes the product of the two, and of their attributes
    cdef int has
    while node != NULL:
        is_in_item = is_in_item and node != behind
        has = _look_at(seen, root._doc, node, is_in_item)
        if has & ITEMSCOPE and not is_in_item:
            is_in_item, behind = True, element_behind(node, top)
        node = next_element(node, top)
    return seen


cdef int _look_at(Seen seen, cetree._Document doc, xmlNode* node, bint is_in_item) except -1:
    """Returns which attributes it has."""
    cdef const unsigned char* name = node.name
    cdef bint is_meta = False
    cdef int has = _attributes(node)
    if name[0] == b"m":
        if is_named(node.name, b"meta"):
            is_meta = True
            seen.read.append(cetree.elementFactory(doc, node))
            _add_meta(seen, node, is_in_item)
    elif name[0] == b"a":
        if has & REL and name[1] == 0 and _may_have(node, b"tag", b"license"):
            seen.typed.append(cetree.elementFactory(doc, node))
    elif name[0] == b"l":
        if has & REL and is_named(node.name, b"link") and _may_have(node, b"canonical", b"license"):
            href = value_at(node, b"href")
            if href:
                seen.links.append((value_at(node, b"rel").lower(), href))
    elif name[0] == b"t":
        if is_named(node.name, b"title"):
            element = cetree.elementFactory(doc, node)
            seen.read.append(element)
            if node.parent != NULL and cetree._isElement(node.parent) and not is_named(node.parent.name, b"svg"):
                seen.titles.append(element)
    elif name[0] == b"h":
        if is_named(node.name, b"h1"):
            element = cetree.elementFactory(doc, node)
            seen.read.append(element)
            if len(seen.headings) < MAX_HEADINGS:
                seen.headings.append(element)
    elif name[0] == b"s":
        if is_named(node.name, b"script"):
            type_ = value_at(node, b"type")
            if type_ and "json" in type_.lower():
                element = cetree.elementFactory(doc, node)
                seen.read.append(element)
                seen.scripts.append(element)
    elif name[0] == b"b":
        if is_named(node.name, b"base"):
            seen.bases.append(value_at(node, b"href"))
    elif name[0] == b"i":
        if is_named(node.name, b"iframe"):
            seen.frames.append(cetree.elementFactory(doc, node))
    if (has & ITEMPROP or (has & PROPERTY and not is_meta)) and len(seen.stating) < MAX_STATING:
        seen.stating.append(cetree.elementFactory(doc, node))
    return has


cdef int _attributes(xmlNode* node) noexcept nogil:
    """Which of four attributes an element has."""
    cdef int has = NO_ATTRIBUTE
    cdef xmlAttr* attribute = node.properties
    while attribute != NULL:
        if attribute.name != NULL:
            if attribute.name[0] == b"i":
                if is_named(attribute.name, b"itemprop"):
                    has |= ITEMPROP
                elif is_named(attribute.name, b"itemscope"):
                    has |= ITEMSCOPE
            elif attribute.name[0] == b"p":
                if is_named(attribute.name, b"property"):
                    has |= PROPERTY
            elif attribute.name[0] == b"r":
                if is_named(attribute.name, b"rel"):
                    has |= REL
        attribute = attribute.next
    return has


cdef bint _may_have(xmlNode* node, const char* one, const char* other) noexcept nogil:
    """Whether one of two link types may stand in an element's `rel`."""
    cdef xmlAttr* attribute = attribute_of(node, "rel")
    cdef const char* value
    if attribute == NULL:
        return False
    value = whole_value(attribute)
    return value == NULL or strcasestr(value, one) != NULL or strcasestr(value, other) != NULL


cdef int _add_meta(Seen seen, xmlNode* node, bint is_in_item) except -1:
    content = value_at(node, b"content")
    content = content.strip()[:MAX_META_CHARS] if content else ""
    if not content:
        return 0
    for name in (
        value_at(node, b"property"),
        value_at(node, b"name"),
        value_at(node, b"http-equiv"),
    ):
        if name:
            seen.metas.append((name.strip().lower(), content))
    name = value_at(node, b"itemprop")
    if name and not is_in_item:
        seen.metas.append((name.strip().lower(), content))
    return 0
