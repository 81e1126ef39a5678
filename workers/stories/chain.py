"""Whether records come without a gap: each one says from which offset on nothing stands before it, and is held against the last.

Faust drops fetched records when workers join and leave, and goes on behind them now and then (seen: 1 of 1,040). Which of its steps did so
does not matter here: what does not follow on what was taken is not taken, and is read again.
"""

from enum import StrEnum, auto

from faust.types import TP


class Follows(StrEnum):
    """What a record is to those taken before it."""

    NEXT = auto()
    TAKEN = auto()  # it was delivered before
    GAP = auto()  # records between are missing


class Chain:
    """The next offset wanted of each partition."""

    def __init__(self) -> None:
        self._wanted: dict[TP, int] = {}

    def knows(self, tp: TP) -> bool:
        """Whether a partition has begun."""
        return tp in self._wanted

    def begin(self, tp: TP, offset: int) -> None:
        """Want `offset` of a partition next."""
        self._wanted[tp] = offset

    def wanted(self, tp: TP) -> int:
        """The next offset of a partition that has begun."""
        return self._wanted[tp]

    def forget(self) -> None:
        """Partitions go: where they go on is the group's committed offset, not ours."""
        self._wanted.clear()

    def take(self, tp: TP, offset: int, read_from: int) -> Follows:
        """Say what a record is, and want the one after it if it is the next.

        Args:
            tp: a partition that has begun.
            offset: the record's.
            read_from: between this offset and the record there is none (marks of transactions, aborted and compacted records apart).
        """
        wanted = self._wanted[tp]
        if offset < wanted:
            return Follows.TAKEN
        if read_from > wanted:
            return Follows.GAP
        self._wanted[tp] = offset + 1
        return Follows.NEXT
