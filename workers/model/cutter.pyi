from collections.abc import Callable, Iterable

from lxml.html import HtmlElement

from workers.model.blocks import Node

def set_words(
    tags: dict[str, int],
    kinds: dict[str, Iterable[str]],
    node_type: type[Node],
    roots_of: Callable[[str], int],
    hides: Callable[[str], bool],
) -> None: ...

class Cutter:
    nodes: list[Node]
    node: list[int]
    link_chars: list[int]
    links: list[int]
    strong_chars: list[int]
    italic_chars: list[int]
    joint: list[int]
    page: str
    def run(self, body: HtmlElement, body_number: int) -> None: ...

def elements_of(body: HtmlElement) -> list[HtmlElement]: ...
