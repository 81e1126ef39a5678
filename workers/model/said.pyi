from collections.abc import Iterable

from lxml.html import HtmlElement

Texts = list[str | None]

def read_said(elements: Iterable[HtmlElement]) -> tuple[Texts, Texts, Texts, list[str]]: ...
