"""CPU seconds, memory and cores of processes, from Linux's /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class TreeCpu:
    """CPU seconds (user and system) of a worker and all it started, those that have ended included."""

    loop_s: float  # the worker's main thread
    threads_s: float  # its other threads: Kafka's network threads, health
    children_s: float  # the fork server and the processes that read pages, alive or reaped

    @property
    def parent_s(self) -> float:
        """The worker alone."""
        return self.loop_s + self.threads_s

    @property
    def total_s(self) -> float:
        """Worker and children."""
        return self.parent_s + self.children_s

    def __sub__(self, earlier: "TreeCpu") -> "TreeCpu":
        return TreeCpu(self.loop_s - earlier.loop_s, self.threads_s - earlier.threads_s, self.children_s - earlier.children_s)


def tree_cpu(pid: int) -> TreeCpu:
    """CPU of a worker and its descendants until now. A process that ended is counted by the one that waited for it (cutime, cstime)."""
    own = _stat(PROC / f"{pid}/stat")
    loop = _stat(PROC / f"{pid}/task/{pid}/stat")
    below = [_stat(PROC / f"{child}/stat") for child in descendants(pid)]
    loop_s = loop.own_s
    return TreeCpu(loop_s, max(0.0, own.own_s - loop_s), own.reaped_s + sum(stat.own_s + stat.reaped_s for stat in below))


def process_cpu_s(pid: int) -> float:
    """CPU seconds of one process, without its children."""
    return _stat(PROC / f"{pid}/stat").own_s


def descendants(pid: int) -> list[int]:
    """The process ids below a process, nearest first."""
    found: list[int] = []
    level = [pid]
    while level:
        level = [int(child) for parent in level for child in _children(parent)]
        found += level
    return found


def rss_bytes(pid: int) -> int:
    """Resident memory of a process, pages it shares with others included."""
    return int((PROC / f"{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def choose_cores() -> tuple[int, int]:
    """A core for what is measured, and another for broker, store and this program (the same where there is only one)."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[0], cores[-1]


@dataclass(frozen=True, slots=True)
class _Stat:
    own_s: float
    reaped_s: float


def _stat(path: Path) -> _Stat:
    fields = path.read_text().rpartition(")")[2].split()  # the name before it may hold anything; field 3 of proc(5) is fields[0]
    utime, stime, cutime, cstime = (int(value) * _TICK_S for value in fields[11:15])
    return _Stat(utime + stime, cutime + cstime)


def _children(pid: int) -> list[str]:
    return [child for task in (PROC / f"{pid}/task").iterdir() for child in (task / "children").read_text().split()]
