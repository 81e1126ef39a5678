"""Bounds on a page's markup, checked in linear time before libxml2 sees it: its time grows with the square of an element's attributes."""

import re

from schemas.reasons import DeadLetterReason
from workers.pipeline.draft import Invalid, Limits

PAGE_ATTRIBUTES_FACTOR = 20  # attributes on a page, times those allowed on one element

# As browsers read tags: a quote opens a value only after an equals sign. Possessive throughout and without a condition at its end,
# so that no input makes it look twice at a character.
# What nearly all attributes are (`="..."`) stands first.
# White space is spelled out: a set that holds a class such as `\s` is asked in steps for each character, any other one in a single step.
SPACE = rb" \t\n\r\f\v"
ONE_ATTRIBUTE = rb"""[^%(s)b/>][^%(s)b/>=]*+(?:="[^"]*+"|[%(s)b]*+=[%(s)b]*+(?:"[^"]*+"|'[^']*+'|[^%(s)b>]*+))?+""" % {b"s": SPACE}
_ATTRIBUTE = re.compile(ONE_ATTRIBUTE)
_TAG = re.compile(rb"<[a-zA-Z][^%(s)b/>]*+(?:[%(s)b/]*+%(a)b)*+[%(s)b/]*+" % {b"s": SPACE, b"a": ONE_ATTRIBUTE})
_SHORTEST_ATTRIBUTE = 2  # characters, with the space before it
_OPAQUE = ((b"<script", b"</script"), (b"<style", b"</style"), (b"<!--", b"-->"))


def check_markup(markup: bytes, limits: Limits) -> None:
    """Raise Invalid(too_complex) for UTF-8 with more elements or attributes than the limits allow. Nesting is the parser's to find."""
    problem = _problem(markup, limits)
    # Scripts and comments can hold what looks like tags; they are looked through only when something is found.
    if problem and _problem(_without_opaque(markup), limits):
        raise Invalid(DeadLetterReason.TOO_COMPLEX, problem)


def _problem(markup: bytes, limits: Limits) -> str:
    shortest_suspect = limits.max_attributes // PAGE_ATTRIBUTES_FACTOR * _SHORTEST_ATTRIBUTE
    tags = _TAG.findall(markup)
    if len(tags) > limits.max_nodes:
        return f"more than {limits.max_nodes} elements"
    attributes = 0
    for tag in tags:
        if len(tag) <= shortest_suspect:
            continue
        own = sum(1 for _ in _ATTRIBUTE.finditer(tag, 1)) - 1  # the first is the tag's name
        if own > limits.max_attributes:
            return f"more than {limits.max_attributes} attributes on an element"
        attributes += own
        if attributes > limits.max_attributes * PAGE_ATTRIBUTES_FACTOR:
            return f"more than {limits.max_attributes * PAGE_ATTRIBUTES_FACTOR} attributes on the page"
    return ""


def _without_opaque(markup: bytes) -> bytes:
    """The markup without what stands inside scripts, styles and comments."""
    lower = markup.lower()
    for opening, closing in _OPAQUE:
        kept, at = [], 0
        while (start := lower.find(opening, at)) >= 0:
            kept.append((at, start + len(opening)))
            at = lower.find(closing, start + len(opening))
            if at < 0:
                at = len(lower)
        kept.append((at, len(lower)))
        markup = b"".join(markup[a:b] for a, b in kept)
        lower = b"".join(lower[a:b] for a, b in kept)
    return markup
