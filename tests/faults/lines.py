"""Lines that do harm when a page says so: the real line, with one stage in front."""

import os
import signal
import time

from workers.pipeline.draft import Draft
from workers.pipeline.line import Line, default_line


def hostile() -> Line:
    """NEVER-ENDS, KILL-MYSELF, EAT-MEMORY, KILL-THE-WORKER."""
    real = default_line()
    return Line(decode=(("hostile", _behave), *real.decode), rest=real.rest)


def _behave(draft: Draft) -> Draft:
    value = (draft.value or b"")[:200]
    if b"NEVER-ENDS" in value:
        while True:
            time.sleep(0)
    if b"KILL-MYSELF" in value:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"EAT-MEMORY" in value:
        held = []
        while True:
            held.append(bytearray(16_000_000))
    if b"KILL-THE-WORKER" in value:
        os.kill(int(os.environ["RAWI_TEST_WORKER_PID"]), signal.SIGKILL)
        signal.pause()
    return draft
