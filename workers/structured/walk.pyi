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
