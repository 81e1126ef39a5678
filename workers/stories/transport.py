"""Faust's Kafka transport, with the one thing it cannot be told: to read committed records only.

Faust asks for that only in its own exactly-once mode, which we do not use (docs/adr/0005). tests/broker/test_stories.py pins this.
"""

from typing import Any

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport


class _Thread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # read when the consumer starts
        return consumer


class _Consumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class ReadCommitted(Transport):
    """The transport whose consumers see committed records only."""

    Consumer = _Consumer
