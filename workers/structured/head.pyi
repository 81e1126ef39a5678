from collections.abc import Iterable

from lxml.html import HtmlElement

Texts = list[str | None]

def titles_in(elements: Iterable[HtmlElement]) -> tuple[Texts, Texts, Texts, list[str]]: ...
def metas_in(elements: Iterable[HtmlElement], names: frozenset[str]) -> tuple[list[tuple[str, str]], list[str]]: ...
