from collections.abc import Callable

from lxml.html import HtmlElement

Placed = list[tuple[int, HtmlElement]]

HINTS: list[bytes]

def has_hint(label: bytes) -> bool: ...
def find_labelled(
    root: HtmlElement, kinds_of: Callable[[str], tuple[bool, bool]], most: int
) -> tuple[Placed, Placed, Placed, list[HtmlElement], dict[HtmlElement, int]]: ...
