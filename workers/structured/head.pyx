"""What the `meta`, `title`, `h1` and `script` of a page say (`Seen.read` of the walk), read from libxml2's own nodes."""

cimport lxml.includes.etreepublic as cetree
from lxml.includes.tree cimport xmlAttr, xmlNode

from workers.native.nodes cimport attribute_of, is_element, is_named, node_of, value_at, value_of, whole_value

cetree.import_lxml__etree()

cdef enum:
    HEAD_CHARS = 20_000  # of an h1; more is no headline


def titles_in(elements):
    """In page order: texts of titles, of h1, descriptions, and scripts of JSON. None where an element says nothing.

    `elements`: any, of which meta, title, h1 and script are read.
    """
    cdef cetree._Element element
    cdef xmlNode* node
    cdef list titles = [], heads = [], descriptions = [], json = []
    for element in elements:
        node = node_of(element)
        if not is_element(node) or node.ns != NULL:
            continue
        if is_named(node.name, "meta"):
            if _has(node, "property", "og:title") or _has(node, "name", "twitter:title"):
                titles.append(value_at(node, "content"))
            elif _has(node, "property", "og:description") or _has(node, "name", "description"):
                descriptions.append(value_at(node, "content"))
        elif is_named(node.name, "script"):
            if "json" in (value_at(node, "type") or "") and (text := cetree.textOf(node)):
                json.append(text)
        elif is_named(node.name, "h1"):
            _add_text(heads, element)
        elif is_named(node.name, "title"):
            above = element.getparent()
            if above is not None and above.tag == "head":
                titles += [element.text, *(child.tail for child in element)]
    return titles, heads, descriptions, json


def metas_in(elements, frozenset names not None):
    """Of each `meta` with one of these names (in lower case): name and content. And the texts of JSON-LD."""
    cdef cetree._Element element
    cdef xmlNode* node
    cdef list metas = [], texts = []
    for element in elements:
        node = node_of(element)
        if not is_element(node):
            continue
        if is_named(node.name, "meta"):
            name = (value_at(node, "property") or value_at(node, "name") or value_at(node, "itemprop") or "").lower()
            if name in names and (content := value_at(node, "content")) is not None:
                metas.append((name, content))
        elif is_named(node.name, "script"):
            if "ld+json" in (value_at(node, "type") or "") and (text := cetree.textOf(node)):
                texts.append(text)
    return metas, texts


cdef int _add_text(list texts, cetree._Element element) except -1:
    """Add the texts in an element, to HEAD_CHARS: those inside each other all have the same megabytes."""
    cdef Py_ssize_t left = HEAD_CHARS
    for text in element.itertext():
        texts.append(str(text)[:left])
        left -= len(text)
        if left <= 0:
            break
    return 0


cdef bint _has(xmlNode* node, const char* name, const char* value) except -1:
    """Whether an attribute has a value, of ASCII."""
    cdef xmlAttr* attribute = attribute_of(node, name)
    cdef const char* whole
    if attribute == NULL:
        return False
    whole = whole_value(attribute)
    if whole == NULL:
        return value_of(node, attribute) == value.decode("ascii")
    return is_named(<const unsigned char*> whole, value)
