from lxml.html import HtmlElement

MAX_HEADINGS: int

class Seen:
    read: list[HtmlElement]
    metas: list[tuple[str, str]]
    links: list[tuple[str, str]]
    titles: list[HtmlElement]
    headings: list[HtmlElement]
    scripts: list[HtmlElement]
    bases: list[str | None]
    stating: list[HtmlElement]
    typed: list[HtmlElement]
    frames: list[HtmlElement]

def look(root: HtmlElement) -> Seen: ...
def elements_at(root: HtmlElement, start: int, stop: int) -> list[HtmlElement]: ...
def numbered_at(root: HtmlElement, start: int, stop: int) -> list[tuple[int, HtmlElement]]: ...
def told_at(root: HtmlElement, start: int, stop: int) -> list[HtmlElement]: ...
def links_to(root: HtmlElement, parts: tuple[bytes, ...]) -> list[HtmlElement]: ...
def text_of(element: HtmlElement) -> str: ...
