"""Where this worker stands in its group, and how it begins again from the committed offsets.

No rebalance listener: kafka-python calls listeners on its I/O thread, beside the loop (a prototype lost 771 of 12,000 pages that way).
Instead the loop looks at `group_metadata()` after each poll.
"""

from collections.abc import Callable
from enum import Enum

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import ConsumerGroupMetadata, MemberState, OffsetAndMetadata

from workers.engine.caution import Standing, read_standing, take_over
from workers.engine.pages import Lane

CALL_TIMEOUT_MS = 3_000  # of each broker call here; a reset that runs into it is tried again, so that the loop goes on turning


class Change(Enum):
    """What the group's state means for the records just polled."""

    NONE = "none"
    UNSTABLE = "unstable"  # drop them; a reset is due once the group is stable
    RESET = "reset"  # forget everything open and begin again


class Membership:
    """One worker's place in the group. `client_id` is unique to this process."""

    def __init__(self, consumer: KafkaConsumer, client_id: str, list_members: Callable[[], frozenset[str]], *, window: int) -> None:
        self._consumer = consumer
        self._client_id = client_id
        self._list_members = list_members
        self._window = window
        self._generation: tuple[int, str] | None = None  # None: a reset is due
        self._seen: tuple[int, str] | None = None  # at the last check
        self._group: ConsumerGroupMetadata | None = None  # the same, whole
        self._began: tuple[int, str] | None = None  # at the last `began`

    @property
    def joined(self) -> bool:
        """Whether the worker has its assignment (which may be empty) and has begun from it."""
        return self._generation is not None

    def group(self) -> ConsumerGroupMetadata:
        """Return the group as the last check found it stable: what a transaction is fenced by.

        Not as the client has it at the moment of a commit: its heartbeat may have learned meanwhile that the group goes on without it. What
        it has then is no generation at all, and a commit without one is not fenced: it takes the offsets of the new owner back (seen in a
        soak, after a SIGSTOP: one page was published twice).
        """
        assert self._group is not None, "nothing is committed before the group was seen stable"
        return self._group

    def forget(self) -> None:
        """Say that a reset is due, whatever the group's state: the last batch failed."""
        self._generation = None

    def check(self) -> Change:
        """Look at the group after a poll."""
        group = self._consumer.group_metadata()
        if group.state is not MemberState.STABLE:
            self._generation = None
            return Change.UNSTABLE
        self._seen = (group.generation_id, group.member_id)
        self._group = group
        return Change.NONE if self._generation == self._seen else Change.RESET

    def begin(self) -> dict[TopicPartition, Lane]:
        """Seek every assigned partition to its committed offset; return a lane for each. Raises KafkaError when the broker does not answer.

        The caller writes `marks(lanes)` with a commit, then calls `began`.
        """
        assigned = sorted(self._consumer.assignment())
        committed = {tp: self._consumer.committed(tp, metadata=True, timeout_ms=CALL_TIMEOUT_MS) for tp in assigned}
        fresh = [tp for tp in assigned if committed[tp] is None or committed[tp].offset < 0]
        first = self._consumer.beginning_offsets(fresh, timeout_ms=CALL_TIMEOUT_MS) if fresh else {}
        standings = {tp: read_standing(committed[tp].metadata) for tp in assigned if tp not in first}
        owners = {s.owner for s in standings.values() if s is not None and s.state != "closed"} - {self._client_id}
        members = self._members() if owners else frozenset()
        ends = self._consumer.end_offsets(assigned, timeout_ms=CALL_TIMEOUT_MS) if owners - members else {}
        lanes = {}
        for tp in assigned:
            offset = first[tp] if tp in first else committed[tp].offset
            caution = take_over(
                standings.get(tp), me=self._client_id, members=members, committed=offset, end=ends.get(tp, offset), window=self._window
            )
            self._consumer.seek(tp, offset)
            lanes[tp] = Lane(committed=offset, head=offset, caution=caution)
        self._consumer.resume(*self._consumer.paused())
        return lanes

    def began(self) -> bool:
        """The lanes are marked as ours: pages may flow. Returns whether the group was rebalanced since the last time."""
        self._generation = self._seen
        before, self._began = self._began, self._seen
        return before != self._began

    def mark(self, lane: Lane, *, solo: bool = False, closed: bool = False) -> OffsetAndMetadata:
        """Return what to commit for a lane: the offset of its head and how it stands there."""
        if closed:
            standing = Standing(state="closed", owner=self._client_id)
        elif lane.is_careful():
            standing = Standing(
                state="solo" if solo else "open", owner=self._client_id, until=lane.caution.until, deaths=lane.caution.deaths
            )
        else:
            standing = Standing(state="open", owner=self._client_id)
        return OffsetAndMetadata(lane.head, standing.encode(), -1)

    def _members(self) -> frozenset[str]:
        try:
            return self._list_members()
        except KafkaError:  # not knowing is treated as a death: slower for a few pages, never wrong
            return frozenset()
