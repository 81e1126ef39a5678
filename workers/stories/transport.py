"""Faust's Kafka transport, with three things it cannot be told (tests/broker/test_stories.py pins both).

To read committed records only: Faust asks for that only in its own exactly-once mode, which we do not use (docs/adr/0005).

To begin at the beginning: what is fetched while a table is being restored is dropped, and then every partition is taken back to its
committed offset; but aiokafka takes none back whose offset is 0 or was never committed. A worker killed before its first commit lost all
that its successor fetched during the restore: seen in 2 of 2 runs on a busy machine.
"""

from collections.abc import Mapping
from typing import Any

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP


class _Thread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # read when the consumer starts
        return consumer

    async def seek_to_committed(self) -> Mapping[TP, int]:
        committed = await super().seek_to_committed()
        changelogs = self.app.tables.changelog_topics  # placed by the restore itself
        uncommitted = [tp for tp, offset in committed.items() if tp.topic not in changelogs and (offset or 0) <= 0]
        if uncommitted:
            await self.call_thread(self._ensure_consumer().seek_to_beginning, *uncommitted)
        return committed


class NothingRead(dict[TP, int | None]):
    """Read offsets that are never known, so that nothing is below them."""

    def __getitem__(self, tp: TP) -> None:
        return None


class _Consumer(Consumer):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = NothingRead()

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class ReadCommitted(Transport):
    """The transport whose consumers see committed records only."""

    Consumer = _Consumer
