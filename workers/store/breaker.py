"""A store that is away must not slow pages down: after a failure it is left alone for a while instead of timing out page by page."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from schemas.records import Source
from workers.store.protocol import Closing, Look, Past, Seen, Store, StoreUnavailable, Text, Verdict

T = TypeVar("T")


class StoreObserver(Protocol):
    """Told of every call that reached the store, and of those spared while it is away."""

    def store_called(self, result: str) -> None:
        """`result`: ok, error or skipped."""


class Breaker:
    """Wraps a Store: after a failure, calls raise StoreUnavailable at once for `retry_after_s`; then the next call tries again."""

    def __init__(self, store: Store, observer: StoreObserver, *, retry_after_s: float, clock: Callable[[], float]) -> None:
        self._store = store
        self._observer = observer
        self._retry_after_s = retry_after_s
        self._clock = clock
        self._closed_until_s = 0.0

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """As Store.look."""
        return self._call(lambda: self._store.look(looks))

    def settle(self, pages: Sequence[tuple[Source, Sequence[Text]]]) -> list[list[Verdict]]:
        """As Store.settle."""
        return self._call(lambda: self._store.settle(pages))

    def close_pages(self, closings: Sequence[Closing]) -> None:
        """As Store.close_pages."""
        self._call(lambda: self._store.close_pages(closings))

    def forget(self, url: str, ids: Sequence[bytes]) -> Past | None:
        """As Store.forget."""
        return self._call(lambda: self._store.forget(url, ids))

    def close(self) -> None:
        """Close the store behind."""
        self._store.close()

    def _call(self, ask: Callable[[], T]) -> T:
        if self._clock() < self._closed_until_s:
            self._observer.store_called("skipped")
            raise StoreUnavailable("left alone after a failure")
        try:
            answer = ask()
        except StoreUnavailable:
            self._closed_until_s = self._clock() + self._retry_after_s
            self._observer.store_called("error")
            raise
        self._observer.store_called("ok")
        return answer
