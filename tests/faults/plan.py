"""Which faults, how often in the long and the short form."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.faults import scenarios as s
from tests.faults.rig import Rig

BROKER_RETURN_S = 30.0  # issue 7: back making progress within this time of the broker's return


@dataclass(frozen=True)
class Fault:
    """A row of the table. `long`, `short`: what the scenario is given (times, seconds or pages)."""

    name: str
    run: Callable[[s.Place, int], Rig]
    unit: str
    long: int
    short: int | str  # a string: why the short form leaves it out
    repeats: bool = False  # whether repeats are what the fault asks for
    recovers_within_s: float = float("inf")


TOO_LONG = "minutes by itself"

FAULTS = (
    Fault("kill -9 of a worker", s.kills, "times", 50, 10),
    Fault("kill -9, at-least-once", s.kills_at_least_once, "times", 20, 1, repeats=True),
    Fault("rolling restart (SIGTERM)", s.rolling_restarts, "times", 20, 2),
    Fault("SIGSTOP past the session", s.stopped_past_the_session, "times", 12, 1),
    Fault("rebalance storm", s.rebalance_storm, "times", 20, 2),
    *(
        Fault(
            f"{what} {'one of three brokers' if three else 'the only broker'}, {seconds} s",
            partial(s.broker_away, seconds=seconds, pause=what == "pause", three=three),
            "times",
            3 if seconds == 5 or (three and seconds == 30) else 1,
            1 if seconds == 5 else TOO_LONG,
            recovers_within_s=BROKER_RETURN_S,
        )
        for three in (True, False)
        for what in ("kill", "pause")
        for seconds in (5, 30, 120)
    ),
    Fault("page that kills the worker", s.page_that_kills_the_worker, "pages", 400, 100),
    Fault("pages that never end, crash, eat memory", s.hostile_pages, "pages", 2_000, 200),
    Fault("Valkey slow, still, gone, flushed", s.store_faults, "seconds", 30, 2),
    Fault("offsets set back by 1,000", s.offsets_reset, "pages", 2_000, 1_000, repeats=True),
    Fault("dead-letter topic missing", s.dead_letter_topic_missing, "pages", 200, "takes as long as two others, which then fit"),
    Fault("disk of the broker full", s.disk_full, "MB", 600, 600, recovers_within_s=BROKER_RETURN_S),
    Fault("clock jump", s.clock_jump, "seconds", 7_200, 7_200),
)
