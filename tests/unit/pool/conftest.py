"""The pools of a test, closed when it ends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.pool.rig import Rig


@pytest.fixture
def rig() -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(*args: Any, **kwargs: Any) -> Rig:
        made.append(Rig(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.pool.close()
