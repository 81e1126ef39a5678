from collections.abc import Callable, Iterable

from lxml.html import HtmlElement

class NameWalk:
    def __init__(
        self,
        by_tag: dict[str, int],
        alone: dict[str, int],
        any_tag: int,
        attributes: Iterable[str],
        paired: set[str],
        ask: Callable[[str, str, tuple[str, ...]], int],
    ) -> None: ...
    @property
    def remembered_chars(self) -> int: ...
    def of(self, element: HtmlElement) -> int: ...
    def first_below(self, top: HtmlElement, count: int) -> list[HtmlElement | None]: ...
    def all_below(self, top: HtmlElement) -> list[tuple[HtmlElement, int]]: ...
