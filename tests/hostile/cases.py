"""What a hostile input is: a record of the input topic, and how it must end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Headers = list[tuple[str, bytes]]
PUBLISHED = ("published", None)
TOO_COMPLEX = ("dead_lettered", "too_complex")
TIMEOUT = ("dead_lettered", "timeout")
NOT_HTML = ("filtered", "not_html")
URL = "https://harbour.test/news/quiet-water"
SENTENCE = "The harbour of Alder Bay reported quiet water all week, and every ferry left its berth at the usual hour, said the port. "
TEXT = SENTENCE * 6


@dataclass(frozen=True)
class Case:
    """One kind of hostile input. The value is made when asked for: some take megabytes."""

    make: Callable[[], bytes | None]
    outcome: tuple[str, str | None]
    headers: Sequence[tuple[str, bytes]] = field(default=(("url", URL.encode()),))
    timeout_s: float = 15.0  # RAWI_PAGE_TIMEOUT_S; smaller where the page is expected to run into it


def with_headers(*headers: tuple[str, bytes]) -> Headers:
    """The URL, and these."""
    return [("url", URL.encode()), *headers]


def article(body: str = "", head: str = "", html: str = "") -> bytes:
    """A page with a real article, and something in its body, its head or on its html element."""
    return (
        f"<!DOCTYPE html><html{html}><head><title>Quiet water</title>{head}</head><body><article><h1>Quiet water</h1><p>{TEXT}</p>"
        f"{body}<p>{TEXT}</p></article></body></html>"
    ).encode("utf-8", "surrogatepass")


def page(body: str = "", outcome: tuple[str, str | None] = PUBLISHED, *, head: str = "", html: str = "", timeout_s: float = 15.0) -> Case:
    """A case made of an article with something in it."""
    return Case(lambda: article(body, head, html), outcome, timeout_s=timeout_s)
