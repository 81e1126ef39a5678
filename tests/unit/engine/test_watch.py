"""The watchdog. Its other half, a worker that stands still and ends, is among the faults."""

import threading

from structlog.testing import capture_logs

from workers.engine.stops import ExitCode
from workers.engine.watch import Watchdog
from workers.telemetry.health import Heartbeat


def test_a_loop_that_stands_still_ends_the_process_and_the_log_says_where_it_stood() -> None:
    now_s = 100.0
    heartbeat = Heartbeat(lambda: now_s)
    now_s = 121.0
    ended: list[int] = []
    over = threading.Event()

    def end(code: int) -> None:
        ended.append(code)
        over.set()

    def a_call_that_does_not_return() -> None:
        over.wait(10)

    with capture_logs() as lines:
        Watchdog(heartbeat, stall_timeout_s=0.04, end=end).start()
        a_call_that_does_not_return()
    assert ended == [ExitCode.STALLED]
    [line] = [line for line in lines if line["event"] == "worker.stalled"]
    assert line["age_s"] == 21.0
    assert any(place.endswith(" a_call_that_does_not_return") for place in line["stacks"]["MainThread"])
