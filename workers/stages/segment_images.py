"""Captions: of figures; and lines beside an image that say what its `alt` or `title` does, or whose element is named a caption."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from workers.rules.fold import fold_ends
from workers.stages.blocks import Block
from workers.stages.segment_tree import box_of, holds_image, text_of
from workers.stages.text import clean_text

CAPTION_MAX_CHARS = 300
MAX_IMAGES = 3  # looked at beside a line
MAX_PARTS = 4  # of the element that a line is
# What developers call a caption, in the languages that they name classes in.
_CAPTION = re.compile(
    r"caption|l[eé]gende|bildunterschrift|bildtext|pie-?(?:de-?)?(?:foto|imagen)|didascalia|imgdesc|"
    r"(?:ima?ge?|photo|foto|pic)[_-]?cap(?![a-z])",
    re.IGNORECASE,
)
_Images = list[tuple[HtmlElement, frozenset[str]]]


def captions_in(container: HtmlElement) -> tuple[list[HtmlElement], set[HtmlElement]]:
    """The captions of figures, and all elements in them. What stands below a quotation in a figure is who said it, and no caption."""
    found: list[HtmlElement] = []
    inside: set[HtmlElement] = set()
    quotes: dict[HtmlElement | None, bool] = {}  # a figure can hold thousands
    for caption in container.iter("figcaption"):
        figure = caption.getparent()
        if figure not in quotes:
            quotes[figure] = figure is not None and figure.find("blockquote") is not None
        if caption not in inside and not quotes[figure]:
            found.append(caption)
            inside.update(caption.iter())
    return found, inside


def captioned(blocks: Iterable[Block]) -> Iterator[tuple[Block, HtmlElement, str]]:
    """The lines that are captions by that, each with its image and rule. Subheads are none: an image below may have their text too."""
    known: dict[HtmlElement, _Images] = {}  # an element can hold thousands of lines
    for block in blocks:
        if block.element is None or block.is_heading or len(block.text) > CAPTION_MAX_CHARS:
            continue
        box = box_of(block.element)
        images = known.get(box)
        if images is None:
            images = known[box] = list(_images(box)) if holds_image(box) else []
        if images:
            folded = fold_ends(block.text)
            image = next((image for image, texts in images if folded in texts), None)
            if image is not None:
                yield block, image, "any.image_alt"
            elif any(map(_is_named, (block.element, box))) or any(map(_is_named, _with_all(block.element, block.text))):
                yield block, images[-1][0], "any.named_caption"


def _is_named(element: HtmlElement) -> bool:
    return _CAPTION.search(f"{element.get('class')} {element.get('id')}") is not None


def _with_all(element: HtmlElement, text: str) -> Iterator[HtmlElement]:
    """The elements in an element that hold all of its text, beside the image in it."""
    return (part for part in islice(element.iterchildren("span", "div", "p"), MAX_PARTS) if len(clean_text(text_of(part))) >= len(text))


def _images(box: HtmlElement) -> Iterator[tuple[HtmlElement, frozenset[str]]]:
    """The images in an element and in the one before it, with what they say, folded."""
    before = box.getprevious()
    for near in (box, before):
        for image in islice(near.iter("img", "amp-img"), MAX_IMAGES) if near is not None else ():
            yield image, frozenset(folded for name in ("alt", "title") if (folded := fold_ends(image.get(name) or "")))
