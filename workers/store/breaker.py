"""A store that is away must not slow pages down: after a failure it is left alone for a while instead of timing out page by page."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from workers.store.protocol import Remembered, Store, StoreUnavailable

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

    def recall(self, url: str) -> Remembered | None:
        """As Store.recall."""
        return self._call(lambda: self._store.recall(url))

    def remember(self, pages: Mapping[str, Remembered]) -> None:
        """As Store.remember."""
        self._call(lambda: self._store.remember(pages))

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
