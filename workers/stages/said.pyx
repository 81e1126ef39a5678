"""What the `meta` and `script` of a page say, read in C: of the dozens on a page few have a name that is asked for."""

cimport lxml.includes.etreepublic as cetree
from libc.string cimport strcmp
from lxml.includes.tree cimport const_xmlChar, xmlNode, XML_ELEMENT_NODE

cetree.import_lxml__etree()


cdef inline object _attribute(xmlNode* node, const char* name):
    return cetree.attributeValueFromNsName(node, NULL, <const_xmlChar*>name)


def read_said(list elements not None, frozenset names not None):
    """Of the `meta` among some elements those with one of these names (in lower case): name and content. And the texts of JSON-LD."""
    cdef cetree._Element element
    cdef xmlNode* node
    cdef list metas = [], texts = []
    for element in elements:
        node = element._c_node
        if node == NULL or node.type != XML_ELEMENT_NODE or node.name == NULL:
            continue
        if not strcmp(<const char*>node.name, "meta"):
            name = (_attribute(node, "property") or _attribute(node, "name") or _attribute(node, "itemprop") or "").lower()
            if name in names and (content := _attribute(node, "content")) is not None:
                metas.append((name, content))
        elif not strcmp(<const char*>node.name, "script"):
            if "ld+json" in (_attribute(node, "type") or "") and (text := (<object>element).text):
                texts.append(text)
    return metas, texts
