"""What the worker remembers between pages: which bytes a URL last had, from which record, and what it published."""

from typing import Protocol

import msgspec

from schemas.records import Source


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """The last processed page of a URL."""

    page_sha256: str
    source: Source
    rules_version: str
    article_ids: list[str]


class StoreUnavailable(Exception):
    """The store did not answer in time. Pages flow on, tagged `dedupe: unknown`."""


class Store(Protocol):
    """Both methods take normalised URLs, hash them, and return within `timeout_s` or raise StoreUnavailable."""

    def recall(self, url: str) -> Remembered | None: ...

    def remember(self, pages: dict[str, Remembered]) -> None: ...

    def close(self) -> None: ...
