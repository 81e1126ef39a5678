"""Why a worker ends by itself: one clear line and an exit code a supervisor can tell apart (sysexits.h where it has a name)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `rawi run`."""

    OK = 0
    DEAD_LETTERS = 65  # EX_DATAERR: too large a share of the input is dead-lettered
    UNAVAILABLE = 69  # EX_UNAVAILABLE: broker away at the start, a topic missing
    STALLED = 70  # EX_SOFTWARE: the worker stood still
    NOT_PERMITTED = 77  # EX_NOPERM: the broker refuses us
    CONFIG = 78  # EX_CONFIG


class WorkerStops(Exception):
    """The worker cannot go on. The message is for the operator: what happened and what to do."""

    def __init__(self, code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.code = code
