"""Lets a member of the group see every round of joining to its end, however short its polls are."""

from typing import Any

from kafka import KafkaConsumer

MIN_WAIT_MS = 50  # of a poll during a round: its answer is taken up by a task, which a poll without time does not wait for


def keep_joins(consumer: KafkaConsumer) -> None:
    """Let `consumer.poll()` finish a round of joining that an earlier poll began and had no time for.

    kafka-python 3.0.12 forgets such a round in two ways (`coordinator/base.py`, `join_group_async`). A poll asks `need_rejoin()` before it
    looks at the round: when the round is due to new metadata and this member led it, the answer is no as soon as the partitions are
    assigned, and the member stays without them, its heartbeat off, for ever (`tests/broker/test_joins.py` makes it happen). And a round
    that ended between two polls is thrown away for a new one.
    """
    coordinator: Any = consumer._coordinator
    join, join_once = coordinator.join_group_async, coordinator._do_join_and_sync_async
    complete, need_rejoin = coordinator._on_join_complete_async, coordinator.need_rejoin
    ended: list[tuple[object, bytes]] = []  # at most one: the generation and the assignment of a round that no poll has taken up

    def is_joining() -> bool:
        return bool(coordinator.rejoining or need_rejoin())

    async def join_with_time(timeout_ms: float | None = None) -> bool:
        done: bool = await join(timeout_ms if timeout_ms is None else max(timeout_ms, MIN_WAIT_MS))
        return done

    async def join_unless_ended() -> bytes:
        if not ended or ended[0][0] is not coordinator._generation:
            assignment = await join_once()
            ended[:] = [(coordinator._generation, assignment)]
        return ended[0][1]

    async def complete_once(*args: Any) -> None:
        ended.clear()
        await complete(*args)

    coordinator.need_rejoin = is_joining
    coordinator.join_group_async = join_with_time
    coordinator._do_join_and_sync_async = join_unless_ended
    coordinator._on_join_complete_async = complete_once
