"""A store that is away costs one time-out, not one a page."""

import pytest

from workers.store.breaker import Breaker
from workers.store.memory import MemoryStore
from workers.store.protocol import Remembered, StoreUnavailable


class Away(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.is_away = True

    def recall(self, url: str) -> Remembered | None:
        self.calls += 1
        if self.is_away:
            raise StoreUnavailable("TimeoutError")
        return super().recall(url)


class Seen:
    def __init__(self) -> None:
        self.results: list[str] = []

    def store_called(self, result: str) -> None:
        self.results.append(result)


def test_after_a_failure_the_store_is_left_alone_and_then_asked_again() -> None:
    store, seen, now = Away(), Seen(), [100.0]
    breaker = Breaker(store, seen, retry_after_s=5.0, clock=lambda: now[0])
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            breaker.recall("http://a.test/")
    assert store.calls == 1
    now[0], store.is_away = 105.0, False
    assert breaker.recall("http://a.test/") is None
    assert seen.results == ["error", "skipped", "skipped", "ok"]
