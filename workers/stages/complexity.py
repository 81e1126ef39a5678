"""Bounds on a page's markup, checked in linear time before libxml2 sees it: its time grows with the square of an element's attributes."""

from schemas.reasons import DeadLetterReason
from workers.pipeline.draft import Invalid, Limits
from workers.stages.tags import count

PAGE_ATTRIBUTES_FACTOR = 20  # attributes on a page, times those allowed on one element

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
    page_attributes = limits.max_attributes * PAGE_ATTRIBUTES_FACTOR
    elements, has_many, have_many = count(markup, limits.max_attributes, page_attributes, shortest_suspect)
    if elements > limits.max_nodes:
        return f"more than {limits.max_nodes} elements"
    if has_many:
        return f"more than {limits.max_attributes} attributes on an element"
    return f"more than {page_attributes} attributes on the page" if have_many else ""


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
