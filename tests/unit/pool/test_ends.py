"""What the end of a process says of its page."""

import signal
import socket
from collections.abc import Iterator

import pytest

from schemas.reasons import DeadLetterReason
from workers.pool.channel import NonBlockingChannel
from workers.pool.child import EXIT_ERROR, EXIT_MEMORY
from workers.pool.ends import crashed, died, past_its_time, sent_too_much
from workers.pool.limits import PoolLimits
from workers.pool.messages import Exited
from workers.pool.slot import Process

LIMITS = PoolLimits(max_memory_bytes=1_000)
IDLE_BYTES = 500


@pytest.fixture
def process() -> Iterator[Process]:
    ours, theirs = socket.socketpair()
    theirs.close()
    made = Process(1, NonBlockingChannel(ours, 1_000), 0.0)
    made.idle_rss_bytes = IDLE_BYTES
    yield made
    made.close()


@pytest.mark.parametrize(
    ("code", "peak_bytes", "reason"),
    [
        (EXIT_MEMORY, 0, DeadLetterReason.MEMORY),
        (-signal.SIGKILL, 0, DeadLetterReason.MEMORY),
        (-signal.SIGABRT, IDLE_BYTES + 1_000, DeadLetterReason.MEMORY),
        (-signal.SIGABRT, IDLE_BYTES + 999, DeadLetterReason.CRASH),
        (-signal.SIGSEGV, 0, DeadLetterReason.CRASH),
        (EXIT_ERROR, 0, DeadLetterReason.CRASH),
    ],
)
def test_memory_is_blamed_on_a_page_in_a_fresh_process_only_and_a_crash_in_none(
    process: Process, code: int, peak_bytes: int, reason: DeadLetterReason
) -> None:
    exited = Exited(child=1, code=code, max_rss_bytes=peak_bytes)
    fresh = died(process, exited, LIMITS)
    process.pages = 1
    used = died(process, exited, LIMITS)
    assert (fresh.reason, fresh.try_again) == (reason, reason is DeadLetterReason.CRASH)
    assert used == fresh._replace(try_again=True)


def test_a_page_past_its_time_or_output_is_not_tried_again() -> None:
    assert crashed("ended by SIGSEGV").try_again
    assert not past_its_time(LIMITS).try_again
    assert not sent_too_much("a frame of 9 bytes, limit 8").try_again
