"""Asks the consumer for records, and keeps it from spinning."""

import time
from collections.abc import Callable
from typing import Any, Protocol

from kafka import TopicPartition

IDLE_WAIT_MS = 200  # of a poll when nothing is in work
CALM_WAIT_S = 0.02  # between polls that do not wait
CALM_S = 5.0  # then it is asked to wait again
_SPINS_SHARE = 0.25  # of its waiting that the process (the client has threads) spends on the CPU; a poll that waits takes 0.4 ms of it


class Consumer(Protocol):
    """What is asked of kafka-python's."""

    def poll(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        """As KafkaConsumer.poll."""


class Poller:
    """Polls; waits for records when nothing is in work.

    kafka-python 3.0 does not wait while a heartbeat is overdue, as it is when the broker stands still: its poll() goes round until its time
    is up, and each round leaves a callback on the fetch that does not end (seen: 489 MB in 30 s, freed when the broker was back). So when a
    poll turns out to have spun, the waiting is done here for a while.
    """

    def __init__(
        self,
        consumer: Consumer,
        *,
        clock: Callable[[], float] = time.monotonic,
        cpu_clock: Callable[[], float] = time.process_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._consumer = consumer
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._sleep = sleep
        self._calm_until_s = 0.0

    def poll(self, max_records: int, *, wait: bool) -> dict[TopicPartition, list[Any]]:
        """Return at most `max_records` records; with `wait`, after some 0.2 s at most when there are none. Raises KafkaError."""
        calm = wait and self._clock() < self._calm_until_s
        cpu_s = self._cpu_clock()
        records = self._consumer.poll(timeout_ms=IDLE_WAIT_MS if wait and not calm else 0, max_records=max_records)
        if records:
            self._calm_until_s = 0.0
        elif calm:
            self._sleep(CALM_WAIT_S)
        elif wait and self._cpu_clock() - cpu_s > _SPINS_SHARE * IDLE_WAIT_MS / 1000:
            self._calm_until_s = self._clock() + CALM_S
        return records
