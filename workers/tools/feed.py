"""Feeding pages into a topic, as a crawler's producer would: keyed by URL, compressed, acknowledged by every in-sync replica."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from kafka.errors import InvalidRecordError, KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from workers.tools.clients import CLOSE_TIMEOUT_S, make_producer, open_admin, require_topic
from workers.tools.errors import Config, broker_errors
from workers.tools.pace import Pace
from workers.tools.page_files import PageRecord, Problem, iter_pages

__all__ = ["FeedReport", "KeyBy", "PageRecord", "Problem", "feed", "iter_pages"]

# kafka-python's producer has no bound of its own on what waits to be sent.
MAX_UNSENT_BYTES = 32 * 1024 * 1024
_REFUSED = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)
_ACK_TIMEOUT_S = 60.0


class KeyBy(StrEnum):
    """What the key of a page's record is. Records of a key stay in order, in one partition."""

    URL = "url"
    HOST = "host"
    NONE = "none"


@dataclass(slots=True)
class FeedReport:
    """What was fed: pages and bytes (of values, uncompressed) that the broker acknowledged, and the problems."""

    topic: str
    pages: int = 0
    bytes: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add_problem(self, problem: Problem) -> None:
        """Note a page that was not fed. Handed to `iter_pages(on_problem=...)`, it counts the unreadable ones, too."""
        self.problems.append(problem)


def feed(
    config: Config,
    topic: str,
    pages: Iterable[PageRecord],
    *,
    report: FeedReport | None = None,
    key: KeyBy = KeyBy.URL,
    rate: float | None = None,
    limit: int | None = None,
    on_sent: Callable[[FeedReport], None] | None = None,
) -> FeedReport:
    """Send pages until there are no more, or `limit` of them; return when the broker has acknowledged each.

    Args:
        config: of the Kafka client, from `kafka_client_config(settings)`.
        topic: which must exist.
        pages: from `iter_pages`, or anywhere.
        report: filled as it goes, so that an interrupted run can be told of; default: a new one.
        key: what the records' key is.
        rate: at most so many pages a second.
        limit: at most so many pages in all.
        on_sent: called after each acknowledged page.

    Raises:
        ToolError: the broker is away, refuses us, or has no such topic. A page that is too large is a problem in the report.
    """
    report = report or FeedReport(topic)
    with open_admin(config) as admin:
        require_topic(admin, topic, config)
    with broker_errors(config), contextlib.closing(_Sender(config, report, key, on_sent or (lambda report: None))) as sender:
        pace = Pace(rate)
        for page in islice(pages, limit):
            pace.wait()
            sender.send(page)
        sender.finish()
    return report


class _Sender:
    """Sends pages and takes the acknowledgements in order; what is unsent is bounded."""

    def __init__(self, config: Config, report: FeedReport, key: KeyBy, on_sent: Callable[[FeedReport], None]) -> None:
        self._config = config
        self._report = report
        self._key = key
        self._on_sent = on_sent
        self._producer = make_producer(config)
        self._open: deque[tuple[PageRecord, Any]] = deque()
        self._open_bytes = 0

    def send(self, page: PageRecord) -> None:
        try:
            future = self._begin(page)
        except _REFUSED as e:  # larger than the client's own limit
            self._refuse(page, e)
            return
        self._open.append((page, future))
        self._open_bytes += len(page.value)
        while self._open and (self._open_bytes > MAX_UNSENT_BYTES or self._open[0][1].is_done):
            self._take_oldest()

    def finish(self) -> None:
        while self._open:
            self._take_oldest()

    def close(self) -> None:
        self._producer.close(timeout=CLOSE_TIMEOUT_S)

    def _begin(self, page: PageRecord) -> Any:
        return self._producer.send(self._report.topic, value=page.value, key=_key(page, self._key), headers=page.headers)

    def _take_oldest(self) -> None:
        page, future = self._open[0]
        try:
            future.get(timeout=_ACK_TIMEOUT_S)
        except _REFUSED:
            self._send_again_one_by_one()
            return
        self._open.popleft()
        self._open_bytes -= len(page.value)
        self._count(page)

    def _send_again_one_by_one(self) -> None:
        """A refused record is the end of kafka-python's idempotent producer: all that is open fails with it. Find out which one it was."""
        self._producer.close(timeout=CLOSE_TIMEOUT_S)  # after it every future is done
        pages, self._open_bytes = list(self._open), 0
        self._open.clear()
        self._producer = make_producer(self._config)
        for page, future in pages:
            if not future.succeeded():
                try:
                    self._begin(page).get(timeout=_ACK_TIMEOUT_S)
                except _REFUSED as e:
                    self._refuse(page, e)
                    self._producer.close(timeout=CLOSE_TIMEOUT_S)
                    self._producer = make_producer(self._config)
                    continue
            self._count(page)

    def _count(self, page: PageRecord) -> None:
        self._report.pages += 1
        self._report.bytes += len(page.value)
        self._on_sent(self._report)

    def _refuse(self, page: PageRecord, error: KafkaError) -> None:
        size = f"{len(page.value):,} bytes"
        what = "too large for the topic" if not isinstance(error, InvalidRecordError) else "refused by the broker"
        self._report.add_problem(Problem(page.origin, f"{what} ({size}): {type(error).__name__}"))


def _key(page: PageRecord, key: KeyBy) -> bytes | None:
    if page.url is None or key is KeyBy.NONE:
        return None
    text = page.url if key is KeyBy.URL else urlsplit(page.url).netloc.lower()
    return text.encode("utf-8", "surrogateescape")[:8192] or None
