"""Pages through the worker's line and its view of the store, without Kafka: what is seen before, repeated, revised and withdrawn."""

from collections.abc import Sequence

import pytest

from schemas.codec import decode_article
from schemas.records import Article, Source
from tests.sameness.pages import stream
from tests.sameness.score import run
from tests.sameness.worker import SmallWorker
from workers.engine.pages import Page
from workers.store.memory import MemoryStore
from workers.store.protocol import Look, Seen, StoreUnavailable, Text, Verdict

URL, OTHER = "https://herald.test/rain", "https://courier.test/weather"
SENTENCES = [
    f"On day {n} the ferry from {a} to {b} carried {n * 7} people and {n + 3} lorries across the bay before the storm came up from the {c}."
    for n, (a, b, c) in enumerate(
        [
            ("Alder", "Birch", "south"),
            ("Cedar", "Elm", "north"),
            ("Fir", "Hazel", "west"),
            ("Juniper", "Larch", "east"),
            ("Maple", "Oak", "hills"),
            ("Pine", "Rowan", "open sea"),
            ("Spruce", "Willow", "delta"),
        ]
    )
]


def html(sentences: list[str] = SENTENCES, headline: str = "Ferries before the storm", extra: str = "") -> bytes:
    body = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return f"<html><head><title>{headline}</title>{extra}</head><body><article><h1>{headline}</h1>{body}</article></body></html>".encode()


@pytest.fixture
def worker() -> SmallWorker:
    return SmallWorker(MemoryStore())


def became(page: Page) -> tuple[str, str | None]:
    assert page.finished is not None
    return page.finished.outcome.outcome, page.finished.outcome.reason


def articles(page: Page) -> list[Article]:
    assert page.finished is not None
    return [decode_article(output.value) for output in page.finished.outputs if output.value]


def values(page: Page) -> list[tuple[bytes | None, bytes | None]]:
    assert page.finished is not None
    return [(output.key, output.value) for output in page.finished.outputs]


PUBLISHED = ("published", None)


def test_a_re_crawl_is_unchanged_and_other_bytes_with_the_same_articles_are_too(worker: SmallWorker) -> None:
    assert became(worker.take(html(), URL, 0)) == PUBLISHED
    assert became(worker.take(html(extra="<script>var t = 17</script>"), URL + "?utm_source=x", 1)) == ("unchanged", "same_bytes")
    noisy = html(extra="<link rel='icon' href='/x.png'>")
    assert became(worker.take(noisy, URL, 2)) == ("unchanged", "same_article")
    assert became(worker.take(noisy, URL, 3)) == ("unchanged", "same_bytes")


def test_an_edit_is_a_revision_and_never_a_duplicate(worker: SmallWorker) -> None:
    [first] = articles(worker.take(html(), URL, 0))
    [second] = articles(worker.take(html(SENTENCES[:-1]), URL, 1))
    assert (first.revision, first.revision_of, first.dedupe) == (1, None, "known")
    assert (second.id, second.revision, second.revision_of) == (first.id, 2, first.content_hash)
    assert second.revision_changes is not None
    assert not second.revision_changes.headline
    assert 0 < second.revision_changes.body_share < 0.5
    assert second.duplicate_of is None


def test_a_reprint_is_tagged_and_its_outcome_says_so(worker: SmallWorker) -> None:
    [original] = articles(worker.take(html(), URL, 0))
    page = worker.take(html(SENTENCES[1:], "Storm stops ferries"), OTHER, 1)
    [reprint] = articles(page)
    assert reprint.duplicate_of is not None
    assert (reprint.duplicate_of.id, reprint.duplicate_of.kind) == (original.id, "near")
    assert page.finished is not None
    assert page.finished.outcome.duplicate_of == reprint.duplicate_of
    assert [facts.dedupe for facts in page.finished.facts] == ["known"]


def test_a_duplicate_is_dropped_on_request_and_an_edit_of_the_original_is_not() -> None:
    worker = SmallWorker(MemoryStore(), drop_duplicates=True)
    [original] = articles(worker.take(html(), URL, 0))
    dropped = worker.take(html(), OTHER, 1)
    assert became(dropped) == ("filtered", "duplicate")
    assert dropped.finished is not None
    assert dropped.finished.outcome.duplicate_of is not None
    assert dropped.finished.outcome.duplicate_of.id == original.id
    assert (dropped.finished.outcome.article_ids, dropped.finished.outputs, dropped.finished.facts) == ([], [], [])
    assert became(worker.take(html(), OTHER, 2)) == ("unchanged", "same_bytes")
    assert became(worker.take(html(SENTENCES[:-1]), URL, 3)) == PUBLISHED


def test_a_redelivery_gives_the_same_record_before_and_after_the_commit(worker: SmallWorker) -> None:
    worker.take(html(), URL, 0)
    edited, reprinted = html(SENTENCES[:-1]), html(SENTENCES[:-1], "Another headline")
    for offset, (value, url) in enumerate([(edited, URL), (reprinted, OTHER)], start=1):
        died = worker.take(value, url, offset, confirm=False)
        assert became(died) == PUBLISHED
        assert values(worker.take(value, url, offset)) == values(died)
        assert values(worker.take(value, url, offset)) == values(died)


def test_a_replay_from_the_start_publishes_the_same_ids_and_bytes(worker: SmallWorker) -> None:
    fetches = list(stream(60, seed=3))
    first = [worker.take(fetch.value, fetch.url, offset) for offset, fetch in enumerate(fetches)]
    again = [worker.take(fetch.value, fetch.url, offset) for offset, fetch in enumerate(fetches)]
    assert [became(page) for page in again] == [became(page) for page in first]
    assert [values(page) for page in again] == [values(page) for page in first]
    assert {became(page)[0] for page in first} == {"published", "unchanged"}


def test_a_page_that_is_wanted_again_is_published_again_and_is_no_revision(worker: SmallWorker) -> None:
    before = worker.take(html(), URL, 0)
    again = worker.take(html(), URL, 1, rawi_reprocess="run-1")
    assert became(again) == PUBLISHED
    assert values(again) == values(before)
    assert values(worker.take(html(), URL, 1, rawi_reprocess="run-1")) == values(before)


def test_a_page_that_is_gone_is_withdrawn_once(worker: SmallWorker) -> None:
    [article] = articles(worker.take(html(), URL, 0))
    gone = worker.take(b"", URL, 1, http_status="404")
    assert became(gone) == ("filtered", "gone")
    assert values(gone) == [(article.id.encode(), None)]
    assert values(worker.take(b"", URL, 1, http_status="404")) == values(gone)  # redelivered
    assert values(worker.take(b"", URL, 2, http_status="410")) == []
    back = worker.take(html(), URL, 3)
    assert became(back) == PUBLISHED
    assert values(worker.take(b"", URL, 4, http_status="404")) == values(gone)


def test_a_server_error_forgets_nothing(worker: SmallWorker) -> None:
    worker.take(html(), URL, 0)
    assert became(worker.take(b"x", URL, 1, http_status="503")) == ("filtered", "error_page")
    assert became(worker.take(html(), URL, 2)) == ("unchanged", "same_bytes")


class Away(MemoryStore):
    """A store that comes and goes."""

    is_away = False
    is_half_away = False  # it fails in the middle of a page

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        if self.is_away:
            raise StoreUnavailable("TimeoutError")
        return super().look(looks)

    def settle(self, pages: Sequence[tuple[Source, Sequence[Text]]]) -> list[list[Verdict]]:
        if self.is_away or self.is_half_away:
            raise StoreUnavailable("TimeoutError")
        return super().settle(pages)


def test_without_the_store_pages_flow_on_and_say_that_nothing_is_known() -> None:
    store = Away()
    worker = SmallWorker(store)
    worker.take(html(), URL, 0)
    store.is_away = True
    page = worker.take(html(), URL, 1)
    [article] = articles(page)
    assert (article.dedupe, article.revision, article.duplicate_of) == ("unknown", None, None)
    assert page.finished is not None
    assert [facts.dedupe for facts in page.finished.facts] == ["unknown"]
    store.is_away = False
    assert became(worker.take(html(), URL, 2)) == ("unchanged", "same_bytes")


def test_an_article_that_could_not_be_compared_is_when_its_page_comes_again() -> None:
    store = Away()
    worker = SmallWorker(store)
    worker.take(html(), OTHER, 0)
    store.is_half_away = True
    [unknown] = articles(worker.take(html(), URL, 1))
    store.is_half_away = False
    [known] = articles(worker.take(html(extra="<link rel='icon' href='/x.png'>"), URL, 2))
    assert (unknown.dedupe, known.dedupe, known.revision) == ("unknown", "known", 1)
    assert known.duplicate_of is not None


def test_the_scenario_of_a_day_in_small(worker: SmallWorker) -> None:
    score = run(worker, stream(250, seed=2))
    assert score.passed, score.wrong
