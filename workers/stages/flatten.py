"""Trees deeper than the extractor can follow, made flat below a depth."""

from lxml import etree
from lxml.html import HtmlElement

MAX_DEPTH = 200  # of what comes out

# Below MAX_DEPTH these are left out and their text joins what surrounds it; any other element is a block and starts anew.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small span strike strong sub sup "
    "time tt u var wbr".split()
)


def flatten(tree: HtmlElement) -> HtmlElement:
    """Return a copy in which no element is deeper than MAX_DEPTH: deeper blocks become siblings, in page order, and no text is lost."""
    root = tree.makeelement(tree.tag, tree.attrib)
    path = [root]  # open elements of the copy, at most MAX_DEPTH
    texts: list[str | None] = []  # to be added to the last of them, at once: each addition copies what is there
    depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += event == "start"
        is_kept = depth <= MAX_DEPTH or element.tag not in _INLINE
        if depth > 1 and is_kept:
            _append_text(path[-1], texts)
            del path[min(depth, MAX_DEPTH) - 1 :]  # close what stands where this element begins, or ended
        if event == "end":
            texts.append(element.tail if depth > 1 else None)
        elif depth > 1 and is_kept:
            path.append(_opened(path[-1], element))
            path[-1].text = element.text
        else:
            texts.append(element.text)
        depth -= event == "end"
    _append_text(root, texts)
    return root


def _opened(parent: HtmlElement, element: HtmlElement) -> HtmlElement:
    """A new last child with the name and attributes of an element; of those that lxml parses and does not make (`a<b`), a plain block."""
    try:
        return etree.SubElement(parent, element.tag, element.attrib)
    except ValueError:
        return etree.SubElement(parent, "div")


def _append_text(element: HtmlElement, texts: list[str | None]) -> None:
    """Add the texts behind what is in an element, and empty the list."""
    text = "".join(filter(None, texts))
    texts.clear()
    if not text:
        return
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
