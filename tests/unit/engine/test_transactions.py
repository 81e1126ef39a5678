"""Exactly-once delivery, where the broker is silent; on a real one: tests/broker/test_delivery.py."""

from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.producer.transaction_manager import TransactionalRequestResult
from kafka.structs import OffsetAndMetadata

from workers.engine.delivery import DeliveryFailed, ExactlyOnce

OFFSETS = {TopicPartition("pages", 0): OffsetAndMetadata(1, "", -1)}


def delivery_of(offsets: TransactionalRequestResult, commit: TransactionalRequestResult) -> ExactlyOnce:
    """On a producer that is given these results."""
    manager = SimpleNamespace(send_offsets_to_transaction=lambda *_: offsets, begin_commit=lambda: commit)
    producer: Any = SimpleNamespace(
        _transaction_manager=manager,
        _sender=SimpleNamespace(wakeup=lambda: None),
        init_transactions=lambda: None,
        begin_transaction=lambda: None,
        flush=lambda timeout: None,
    )
    consumer: Any = SimpleNamespace(group_metadata=lambda: "group")
    delivery = ExactlyOnce(lambda: producer, consumer, max_end_s=0.01)
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
