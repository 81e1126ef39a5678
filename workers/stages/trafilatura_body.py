"""trafilatura's fast mode, step by step as it runs them, with what it asks of elements' names asked once.

Its expressions run dozens of regular expressions on the class and id of every element: half of its time. Most look at nothing but the
element itself: `Names` answers those.
What comes out is the same (pinned by tests/unit/stages/test_trafilatura_body.py); a page of the bench costs 1.2 ms instead of 4.1.
"""

import re
from collections.abc import Callable, Iterable

from lxml import etree
from lxml.html import HtmlElement
from trafilatura.htmlprocessing import (
    convert_tags,
    process_node,
    recover_math,
)
from trafilatura.main_extractor import handle_textelem
from trafilatura.settings import (
    CUT_EMPTY_ELEMS,
    DEDUPE_SCAN_CAP,
    MANUALLY_CLEANED,
    MANUALLY_STRIPPED,
    MIN_DUPLICATE_LENGTH,
    TAG_CATALOG,
    Extractor,
)
from trafilatura.utils import text_chars_test, trim
from trafilatura.xml import delete_element
from trafilatura.xpaths import (
    BODY_XPATH,
    DISCARD_IMAGE_ELEMENTS,
    OVERALL_DISCARD_XPATH,
    RAW_TREE_PRUNE_XPATH,
    REGEXP_NS,
    REMOVE_COMMENTS_AND_LISTS_XPATH,
    TEASER_DISCARD_XPATH,
)

from workers.stages.link_density import Density
from workers.stages.named import Names
from workers.stages.tree_words import Tags, chars_in, tags_in, with_children

# Never dedup: it remembers texts between pages, and a page delivered again would lose its body. Comments out, tables in.
OPTIONS = Extractor(output_format="python", fast=True, comments=False, tables=True, dedup=False)


def _names(expressions: Iterable[etree.XPath]) -> Names:
    return Names(*(expression.path for expression in expressions))


_FRAMES = _names(BODY_XPATH)
_UNWANTED = _names((*OVERALL_DISCARD_XPATH, *DISCARD_IMAGE_ELEMENTS, *TEASER_DISCARD_XPATH))
_OVERALL = (1 << len(OVERALL_DISCARD_XPATH)) - 1
_IMAGE_BITS = range(len(OVERALL_DISCARD_XPATH), len(OVERALL_DISCARD_XPATH) + len(DISCARD_IMAGE_ELEMENTS))
_IMAGE_AND_TEASER_BITS = range(_IMAGE_BITS.start, _IMAGE_BITS.stop + len(TEASER_DISCARD_XPATH))
_PRUNED_FIRST = (*RAW_TREE_PRUNE_XPATH, *REMOVE_COMMENTS_AND_LISTS_XPATH)
# Where the names hold, what else these ask for may still not: a headline inside, a kind of list.
_FIRST = Names(*(re.sub(r"\]\[\s*not\(.*", "]", expression.path, flags=re.DOTALL) for expression in _PRUNED_FIRST))
_OF_ONE = [etree.XPath(re.sub(r"^\s*\.//", "self::", expression.path), namespaces={"re": REGEXP_NS}) for expression in _PRUNED_FIRST]
_CUT_EMPTY = Tags(CUT_EMPTY_ELEMS)
_INLINE_FRAME = frozenset(("hi", "ref", "del", "code", "lb"))
_MANY = 200  # links in a paragraph: no real one has as many
_REBUILT = frozenset(("code", "quote", "list", "table"))
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_string = etree.XPath("string()", smart_strings=False)


def trafilatura_body(copied: Callable[[], HtmlElement]) -> etree._Element:
    """What trafilatura's fast mode takes for the article, in its own markup.

    `copied` makes a tree, which is used up; and the same once more, where the text that is found is short.
    """
    tree = _converted(copied())
    order = list(tree.iter())
    tags = {*TAG_CATALOG, "table", "td", "th", "tr"}
    body = _framed(tree, tags)
    if not len(body) or len(" ".join(map(str, body.itertext())).strip()) < OPTIONS.min_extracted_size:
        whole = _converted(copied())
        taken = {twin for element, twin in zip(order, whole.iter(), strict=True) if element.tag == "done"}
        _recover(whole, body, tags, taken)
    _drop_repeated(body)
    etree.strip_elements(body, "done")
    etree.strip_tags(body, "div")
    return body


def _converted(tree: HtmlElement) -> HtmlElement:
    """The tree in trafilatura's markup, without what it never takes."""
    may_hold = _FIRST.all_below(tree)
    for bit, expression in enumerate(_OF_ONE if may_hold else ()):
        for element in [element for element, bits in may_hold if bits >> bit & 1 and expression(element)]:
            delete_element(element)
    tree = convert_tags(_clean(tree), OPTIONS)
    # What libxml2 reads and lxml makes no element of (`o:p`, `h¹`), which trafilatura does inside lists and quotes.
    if not all(map(_NAME.fullmatch, tags_in(tree))):
        for element in tree.iter():
            if not _NAME.fullmatch(element.tag):
                element.tag = "other"
    return tree


def _clean(tree: HtmlElement) -> HtmlElement:
    """What trafilatura's tree_cleaning does, which walks the tree for each of 54 tags; most pages have a dozen of them."""
    there = tags_in(tree)
    if "math" in there:
        recover_math(tree)
    if "table" in there:
        for element in tree.iter("figure", "table"):
            if element.find(".//table") is not None if element.tag == "figure" else element.get("role") in ("presentation", "none"):
                element.tag = "div"
    if not there.isdisjoint(MANUALLY_STRIPPED):
        etree.strip_tags(tree, MANUALLY_STRIPPED)
    for tag in MANUALLY_CLEANED:
        if tag in there and tag != "form":
            for element in tree.iter(tag):
                delete_element(element)
    forms = list(tree.iter("form")) if "form" in there else []
    chars = chars_in(tree) if forms else 0
    for form in forms:
        if chars and chars_in(form) > chars / 2:  # it is around the page
            form.tag = "div"
        else:
            delete_element(form)
    for element in _CUT_EMPTY.empty_below(tree):
        delete_element(element)
    return tree


def _framed(tree: HtmlElement, tags: set[str]) -> etree._Element:
    """The text in the first frame of an article that has some. Adds to the tags that are taken for text."""
    body = etree.Element("body")
    frames = _FRAMES.first_below(tree, len(BODY_XPATH))
    for number in range(len(BODY_XPATH)):
        frame = frames[number]
        if frame is None:
            continue
        _prune(frame)
        if len(frame):
            if not _has_paragraphs(tree):
                tags.add("div")
            _take(frame, body, tags)
            if len(body) > 1:
                break
        frames = _FRAMES.first_below(tree, len(BODY_XPATH))  # the tree is another
    return body


def _has_paragraphs(tree: HtmlElement) -> bool:
    """Whether there is enough text in paragraphs. Not by `//p//text()`: libxml2's time for it grows with the square of what is in one."""
    left = OPTIONS.min_extracted_size * 3
    for paragraph in tree.iter("p"):
        if next(paragraph.iterancestors("p"), None) is None:
            left -= chars_in(paragraph)
            if left <= 0:
                return True
    return False


def _prune(frame: HtmlElement, *, teasers: bool = True) -> None:
    """What trafilatura's prune_unwanted_sections does. `teasers`: those, too."""
    names = _UNWANTED.all_below(frame)
    overall = {element for element, bits in names if bits & _OVERALL}
    outer = [element for element in overall if overall.isdisjoint(element.iterancestors())]
    chars = chars_in(frame) if outer else 0
    if outer and chars - sum(map(chars_in, outer)) > chars / 7:
        for element in outer:
            delete_element(element)
    for bit in _IMAGE_AND_TEASER_BITS if teasers else _IMAGE_BITS:
        for element, bits in names:
            if bits >> bit & 1:
                delete_element(element)
    if _drop_linked(frame):
        _drop_linked(frame)  # if nothing was taken out, then the second time finds nothing either
    for table in Density(frame).linked("table"):
        delete_element(table, keep_tail=False)
    for paragraph in with_children(frame, "p", _MANY):
        if all(part.tag in ("span", "ref") for part in paragraph.iterdescendants()):
            _flatten(paragraph)
    etree.strip_tags(frame, "span", "ref")


def _flatten(paragraph: HtmlElement) -> None:
    """Leave an element's text as one. Stripped tags leave a text each, and lxml joins those by copying all that came before."""
    text = str(_string(paragraph))
    del paragraph[:]
    paragraph.text = text


def _drop_linked(frame: HtmlElement) -> bool:
    """What trafilatura's delete_by_link_density does with `div`, `list` and `p`, once; whether something was taken out."""
    density, is_changed = Density(frame), False
    for tag in ("div", "list", "p"):
        gone = density.linked(tag)
        for element in gone:
            delete_element(element)
        if gone:
            density, is_changed = Density(frame), True
    return is_changed


def _take(frame: HtmlElement, body: etree._Element, tags: set[str]) -> None:
    """Move the frame's text into the body."""
    elements = list(frame.iterdescendants())
    found = {element.tag for element in elements}
    if found == {"lb"} or (frame.tag == "div" and "div" in tags and found <= _INLINE_FRAME):
        elements = [frame]
    lead, start = None, len(body)
    if elements != [frame] and text_chars_test(frame.text):
        lead = etree.Element("p")
        lead.text = frame.text
        lead = process_node(lead, OPTIONS)
    for element in elements:
        if element.getroottree().getroot() is body:  # moved with an element around it
            continue
        tag, tail = element.tag, element.tail
        made = handle_textelem(element, tags, OPTIONS)
        if made is not None:
            body.append(made)
            if made is not element:
                element.tag = "done"
        if tag in _REBUILT and text_chars_test(tail) and (made is None or made.tail is None):
            after = etree.Element("p")
            after.text = tail
            if process_node(after, OPTIONS) is not None:
                body.append(after)
    while len(body) and body[-1].tag in ("head", "ref"):
        delete_element(body[-1], keep_tail=False)
    if lead is not None and len(body) > 1:
        body.insert(start, lead)


def _recover(whole: HtmlElement, body: etree._Element, tags: set[str], taken: set[HtmlElement]) -> None:
    """What trafilatura's recover_wild_text does: add to the body what else on the page is text. Uses up the page."""
    _prune(whole, teasers=False)
    known_list = [_text(element) for element in body]
    known, all_known = set(known_list), "\n".join(filter(None, known_list))
    handled: set[HtmlElement] = set()  # with all that is in them
    for element in list(whole.iter("code", "p", "quote", "table", "div")):
        if element.tag == "div" and "w3-code" not in element.get("class", ""):  # trafilatura's, which wants it here
            continue
        if element in taken or not handled.isdisjoint(element.iterancestors()):
            continue
        made = handle_textelem(element, tags, OPTIONS)
        if made is None:
            continue
        if made is element:
            handled.add(element)
        text = _text(made)
        is_searched = len(all_known) <= DEDUPE_SCAN_CAP
        run = trim(text + made.tail) if made.tail is not None and text_chars_test(made.tail) else ""
        is_known = is_searched and ((len(text) > MIN_DUPLICATE_LENGTH and text in all_known) or (run and run in all_known))
        if text and (text in known or is_known):
            continue
        body.append(made)
        if is_searched:
            all_known += "\n" + (run or text)
        known.add(text)


def _text(element: etree._Element) -> str:
    return trim("".join(map(str, element.itertext())) if len(element) else element.text or "")


def _drop_repeated(body: etree._Element) -> None:
    previous = None
    for element in list(body):
        text = _text(element)
        if text and text == previous and len(text) > MIN_DUPLICATE_LENGTH:
            delete_element(element, keep_tail=False)
        else:
            previous = text
