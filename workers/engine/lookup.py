"""Asks the store about a page's URL, and tells it what the broker has acknowledged. A store that is away stops nothing."""

import structlog

from schemas.identity import normalise_url
from schemas.reasons import FilterReason
from workers.engine.pages import Page
from workers.engine.seen import Verdict, verdict
from workers.pool.messages import Decoded, PageResult, Proceed, Stop
from workers.store.protocol import Remembered, Store, StoreUnavailable

log = structlog.get_logger()


class Lookup:
    """The engine's view of the store."""

    def __init__(self, store: Store, rules_version: str) -> None:
        self._store = store
        self._rules_version = rules_version

    def decoded(self, page: Page, decoded: Decoded) -> tuple[Proceed | Stop, bool]:
        """Return what to tell the child, and whether the page is unchanged."""
        known = self._recall(page, decoded.url)
        found = verdict(
            page.remembered,
            page_sha256=decoded.page_sha256,
            source=page.source,
            rules_version=self._rules_version,
            reprocess=page.headers.reprocess is not None,
        )
        if found is Verdict.UNCHANGED:
            return Stop(), True
        return Proceed(dedupe="known" if known else "unknown"), False

    def finished(self, page: Page, result: PageResult) -> None:
        """Before the outputs of a page that is gone are made: look up what its URL had published."""
        if result.reason is FilterReason.GONE:
            self._recall(page, result.url)

    def remember(self, pages: list[Page]) -> None:
        """Remember pages whose outcome is committed."""
        remembered: dict[str, Remembered] = {}
        for page in pages:
            if page.finished and page.finished.remember:
                url, what = page.finished.remember
                if key := _key(url):
                    remembered[key] = what
        if not remembered:
            return
        try:
            self._store.remember(remembered)
        except StoreUnavailable as e:
            log.warning("store.unavailable", call="remember", error=str(e), pages=len(remembered))

    def _recall(self, page: Page, url: str | None) -> bool:
        key = _key(url)
        if key is None:
            return False
        try:
            page.remembered = self._store.recall(key)
        except StoreUnavailable as e:
            log.debug("store.unavailable", call="recall", error=str(e))
            return False
        return True


def _key(url: str | None) -> str | None:
    try:
        return normalise_url(url) if url else None
    except ValueError:
        return None
