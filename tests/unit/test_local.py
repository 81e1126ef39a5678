"""Parts of the local servers that need no server."""

import logging
import threading

from workers.local.kafka import _quiet_client


def test_two_brokers_that_start_at_once_leave_the_client_as_loud_as_it_was() -> None:
    log = logging.getLogger("kafka")
    before = log.level
    inside, release = threading.Event(), threading.Event()

    def first() -> None:
        with _quiet_client():
            inside.set()
            release.wait(10)

    def second() -> None:
        with _quiet_client():
            pass

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert inside.wait(10)
    threads[1].start()
    release.set()
    for thread in threads:
        thread.join()
    assert log.level == before
