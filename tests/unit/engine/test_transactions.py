"""Exactly-once delivery, where the broker is silent; on a real one: tests/broker/test_delivery.py."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.producer.transaction_manager import TransactionalRequestResult
from kafka.structs import ConsumerGroupMetadata, MemberState, OffsetAndMetadata

from workers.engine.delivery import DeliveryFailed, ExactlyOnce
from workers.engine.membership import Change, Membership

OFFSETS = {TopicPartition("pages", 0): OffsetAndMetadata(1, "", -1)}
STABLE = ConsumerGroupMetadata("group", 5, "me", None, MemberState.STABLE)
GONE = ConsumerGroupMetadata("group", -1, "", None, MemberState.UNJOINED)  # what the client has once its heartbeat is told it is no member


def delivery_of(
    offsets: TransactionalRequestResult,
    commit: TransactionalRequestResult,
    group: Callable[[], ConsumerGroupMetadata] = lambda: STABLE,
    fenced_by: list[ConsumerGroupMetadata] | None = None,
) -> ExactlyOnce:
    """On a producer that is given these results."""

    def send_offsets(_offsets: Any, metadata: ConsumerGroupMetadata) -> TransactionalRequestResult:
        if fenced_by is not None:
            fenced_by.append(metadata)
        return offsets

    manager = SimpleNamespace(send_offsets_to_transaction=send_offsets, begin_commit=lambda: commit)
    producer: Any = SimpleNamespace(
        _transaction_manager=manager,
        _sender=SimpleNamespace(wakeup=lambda: None),
        init_transactions=lambda: None,
        begin_transaction=lambda: None,
        flush=lambda timeout: None,
    )
    delivery = ExactlyOnce(lambda: producer, group, max_end_s=0.01)
    delivery.restart()
    return delivery


def done(error: Exception | None = None) -> TransactionalRequestResult:
    result = TransactionalRequestResult()
    result.done(error)
    return result


def test_a_commit_that_the_broker_answers_returns() -> None:
    delivery_of(done(), done()).commit(OFFSETS)


@pytest.mark.parametrize("silent", ["offsets", "commit"])
def test_a_commit_that_the_broker_never_answers_fails_instead_of_standing_still(silent: str) -> None:
    never = TransactionalRequestResult()
    delivery = delivery_of(never if silent == "offsets" else done(), never)
    with pytest.raises(DeliveryFailed, match="did not end within"):
        delivery.commit(OFFSETS)


def test_a_commit_is_fenced_by_the_group_that_was_checked_not_by_what_the_client_has_since() -> None:
    states = [STABLE, GONE]
    consumer: Any = SimpleNamespace(group_metadata=lambda: states[0])
    membership = Membership(consumer, "me", frozenset, window=10)
    fenced_by: list[ConsumerGroupMetadata] = []
    delivery = delivery_of(done(), done(), membership.group, fenced_by)
    assert membership.check() is Change.RESET
    states.pop(0)  # between the check and the commit, on the heartbeat's thread
    delivery.commit(OFFSETS)
    assert fenced_by == [STABLE]
    assert membership.check() is Change.UNSTABLE
