"""What the elements of a page's head, its h1 and its scripts say of it, read from libxml2's own nodes."""

cimport lxml.includes.etreepublic as cetree
from libc.string cimport strcmp
from lxml.includes.tree cimport XML_ELEMENT_NODE, XML_TEXT_NODE, xmlAttr, xmlNode

cetree.import_lxml__etree()


def read_said(elements):
    """What is said, in page order: texts of titles, of h1, descriptions, and scripts of JSON. None where an element says nothing.

    `elements`: any, of which meta, title, h1 and script are read.
    """
    cdef cetree._Element element
    cdef xmlNode* node
    cdef const char* tag
    cdef list titles = [], heads = [], descriptions = [], json = []
    for element in elements:
        node = element._c_node
        if node == NULL or node.type != XML_ELEMENT_NODE or node.name == NULL or node.ns != NULL:
            continue
        tag = <const char*>node.name
        if strcmp(tag, "meta") == 0:
            if _is(node, "property", "og:title") or _is(node, "name", "twitter:title"):
                titles.append(_value(node, "content"))
            elif _is(node, "property", "og:description") or _is(node, "name", "description"):
                descriptions.append(_value(node, "content"))
        elif strcmp(tag, "script") == 0:
            if "json" in (_value(node, "type") or "") and (text := cetree.textOf(node)):
                json.append(text)
        elif strcmp(tag, "h1") == 0:
            heads += map(str, element.itertext())
        elif strcmp(tag, "title") == 0:
            above = element.getparent()
            if above is not None and above.tag == "head":
                titles += [element.text, *(child.tail for child in element)]
    return titles, heads, descriptions, json


cdef xmlAttr* _attribute(xmlNode* node, const char* name) noexcept:
    cdef xmlAttr* attribute = node.properties
    while attribute != NULL:
        if attribute.name != NULL and attribute.ns == NULL and strcmp(<const char*>attribute.name, name) == 0:
            return attribute
        attribute = attribute.next
    return NULL


cdef object _value(xmlNode* node, const char* name):
    """The value of an attribute; None without it."""
    cdef xmlAttr* attribute = _attribute(node, name)
    return None if attribute == NULL else cetree.attributeValue(node, attribute)


cdef bint _is(xmlNode* node, const char* name, const char* value) except -1:
    """Whether an attribute has a value, of ASCII."""
    cdef xmlAttr* attribute = _attribute(node, name)
    cdef xmlNode* text
    if attribute == NULL or attribute.children == NULL:
        return False
    text = attribute.children
    if text.next == NULL and text.type == XML_TEXT_NODE and text.content != NULL:
        return strcmp(<const char*>text.content, value) == 0
    return cetree.attributeValue(node, attribute) == value.decode("ascii")
