"""A cache of answers about texts, bounded in bytes and not only in count: a page may hold names of a megabyte each."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

R = TypeVar("R")
LONG_CHARS = 200  # a longer text is answered anew: none that comes again is as long


def remembered(count: int) -> Callable[[Callable[[str], R]], Callable[[str], R]]:
    """Remember the answers of a function for so many short texts, the last asked for."""

    def decorate(function: Callable[[str], R]) -> Callable[[str], R]:
        cached = lru_cache(maxsize=count)(function)

        @wraps(function)
        def answer(text: str) -> R:
            return cached(text) if len(text) <= LONG_CHARS else function(text)

        return answer

    return decorate
