"""The worker's own line and its own view of the store, page by page in this process: all but Kafka and the pool."""

from datetime import UTC, datetime
from typing import Any

from kafka.consumer.fetcher import ConsumerRecord

from schemas.headers import read_page_headers
from workers.engine.lookup import Lookup
from workers.engine.outputs import OutputMaker
from workers.engine.pages import Page
from workers.pipeline.draft import Limits
from workers.pipeline.line import default_line
from workers.pool.messages import Decoded, Job, PageResult, Proceed
from workers.stages import RULES_VERSION
from workers.store.protocol import Store

FETCHED_AT = b"2026-05-04T10:00:00Z"
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


class SmallWorker:
    """Processes one record after another; its outputs are in `page.finished`."""

    def __init__(self, store: Store, *, drop_duplicates: bool = False) -> None:
        self.line = default_line()
        self.lookup = Lookup(store, RULES_VERSION)
        self._outputs = OutputMaker(
            articles_topic="articles",
            dlq_topic="dlq",
            outcomes_topic="",
            drop_duplicates=drop_duplicates,
            now=lambda: NOW,
        )

    def take(self, value: bytes, url: str, offset: int, *, partition: int = 0, confirm: bool = True, **headers: str) -> Page:
        """One record: looked up, processed, and, unless the worker dies before its commit, confirmed."""
        raw = [("url", url.encode()), ("fetched-at", FETCHED_AT)] + [(k.replace("_", "-"), v.encode()) for k, v in headers.items()]
        record: Any = ConsumerRecord("raw.pages", partition, 0, offset, 0, 0, None, value, raw, None, 0, 0, 0)
        page = Page(record, raw, read_page_headers(raw), len(value))
        walked = self.line.start(Job(headers=raw, timestamp_ms=0, has_value=True), value, Limits())
        if isinstance(walked, PageResult):
            self._finish(page, walked)
        else:
            decoded = Decoded.of(walked.draft, raw_bytes=len(value))
            [(answer, reason)] = self.lookup.decoded([(page, decoded)])
            if reason is not None:
                page.finished = self._outputs.unchanged(page, decoded, reason)
            else:
                assert isinstance(answer, Proceed)
                self._finish(page, self.line.run_rest(walked, answer.site))
        if confirm:
            self.lookup.remember([page])
        return page

    def _finish(self, page: Page, result: PageResult) -> None:
        [unchanged] = self.lookup.finished([(page, result)])
        page.finished = self._outputs.same_article(page, result) if unchanged else self._outputs.finished(page, result)
