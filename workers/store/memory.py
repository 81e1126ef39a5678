"""The in-process store, for one-process use without Redis: it forgets at exit, and workers do not share it."""

from collections import OrderedDict
from collections.abc import Mapping

from workers.store.protocol import Remembered


class MemoryStore:
    """Remembers the latest `max_urls` URLs (about 0.5 KB each)."""

    def __init__(self, max_urls: int = 200_000) -> None:
        self._max_urls = max_urls
        self._pages: OrderedDict[str, Remembered] = OrderedDict()

    def recall(self, url: str) -> Remembered | None:
        """Return what is remembered of a URL."""
        return self._pages.get(url)

    def remember(self, pages: Mapping[str, Remembered]) -> None:
        """Remember pages, forgetting the oldest past the bound."""
        for url, page in pages.items():
            self._pages[url] = page
            self._pages.move_to_end(url)
        while len(self._pages) > self._max_urls:
            self._pages.popitem(last=False)

    def close(self) -> None:
        """Nothing to let go of."""
