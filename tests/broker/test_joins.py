"""A member of the group gets its partitions, however short its polls are (kafka-python 3.0.12 alone may leave it without, for ever)."""

import time
from collections.abc import Callable
from contextlib import closing

import pytest
from kafka import KafkaConsumer, TopicPartition

from workers.engine.clients import make_consumer
from workers.settings import load_settings

pytestmark = pytest.mark.broker
DEADLINE_S = 40.0  # the broker may wait for a member that was, some 10 s; without `keep_joins` this ends it


@pytest.fixture
def make_member(kafka: object, make_topic: Callable[..., str], unique: Callable[[str], str]) -> Callable[[], KafkaConsumer]:
    topic = make_topic(partitions=4)
    settings = load_settings({"KAFKA_BOOTSTRAP_SERVERS": str(kafka), "RAWI_INPUT_TOPIC": topic, "RAWI_GROUP_ID": unique("group")}, None)
    return lambda: make_consumer(settings, "rawi-test")


def poll_until_shared(*members: KafkaConsumer, timeout_ms: int) -> list[set[TopicPartition]]:
    """Poll in turns until the members have all four partitions between them, each its share."""
    deadline = time.monotonic() + DEADLINE_S
    while sum(len(member.assignment()) for member in members) != 4 or not all(member.assignment() for member in members):
        assert time.monotonic() < deadline, [member.group_metadata() for member in members]
        for member in members:
            member.poll(timeout_ms=timeout_ms)
    return [set(member.assignment()) for member in members]


@pytest.mark.parametrize("timeout_ms", [0, 1, 5])
def test_a_member_whose_polls_have_no_time_gets_its_partitions(make_member: Callable[[], KafkaConsumer], timeout_ms: int) -> None:
    # It joins before it knows the partitions, so that a second round follows that is due to new metadata alone.
    with closing(make_member()) as member:
        assert len(poll_until_shared(member, timeout_ms=timeout_ms)) == 1


def test_members_whose_polls_have_no_time_share_the_partitions_as_they_come_and_go(make_member: Callable[[], KafkaConsumer]) -> None:
    with closing(make_member()) as first:
        with closing(make_member()) as second:
            ours, theirs = poll_until_shared(first, second, timeout_ms=1)
            assert not ours & theirs
        [all_of_them] = poll_until_shared(first, timeout_ms=1)
        assert all_of_them == ours | theirs
