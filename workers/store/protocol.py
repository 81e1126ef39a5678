"""What the worker remembers between pages: which bytes a URL last had, from which record, and what it published."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from schemas.records import Source


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """The last processed page of a URL."""

    page_sha256: str
    source: Source  # the record that claimed the URL
    rules_version: str
    article_ids: list[str]  # what stands on `articles` for this URL; for a page that is gone: what it wrote tombstones for


class StoreUnavailable(Exception):
    """The store did not answer in time. Pages flow on, tagged `dedupe: unknown`."""


class Store(Protocol):
    """Keys are normalised URLs; a store hashes them. Methods answer within a bound or raise StoreUnavailable."""

    def recall(self, url: str) -> Remembered | None:
        """Return what is remembered of a URL."""

    def remember(self, pages: Mapping[str, Remembered]) -> None:
        """Remember pages whose outcome the broker has acknowledged."""

    def close(self) -> None:
        """Let go of connections."""
