"""One walk in C over all elements of a page: of the thousands only those that say something become Python objects."""

cimport lxml.includes.etreepublic as cetree
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.string cimport memcpy, strlen
from lxml.includes cimport tree

from workers.structured.nodes cimport element_behind, is_named, next_element, value_of

cdef extern from "string.h" nogil:
    char* strcasestr(const char* text, const char* part)

cdef extern from "strings.h" nogil:
    int strncasecmp(const char* one, const char* other, size_t size)

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
    cdef tree.xmlNode* node = root._c_node
    cdef tree.xmlNode* behind = NULL  # the first element behind the item, NULL: the page ends with it
    cdef bint is_in_item = False  # to ask each meta's ancestors takes the product of the two, and of their attributes
    cdef int has
    while node != NULL:
        is_in_item = is_in_item and node != behind
        has = _look_at(seen, root._doc, node, is_in_item)
        if has & ITEMSCOPE and not is_in_item:
            is_in_item, behind = True, element_behind(node, root._c_node)
        node = next_element(node, root._c_node)
    return seen


cdef int _look_at(Seen seen, cetree._Document doc, tree.xmlNode* node, bint is_in_item) except -1:
    """Returns which attributes it has."""
    cdef const char* name = <const char*>node.name
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
            href = cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"href")
            if href:
                seen.links.append((cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"rel").lower(), href))
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
            type_ = cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"type")
            if type_ and "json" in type_.lower():
                element = cetree.elementFactory(doc, node)
                seen.read.append(element)
                seen.scripts.append(element)
    elif name[0] == b"b":
        if is_named(node.name, b"base"):
            seen.bases.append(cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"href"))
    elif name[0] == b"i":
        if is_named(node.name, b"iframe"):
            seen.frames.append(cetree.elementFactory(doc, node))
    if (has & ITEMPROP or (has & PROPERTY and not is_meta)) and len(seen.stating) < MAX_STATING:
        seen.stating.append(cetree.elementFactory(doc, node))
    return has


cdef int _attributes(tree.xmlNode* node) noexcept nogil:
    """Which of four attributes an element has."""
    cdef int has = NO_ATTRIBUTE
    cdef tree.xmlAttr* attribute = node.properties
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


cdef bint _may_have(tree.xmlNode* node, const char* one, const char* other) noexcept nogil:
    """Whether one of two link types may stand in the `rel` of an element that has one."""
    cdef tree.xmlAttr* attribute = node.properties
    cdef const char* value
    while attribute != NULL:
        if is_named(attribute.name, b"rel"):
            value = value_of(attribute)
            return value == NULL or strcasestr(value, one) != NULL or strcasestr(value, other) != NULL
        attribute = attribute.next
    return False


cdef int _add_meta(Seen seen, tree.xmlNode* node, bint is_in_item) except -1:
    content = cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"content")
    content = content.strip()[:MAX_META_CHARS] if content else ""
    if not content:
        return 0
    for name in (
        cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"property"),
        cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"name"),
        cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"http-equiv"),
    ):
        if name:
            seen.metas.append((name.strip().lower(), content))
    name = cetree.attributeValueFromNsName(node, NULL, <const tree.xmlChar*>b"itemprop")
    if name and not is_in_item:
        seen.metas.append((name.strip().lower(), content))
    return 0


def elements_at(cetree._Element root not None, Py_ssize_t start, Py_ssize_t stop):
    """The elements from one place in page order to before another; `root` stands at 0."""
    cdef tree.xmlNode* node = root._c_node
    cdef Py_ssize_t at = 0
    found = []
    while node != NULL and at < stop:
        if at >= start:
            found.append(cetree.elementFactory(root._doc, node))
        at += 1
        node = next_element(node, root._c_node)
    return found


def told_at(cetree._Element root not None, Py_ssize_t start, Py_ssize_t stop):
    """Those of `elements_at` with a text of their own, or in the first element inside them."""
    cdef tree.xmlNode* node = root._c_node
    cdef Py_ssize_t at = 0
    found = []
    while node != NULL and at < stop:
        if at >= start and _tells(node):
            found.append(cetree.elementFactory(root._doc, node))
        at += 1
        node = next_element(node, root._c_node)
    return found


cdef bint _tells(tree.xmlNode* node) noexcept nogil:
    cdef tree.xmlNode* inside
    if _has_text(node):
        return True
    inside = cetree.findChildForwards(node, 0)
    return inside != NULL and _has_text(inside)


cdef bint _has_text(tree.xmlNode* node) noexcept nogil:
    """Whether more than ASCII white space stands before what is inside an element."""
    cdef tree.xmlNode* text = node.children
    cdef const tree.xmlChar* char
    while text != NULL and not cetree._isElement(text):
        if text.type == tree.XML_TEXT_NODE or text.type == tree.XML_CDATA_SECTION_NODE:
            char = text.content
            while char != NULL and char[0]:
                if char[0] > 0x20:
                    return True
                char += 1
        text = text.next
    return False


def numbered_at(cetree._Element root not None, Py_ssize_t start, Py_ssize_t stop):
    """(Place, element) of those of `elements_at` with a digit in their own text, or with a letter that is not ASCII and may be one."""
    cdef tree.xmlNode* node = root._c_node
    cdef Py_ssize_t at = 0
    found = []
    while node != NULL and at < stop:
        if at >= start and _may_hold_digit(node):
            found.append((at, cetree.elementFactory(root._doc, node)))
        at += 1
        node = next_element(node, root._c_node)
    return found


cdef bint _may_hold_digit(tree.xmlNode* node) noexcept nogil:
    cdef tree.xmlNode* text = node.children
    cdef const tree.xmlChar* char
    while text != NULL:
        if text.type == tree.XML_TEXT_NODE or text.type == tree.XML_CDATA_SECTION_NODE:
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
    cdef tree.xmlNode* node = root._c_node
    cdef tree.xmlAttr* attribute
    found = []
    while node != NULL:
        if node.name[0] == b"a" and node.name[1] == 0:
            attribute = node.properties
            while attribute != NULL and not is_named(attribute.name, b"href"):
                attribute = attribute.next
            if attribute != NULL and _leads_to(value_of(attribute), parts):
                found.append(cetree.elementFactory(root._doc, node))
        node = next_element(node, root._c_node)
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


def text_of(cetree._Element element not None):
    """The text of an element and of all inside it but scripts, styles, buttons, pictures and what is shown instead of them."""
    cdef tree.xmlNode* root = element._c_node
    cdef Py_ssize_t size = _gather(root, NULL)
    cdef bytes text = PyBytes_FromStringAndSize(NULL, size)
    _gather(root, PyBytes_AS_STRING(text))
    return text.decode("utf-8")


cdef Py_ssize_t _gather(tree.xmlNode* root, char* into) noexcept nogil:
    """Copy the text to where there is room for it; NULL: only tell its bytes."""
    cdef tree.xmlNode* node = root.children
    cdef Py_ssize_t size = 0, length
    while node != NULL:
        if node.type == tree.XML_TEXT_NODE or node.type == tree.XML_CDATA_SECTION_NODE:
            if node.content != NULL:
                length = strlen(<const char*>node.content)
                if into != NULL:
                    memcpy(into + size, node.content, length)
                size += length
        elif node.type == tree.XML_ELEMENT_NODE and node.children != NULL and not _is_apart(<const char*>node.name):
            node = node.children
            continue
        while node.next == NULL:
            node = node.parent
            if node == NULL or node == root:
                return size
        node = node.next
    return size


cdef bint _is_apart(const char* name) noexcept nogil:
    if name[0] == b"s":
        return is_named(<const tree.xmlChar*>name, b"script") or is_named(<const tree.xmlChar*>name, b"style") or is_named(
            <const tree.xmlChar*>name, b"svg"
        )
    if name[0] == b"n":
        return is_named(<const tree.xmlChar*>name, b"noscript")
    if name[0] == b"t":
        return is_named(<const tree.xmlChar*>name, b"template")
    return name[0] == b"b" and is_named(<const tree.xmlChar*>name, b"button")
