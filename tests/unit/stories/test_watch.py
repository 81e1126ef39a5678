"""A story worker that stands still ends; one that waits for records, or has only marks of transactions before it, does not."""

from typing import Any, cast

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry

from workers.stories.watch import Place, Watch
from workers.telemetry.story_metrics import StoryMetrics

READ, WRITE = TP("articles", 0), TP("index", 0)


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def watch(clock: Clock, registry: CollectorRegistry) -> Watch:
    return Watch(cast(Any, None), (), StoryMetrics(registry), silent_s=60, clock=clock)


def test_a_partition_with_records_that_commits_nothing_is_named_after_its_time(watch: Watch, clock: Clock) -> None:
    for _ in range(13):
        assert watch.look([Place(READ, 5, 3), Place(WRITE, 7, 0)]) is None
        clock.now_s += 5
    assert watch.look([Place(READ, 5, 9), Place(WRITE, 7, 0)]) == READ


def test_a_partition_that_moves_or_has_nothing_to_read_is_not(watch: Watch, clock: Clock, registry: CollectorRegistry) -> None:
    for n in range(40):
        assert watch.look([Place(READ, n // 10, 1000), Place(WRITE, 7, 0)]) is None
        clock.now_s += 5
    assert registry.get_sample_value("rawi_stories_consumer_lag_records") == 1000


def test_a_partition_that_comes_back_begins_anew(watch: Watch, clock: Clock) -> None:
    watch.look([Place(READ, 5, 3)])
    clock.now_s += 50
    watch.look([])
    clock.now_s += 50
    assert watch.look([Place(READ, 5, 3)]) is None
