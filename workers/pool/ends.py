"""Why a process ended or must end, and what that says of its page. Pure."""

from enum import StrEnum
from typing import NamedTuple

from schemas.reasons import DeadLetterReason
from workers.pool.child import EXIT_MEMORY
from workers.pool.forkserver import describe_exit
from workers.pool.limits import PoolLimits
from workers.pool.messages import Exited
from workers.pool.slot import Process

_SIGKILL = -9


class RestartCause(StrEnum):
    """Why a child was replaced."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    RECYCLED = "recycled"


class End(NamedTuple):
    """The end of a process: why it is replaced, and what its page is dead-lettered for, if not tried again."""

    cause: RestartCause
    reason: DeadLetterReason
    error: str
    try_again: bool  # the page may be innocent: a fresh process decides


def crashed(how: str) -> End:
    """It died, or made no sense, for a reason that is not known."""
    return End(RestartCause.CRASH, DeadLetterReason.CRASH, f"its process {how}", try_again=True)


def sent_too_much(how: str) -> End:
    """It announced a frame above the limit."""
    return End(RestartCause.CRASH, DeadLetterReason.OUTPUT_TOO_LARGE, f"its process sent {how}", try_again=False)


def past_its_time(limits: PoolLimits) -> End:
    """The page was not done in time."""
    return End(RestartCause.TIMEOUT, DeadLetterReason.TIMEOUT, f"not done within {limits.timeout_s:g} s", try_again=False)


def past_its_memory(process: Process, limits: PoolLimits) -> End | None:
    """Ask the system what the process holds."""
    growth_bytes = process.growth_bytes()
    if growth_bytes <= limits.max_memory_bytes:
        return None
    return _out_of_memory(process, limits, f"the pool at {growth_bytes} bytes above idle")


def died(process: Process, exited: Exited, limits: PoolLimits) -> End:
    """It was not told to die. By SIGKILL, it was the kernel, out of memory: nobody else does that."""
    how = describe_exit(exited.code)
    peak_bytes = exited.max_rss_bytes - process.idle_rss_bytes
    if exited.code == EXIT_MEMORY:
        return _out_of_memory(process, limits, "MemoryError")
    if exited.code == _SIGKILL:
        return _out_of_memory(process, limits, "SIGKILL, likely from the kernel, out of memory")
    if peak_bytes >= limits.max_memory_bytes:
        return _out_of_memory(process, limits, f"{how} at {peak_bytes} bytes")
    return crashed(f"ended by {how}")


def _out_of_memory(process: Process, limits: PoolLimits, how: str) -> End:
    error = f"its process ended by {how}; limit {limits.max_memory_bytes} bytes"
    others_before = process.pages > 0  # which may have left something: in a fresh process this page has the whole limit
    return End(RestartCause.MEMORY, DeadLetterReason.MEMORY, error, try_again=others_before)
