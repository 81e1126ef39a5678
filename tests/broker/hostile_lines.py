"""Lines for hostile workers: the real line, with one stage in front that does harm when a page says so."""

import os
import signal
from pathlib import Path

from workers.pipeline.draft import Draft
from workers.pipeline.line import Line, default_line


def kills_the_worker() -> Line:
    """A page that says KILL-THE-WORKER ends the whole worker, as a kernel running out of memory may."""
    return _with(_kill_worker)


def _kill_worker(draft: Draft) -> Draft:
    if draft.value and b"KILL-THE-WORKER" in draft.value:
        os.kill(int(os.environ["RAWI_TEST_WORKER_PID"]), signal.SIGKILL)
        signal.pause()
    return draft


def waits_for_a_file() -> Line:
    """A page that says WAIT-FOR path waits until that file exists."""
    return _with(_wait)


def _wait(draft: Draft) -> Draft:
    if draft.value and b"WAIT-FOR " in draft.value:
        path = Path(draft.value.split(b"WAIT-FOR ")[1].split(b"<")[0].decode().strip())
        while not path.exists():
            os.sched_yield()
    return draft


def _with(stage: object) -> Line:
    real = default_line()
    return Line(decode=(("hostile", stage), *real.decode), rest=real.rest)  # type: ignore[arg-type]
