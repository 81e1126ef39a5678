"""How far a group is behind: what is committed, where each partition ends, and who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec

from workers.tools.clients import of_group, open_admin, require_topic
from workers.tools.errors import Config


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """One partition. `committed` None: nothing yet, and the group will begin at `begin`; `owner` None: nobody reads it."""

    partition: int
    begin: int
    committed: int | None
    end: int
    owner: str | None

    @property
    def lag(self) -> int:
        """Offsets between what is committed and the end; transaction markers count, as in Kafka's own tools."""
        return max(0, self.end - (self.begin if self.committed is None else max(self.committed, self.begin)))


@dataclass(frozen=True, slots=True)
class GroupLag:
    """A group on a topic. `state` is Kafka's: Stable, Empty, PreparingRebalance, CompletingRebalance, Dead (no such group)."""

    group: str
    state: str
    topic: str
    partitions: list[PartitionLag]

    @property
    def total(self) -> int:
        """Lag of all partitions."""
        return sum(p.lag for p in self.partitions)


def group_lag(config: Config, group: str, topic: str) -> GroupLag:
    """Return where the group stands on the topic; raises ToolError when the broker is away or the topic missing."""
    with open_admin(config) as admin:
        tps = [TopicPartition(topic, p) for p in require_topic(admin, topic, config)]
        committed = of_group(lambda: admin.list_group_offsets({group: tps}))[group]
        begins = admin.list_partition_offsets(dict.fromkeys(tps, OffsetSpec.EARLIEST))
        ends = admin.list_partition_offsets(dict.fromkeys(tps, OffsetSpec.LATEST))
        state, owners = _members(admin, group)
    return GroupLag(
        group,
        state,
        topic,
        [PartitionLag(tp.partition, begins[tp].offset, _offset(committed, tp), ends[tp].offset, owners.get(tp)) for tp in tps],
    )


def _offset(committed: Mapping[TopicPartition, Any], tp: TopicPartition) -> int | None:
    found = committed.get(tp)
    return None if found is None or found.offset < 0 else int(found.offset)


def _members(admin: KafkaAdminClient, group: str) -> tuple[str, dict[TopicPartition, str]]:
    """Return the group's state and the owner of each partition, as `client id @ host`."""
    described = of_group(lambda: admin.describe_groups([group]))[group]
    owners: dict[TopicPartition, str] = {}
    for member in described["members"]:
        owner = f"{member['client_id']}@{member['client_host'].lstrip('/')}"
        assignment = member["member_assignment"]
        for assigned in assignment["assigned_partitions"] if isinstance(assignment, dict) else ():
            for partition in assigned["partitions"]:
                owners[TopicPartition(assigned["topic"], partition)] = owner
    return described["group_state"] or "Dead", owners
