"""A store that is away costs one time-out, not one a page."""

from collections.abc import Sequence

import pytest

from tests.unit.store.stores import page
from workers.store.breaker import Breaker
from workers.store.memory import MemoryStore
from workers.store.protocol import Look, Seen, SeenAs, StoreUnavailable


class Away(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.is_away = True

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        self.calls += 1
        if self.is_away:
            raise StoreUnavailable("TimeoutError")
        return super().look(looks)


class Observer:
    def __init__(self) -> None:
        self.results: list[str] = []

    def store_called(self, result: str) -> None:
        self.results.append(result)


def test_after_a_failure_the_store_is_left_alone_and_then_asked_again() -> None:
    store, observer, now = Away(), Observer(), [100.0]
    breaker = Breaker(store, observer, retry_after_s=5.0, clock=lambda: now[0])
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            breaker.look([page(1)])
    assert store.calls == 1
    now[0], store.is_away = 105.0, False
    assert breaker.look([page(1)])[0].seen_as is SeenAs.NEW
    assert observer.results == ["error", "skipped", "skipped", "ok"]
