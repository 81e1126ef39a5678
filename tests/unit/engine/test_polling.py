"""A poll that spins is not asked to wait again for a while."""

from typing import Any

from workers.engine.polling import CALM_S, CALM_WAIT_S, IDLE_WAIT_MS, Poller


class Consumer:
    """Spends the time it is given: on the CPU when the broker stands still, asleep otherwise."""

    def __init__(self) -> None:
        self.now_s = self.cpu_s = 100.0
        self.stands_still = False
        self.records: dict[Any, list[Any]] = {}
        self.waits: list[int] = []

    def poll(self, *, timeout_ms: int, max_records: int) -> dict[Any, list[Any]]:
        self.waits.append(timeout_ms)
        if not self.records:
            self.now_s += timeout_ms / 1000
            self.cpu_s += timeout_ms / 1000 if self.stands_still else 0.0004
        return self.records

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def made() -> tuple[Consumer, Poller]:
    consumer = Consumer()
    return consumer, Poller(consumer, clock=lambda: consumer.now_s, cpu_clock=lambda: consumer.cpu_s, sleep=consumer.sleep)


def test_an_idle_poll_waits_in_the_consumer_and_a_busy_one_not_at_all() -> None:
    consumer, poller = made()
    for wait in (True, True, False):
        assert poller.poll(10, wait=wait) == {}
    assert consumer.waits == [IDLE_WAIT_MS, IDLE_WAIT_MS, 0]


def test_while_the_broker_stands_still_the_waiting_is_done_outside() -> None:
    consumer, poller = made()
    consumer.stands_still = True
    begun_s = consumer.cpu_s
    for _ in range(int(10 * CALM_S / CALM_WAIT_S)):
        poller.poll(10, wait=True)
    assert consumer.cpu_s - begun_s <= 11 * IDLE_WAIT_MS / 1000, "one poll that spins in each time of calm"
    assert consumer.now_s - 100.0 >= 10 * CALM_S


def test_records_end_the_calm() -> None:
    consumer, poller = made()
    consumer.stands_still = True
    poller.poll(10, wait=True)
    consumer.records = {"p": ["a"]}
    assert poller.poll(10, wait=True) == {"p": ["a"]}
    consumer.records, consumer.stands_still = {}, False
    poller.poll(10, wait=True)
    assert consumer.waits == [IDLE_WAIT_MS, 0, IDLE_WAIT_MS]
