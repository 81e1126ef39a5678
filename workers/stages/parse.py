"""From markup to a tree, once, within limits."""

import codecs
import re

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from schemas.reasons import DeadLetterReason, FilterReason
from workers.pipeline.draft import Draft, Filtered, Invalid, replace
from workers.stages.complexity import check_markup
from workers.stages.decode.charset import CHARSET_REPAIRED
from workers.stages.flatten import flatten
from workers.stages.joiners import Joiners
from workers.stages.lean import without_code
from workers.stages.quality import QualityReason

# libxml2 closes what is deeper than 255 elements inside each other, with `huge_tree` 2,047, and only its log says so.
_HUGE_TREE_DEPTH = 2_047

# What libxml2 gives as text and lxml then refuses as text, so that trafilatura loses the body: control characters and non-characters
# (U+FDD0 to U+FDEF, U+FFFE, U+FFFF). All of it in bytes: of a page in UTF-8 half or a quarter as many as Python's characters take.
_CONTROLS = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F))
_NO_CHARACTER = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])")
_UNFIT_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|127|6553[45])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF]|[fF]{3}[eEfF]));?(?![0-9a-fA-F])"
)
# No effect on an HTML parser, but libxml2 takes a faulty one for content. With an internal subset (entities) as XHTML may have.
_DOCTYPE = re.compile(rb"\s*+(?:<\?xml[^>]*+>\s*+)?+<!doctype[^>\[]*+(?:\[[^\]]*+\]\s*+)?+>", re.IGNORECASE)


def parse(draft: Draft) -> Draft:
    """Fill `tree` and `joiners` from `html`; raises Invalid(too_complex) and Filtered(empty_page). Pages of plain text pass."""
    if draft.html is None:
        return draft
    source = _NO_CHARACTER.sub(b"", without_code(_as_utf8(draft, draft.html)).translate(None, _CONTROLS))
    source = _UNFIT_REFERENCE.sub(b"", source) if b"&#" in source else source
    doctype = _DOCTYPE.match(source)
    source = source[doctype.end() :] if doctype else source
    check_markup(source, draft.limits)
    draft = replace(draft, joiners=Joiners(draft.html))
    source = draft.joiners.protect_markup(source)
    tree, is_whole = _parse(source, huge_tree=False)
    if is_whole:
        return replace(draft, tree=tree)
    tree, _ = _parse(source, huge_tree=True)
    if nesting(tree) > min(draft.limits.max_nesting, _HUGE_TREE_DEPTH):
        raise Invalid(DeadLetterReason.TOO_COMPLEX, f"more than {draft.limits.max_nesting} elements inside each other")
    return replace(draft, tree=flatten(tree), notes=(*draft.notes, QualityReason.NESTING_FLATTENED))


def _as_utf8(draft: Draft, html: str) -> bytes:
    """The page in UTF-8: the bytes that it came in, where they were that and nothing was repaired."""
    if draft.charset == "utf-8" and CHARSET_REPAIRED not in draft.notes:
        return draft.body.removeprefix(codecs.BOM_UTF8).removeprefix(codecs.BOM_UTF8)  # of two neither is in the text
    return html.encode("utf-8", "ignore")  # "ignore": lone surrogates


def nesting(tree: HtmlElement) -> int:
    """The greatest number of elements inside each other, the root included."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _parse(source: bytes, *, huge_tree: bool) -> tuple[HtmlElement, bool]:
    """The tree, and whether all elements stand where the page has them."""
    # HTML has no external entities, and libxml2's HTML parser expands none but HTML's own: XXE and entity bombs are inert text.
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        no_network=True,
        huge_tree=huge_tree,
    )
    # One class for all elements, chosen in C: lxml.html's own lookup runs in Python for each element that is looked at, 4 % of the line.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        tree = document_fromstring(source, parser=parser)
    except etree.ParserError:  # nothing but white space and comments
        raise Filtered(FilterReason.EMPTY_PAGE, "no element and no text") from None
    return tree, all(error.type != etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log.filter_from_fatals())
