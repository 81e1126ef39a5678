"""Asks the store about a page's URL and its articles, and tells it what the broker has acknowledged. A store that is away stops nothing."""

import contextlib

import structlog

from schemas.identity import normalise_url
from schemas.reasons import FilterReason, OutcomeKind, UnchangedReason
from workers.engine.pages import Known, Page
from workers.pool.messages import Decoded, PageResult, Proceed, Stop
from workers.sameness.record import house_of
from workers.store.protocol import Closing, Look, Seen, SeenAs, Store, StoreUnavailable

log = structlog.get_logger()
GONE = "gone"  # stands for the bytes of a page that answered 404 or 410


class Lookup:
    """The engine's view of the store."""

    def __init__(self, store: Store, rules_version: str) -> None:
        self._store = store
        self._rules_version = rules_version

    def decoded(self, pages: list[tuple[Page, Decoded]]) -> list[tuple[Proceed | Stop, UnchangedReason | None]]:
        """Claim the pages' URLs. Return of each what to tell the child, and why the page is unchanged, if it is."""
        self._look([self._look_of(page, d.url_key, d.site, d.steady_sha256) for page, d in pages if d.url_key])
        return [_told(page.known.seen if page.known else None) for page, _ in pages]

    def finished(self, results: list[tuple[Page, PageResult]]) -> list[UnchangedReason | None]:
        """Before the outputs of pages are made: compare their articles, or, when one is gone, look up what its URL had published.

        Fills `page.known` and `page.verdicts`. Returns for each page a reason when its articles are those before it, to the letter.
        """
        reasons: list[UnchangedReason | None] = []
        unsettled: list[tuple[Page, PageResult]] = []
        for page, result in results:
            reason, is_settled = self._compared(page, result)
            reasons.append(reason)
            if not is_settled:
                unsettled.append((page, result))
        if unsettled:
            self._settle(unsettled)
        return reasons

    def _compared(self, page: Page, result: PageResult) -> tuple[UnchangedReason | None, bool]:
        """By what the store has said of the page before: why it is unchanged, if it is, and whether that is all there is to ask."""
        if result.reason is FilterReason.GONE:
            with contextlib.suppress(ValueError):
                key = normalise_url(result.url or "")
                self._look([self._look_of(page, key, house_of(key), GONE)])
        if result.outcome is not OutcomeKind.PUBLISHED:
            return None, True
        known = page.known
        past = known.seen.past if known else None
        if known and past and known.seen.seen_as is SeenAs.NEW and not known.look.reprocess:
            was_compared = past.verdicts or past.unchanged  # else the store was away then: now it can say what it repeats
            if was_compared and past.records == result.records:
                return UnchangedReason.SAME_ARTICLE, True
        if past and known and known.seen.seen_as is SeenAs.AGAIN and [v.id.hex() for v in past.verdicts] == [a.id for a in result.articles]:
            page.verdicts = past.verdicts
            return None, True
        return None, False

    def _settle(self, results: list[tuple[Page, PageResult]]) -> None:
        try:
            found = self._store.settle([(page.source, [article.text for article in result.articles]) for page, result in results])
        except StoreUnavailable as e:
            log.debug("store.unavailable", call="settle", error=str(e))
            return
        for (page, _), verdicts in zip(results, found, strict=True):
            page.verdicts = verdicts

    def remember(self, pages: list[Page]) -> None:
        """Confirm or give up the claims of pages whose outcome is committed."""
        closings = [closing for page in pages if (closing := _closing(page)) is not None]
        if not closings:
            return
        try:
            self._store.close_pages(closings)
        except StoreUnavailable as e:
            log.warning("store.unavailable", call="close_pages", error=str(e), pages=len(closings))

    def _look_of(self, page: Page, url_key: str, site: str, steady_sha256: str) -> tuple[Page, Look]:
        return page, Look(
            url=url_key,
            site=site,
            source=page.source,
            page_sha256=steady_sha256,
            rules_version=self._rules_version,
            reprocess=page.headers.reprocess is not None,
        )

    def _look(self, asked: list[tuple[Page, Look]]) -> None:
        """Fills `page.known`, unless the store is away."""
        if not asked:
            return
        try:
            found = self._store.look([look for _, look in asked])
        except StoreUnavailable as e:
            log.debug("store.unavailable", call="look", error=str(e))
            return
        for (page, look), seen in zip(asked, found, strict=True):
            page.known = Known(look, seen)


def _told(seen: Seen | None) -> tuple[Proceed | Stop, UnchangedReason | None]:
    if seen is None:
        return Proceed(), None
    if seen.seen_as is SeenAs.UNCHANGED:
        return Stop(), UnchangedReason.SAME_BYTES
    if seen.seen_as is SeenAs.AGAIN and seen.past and seen.past.unchanged:
        return Stop(), UnchangedReason.SAME_ARTICLE
    return Proceed(site=seen.site), None


def _closing(page: Page) -> Closing | None:
    """What to tell the store; nothing of a page that claims nothing, or whose claim is confirmed already."""
    known = page.known
    if known is None or page.finished is None or known.seen.seen_as is SeenAs.UNCHANGED:
        return None
    if known.seen.seen_as is SeenAs.AGAIN and known.seen.past is not None:
        return None
    is_first = known.seen.seen_as is SeenAs.NEW and known.seen.past is None
    learned = page.finished.learned if is_first else None
    return Closing(look=known.look, seen=known.seen, past=page.finished.past, learned=learned)
