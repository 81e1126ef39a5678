"""Lag, and partitions that silently stop; kafka-python hands out one fetched partition after the other."""

from typing import Any

import pytest
from kafka import TopicPartition

from workers.engine.stops import WorkerStops
from workers.engine.watch import LAG_INTERVAL_S, LagWatch

BUSY, QUIET = TopicPartition("raw.pages", 0), TopicPartition("raw.pages", 1)
SILENT_S = 60.0


class Consumer:
    """Two partitions of 1,000 records."""

    def __init__(self) -> None:
        self.positions = {BUSY: 0, QUIET: 0}
        self.is_paused: set[TopicPartition] = set()

    def end_offsets(self, partitions: list[TopicPartition], **_: Any) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 1_000)

    def position(self, partition: TopicPartition, **_: Any) -> int:
        return self.positions[partition]

    def paused(self) -> set[TopicPartition]:
        return self.is_paused


class Run:
    """A watch and its clock."""

    def __init__(self) -> None:
        self.consumer, self.now_s = Consumer(), 100.0
        self.watch = LagWatch(self.consumer, silent_partition_s=SILENT_S, clock=lambda: self.now_s)

    def go(self, seconds: float, *, brought: int, asked: int = 64) -> None:
        """So long, the busy partition goes on, and polls bring so many of the records asked for."""
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self.now_s += LAG_INTERVAL_S
            self.consumer.positions[BUSY] += brought > 0
            self.watch.polled(brought, asked)
            self.watch.look(self.consumer.positions)


def test_the_lag_of_each_partition_is_told_now_and_then() -> None:
    run = Run()
    assert run.watch.look({BUSY: 10, QUIET: 1_000}) == {BUSY: 990, QUIET: 0}
    assert run.watch.look({BUSY: 10, QUIET: 1_000}) is None


def test_a_partition_with_lag_that_delivers_nothing_while_the_client_has_nothing_else_stops_the_worker() -> None:
    run = Run()
    with pytest.raises(WorkerStops, match=r"partition 1 of raw\.pages has 1000 records and delivers none"):
        run.go(SILENT_S + 3 * LAG_INTERVAL_S, brought=5)


def test_a_partition_that_waits_behind_another_ones_records_is_not_silent() -> None:
    run = Run()
    run.go(20 * SILENT_S, brought=64)  # each poll is filled: the client has not come to the other partition's records yet
    run.consumer.positions[QUIET] += 64
    run.go(SILENT_S / 2, brought=5)


def test_a_partition_is_not_silent_when_it_is_paused_or_read_to_its_end() -> None:
    run = Run()
    run.consumer.is_paused = {QUIET}
    run.go(3 * SILENT_S, brought=5)
    run.consumer.is_paused, run.consumer.positions[QUIET] = set(), 1_000
    run.go(3 * SILENT_S, brought=5)
