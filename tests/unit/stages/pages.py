"""Pages and drafts for the tests of the stages."""

from datetime import UTC, datetime
from typing import Any

from schemas.headers import PageHeaders
from workers.pipeline.draft import Draft, Limits, replace

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "https://news.example.com/2026/harbour-bridge"
SENTENCE = "The council said on Monday that the bridge over the old harbour would stay closed for repairs until May. "


def paragraphs(count: int = 6) -> str:
    return "".join(
        f"<p>{SENTENCE}It was report number {i} about the works, and others are to follow in the spring.</p>" for i in range(count)
    )


def page(body: str, head: str = "<title>Harbour bridge to stay closed</title>") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def draft(html: str | None = None, **changes: Any) -> Draft:
    made = Draft(headers=PageHeaders(), value=b"", now=NOW, limits=Limits(), url=URL, html=html, page_sha256="0" * 64)
    return replace(made, **changes)
