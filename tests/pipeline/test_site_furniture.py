"""What a site repeats is learned from its pages by the real store and cut from the next ones, through the worker's own line."""

from collections.abc import Iterator

import pytest
import redis

from schemas.codec import decode_article
from schemas.records import Article
from tests.conftest import Unique, ValkeyServer
from tests.pipeline.test_sameness import html
from tests.sameness.stories import story
from tests.sameness.worker import SmallWorker
from workers.engine.pages import Page
from workers.pipeline.site import MIN_PAGES
from workers.store.redis import RedisStore
from workers.store.site_pages import RENEW_PAGES

LETTERS = "The desk of the Harbour Herald answers letters on the first Friday of each month."
SITE = "https://herald.test"


@pytest.fixture
def worker(valkey: ValkeyServer, unique: Unique) -> Iterator[SmallWorker]:
    client = redis.Redis.from_url(valkey.url)
    yield SmallWorker(RedisStore(client, prefix=unique("furniture"), ttl_s=86_400, items=10_000, horizon_s=86_400))
    client.close()


def page_of(number: int) -> bytes:
    made = story(number)
    return html([*(" ".join(paragraph) for paragraph in made.paragraphs), LETTERS], made.headline)


def article_of(page: Page) -> Article:
    assert page.finished is not None
    [output] = page.finished.outputs
    assert output.value is not None
    return decode_article(output.value)


def test_a_line_that_a_site_repeats_is_cut_once_the_store_has_seen_enough_pages_of_it(worker: SmallWorker) -> None:
    first = [article_of(worker.take(page_of(n), f"{SITE}/{n}", n)) for n in range(MIN_PAGES)]
    assert all(LETTERS in article.paragraphs for article in first)
    later = [article_of(worker.take(page_of(n), f"{SITE}/{n}", n)) for n in range(MIN_PAGES, MIN_PAGES + RENEW_PAGES + 1)]
    last = later[-1]
    assert LETTERS not in last.paragraphs
    assert [segment.rule for segment in last.removed_segments if segment.class_ == "site_furniture"] == ["learned"]
    assert len(last.paragraphs) == len(story(MIN_PAGES + RENEW_PAGES).paragraphs)

    # A redelivery of a page from before is given the facts that were in force then; a site of its own has taught nothing.
    assert article_of(worker.take(page_of(0), f"{SITE}/0", 0)) == first[0]
    assert LETTERS in article_of(worker.take(page_of(0), "https://courier.test/0", 1_000)).paragraphs
