"""What stands still, ends: a worker with records to read that commits nothing, though the broker answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import faust
from faust.types import TP

from workers.engine.stops import ExitCode, WorkerStops
from workers.stories.batches import Batches
from workers.telemetry.story_metrics import StoryMetrics

INTERVAL_S = 5.0
_CALL_TIMEOUT_S = 3.0


class Place(NamedTuple):
    """How far a partition is: the committed offset, and how many records are not committed."""

    tp: TP
    committed: int
    behind: int


class Watch:
    """Asks for the end offsets now and then: for the lag metric, and to notice partitions that stand still."""

    def __init__(
        self,
        app: faust.App,
        batches: Sequence[Batches],
        metrics: StoryMetrics,
        *,
        silent_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._batches = batches
        self._metrics = metrics
        self._silent_s = silent_s
        self._clock = clock
        self._moved: dict[TP, tuple[int, float]] = {}  # committed offset, and when it was first seen there

    async def run(self, on_failure: Callable[[BaseException], Awaitable[None]]) -> None:
        """Look until a partition stands still."""
        while True:
            await asyncio.sleep(min(INTERVAL_S, self._silent_s / 2))
            try:
                places = await asyncio.wait_for(self._places(), _CALL_TIMEOUT_S)
            except Exception:  # noqa: BLE001 (of aiokafka's many; the broker is away, or a rebalance is going on: waiting is right)
                self._moved.clear()
                continue
            if (silent := self.look(places)) is not None:
                await on_failure(WorkerStops(ExitCode.STALLED, f"partition {silent.partition} of {silent.topic} stands still: restart"))

    def look(self, places: list[Place]) -> TP | None:
        """Take note of how far each partition is; return one that has stood still too long."""
        now_s, stuck = self._clock(), None
        moved: dict[TP, tuple[int, float]] = {}
        for place in places:
            known = self._moved.get(place.tp)
            if known is not None and known[0] != place.committed:
                self._metrics.progressed()
            if known is None or known[0] != place.committed or not place.behind:
                moved[place.tp] = (place.committed, now_s)
            else:
                moved[place.tp] = known
                if now_s - known[1] > self._silent_s:
                    stuck = place.tp
        self._moved = moved
        self._metrics.lag(sum(place.behind for place in places))
        return stuck

    async def _places(self) -> list[Place]:
        """Where the agents are in the partitions they have."""
        consumer, changelogs = self._app.consumer, self._app.tables.changelog_topics
        mine = [tp for tp in consumer.assignment() if tp.topic not in changelogs]
        ends = await consumer.highwaters(*mine) if mine else {}
        committed = {tp: offset for batches in self._batches for tp, offset in batches.committed.items()}
        busy = {tp for batches in self._batches for tp in batches.busy()}
        places = []
        for tp in mine:
            position, done = await consumer.position(tp) or 0, committed.get(tp, 0)
            # At the end of a topic may stand marks of transactions, which are never delivered: having read past them counts.
            behind = max(1, ends[tp] - (done or position)) if position < ends[tp] or tp in busy else 0
            places.append(Place(tp, done, behind))
        return places
