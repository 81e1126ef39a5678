"""From markup to a tree, once, within limits."""

import codecs
import hashlib
import re

from lxml import etree
from lxml.html import HtmlElement, document_fromstring

from schemas.reasons import DeadLetterReason, FilterReason
from workers.pipeline.draft import Draft, Filtered, Invalid, replace
from workers.stages.complexity import check_markup
from workers.stages.decode.charset import CHARSET_REPAIRED
from workers.stages.flatten import flatten
from workers.stages.joiners import Joiners
from workers.stages.markup import fit_for_a_tree
from workers.stages.quality import QualityReason

# libxml2 closes what is deeper than 255 elements inside each other, with `huge_tree` 2,047, and only its log says so.
_HUGE_TREE_DEPTH = 2_047

# No effect on an HTML parser, but libxml2 takes a faulty one for content. With an internal subset (entities) as XHTML may have.
_DOCTYPE = re.compile(rb"\s*+(?:<\?xml[^>]*+>\s*+)?+<!doctype[^>\[]*+(?:\[[^\]]*+\]\s*+)?+>", re.IGNORECASE)


def parse(draft: Draft) -> Draft:
    """Fill `page_sha256`, and `tree` and `joiners` from `html`; raises Invalid(too_complex) and Filtered(empty_page).

    Pages of plain text have no tree. The hash is made here, not before: a page that the worker has seen before ends without it.
    """
    draft = replace(draft, page_sha256=hashlib.sha256(draft.body).hexdigest())
    if draft.html is None:
        return draft
    page = _as_utf8(draft, draft.html)
    source = fit_for_a_tree(page)
    doctype = _DOCTYPE.match(source)
    source = source[doctype.end() :] if doctype else source
    check_markup(source, draft.limits)
    # Its stand-ins are letters that begin so; to look for them in text takes as long as a tenth of the parser.
    draft = replace(draft, joiners=Joiners(draft.html if b"\xea" in page else ""))
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
