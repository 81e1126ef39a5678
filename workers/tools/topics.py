"""The topics of `topics.yaml` on a broker: made where missing, compared where there."""

from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import TopicAlreadyExistsError

from schemas.topics import INTERNAL_ROLES, TopicSpec, load_internal_topics, load_topics
from workers.tools.clients import open_admin
from workers.tools.errors import Config

_DEFAULT_REPLICAS = 3  # survives a broker's loss while another is being repaired


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as it should be: its role, the name in force, and topics.yaml's word on it."""

    role: str
    name: str
    spec: TopicSpec


@dataclass(frozen=True, slots=True)
class Drift:
    """One setting that is not as topics.yaml says. `actual` None: the topic is missing."""

    setting: str
    wanted: str
    actual: str | None


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is on the broker. `partitions` 0: it does not exist."""

    wanted: Wanted
    partitions: int = 0
    replication_factor: int = 0
    config: dict[str, str] = field(default_factory=dict)
    drift: list[Drift] = field(default_factory=list)

    @property
    def exists(self) -> bool:
        """Whether the broker has it."""
        return self.partitions > 0


@dataclass(frozen=True, slots=True)
class Creation:
    """What `create` did, or with `dry_run` would do, for one topic."""

    state: TopicState
    partitions: int
    replication_factor: int
    made: bool  # False: it was there


def wanted_topics(names: dict[str, str]) -> list[Wanted]:
    """Return the topics by the names in force (role to name); a role with an empty name is left out."""
    specs = load_topics() | load_internal_topics()
    return [Wanted(role, names[role], spec) for role, spec in specs.items() if names.get(role)]


def describe(config: Config, wanted: list[Wanted]) -> list[TopicState]:
    """Return each topic as the broker has it; raises ToolError when the broker is away."""
    with open_admin(config) as admin:
        return _describe(admin, wanted)


def create(
    config: Config, wanted: list[Wanted], *, partitions: int | None = None, replication_factor: int | None = None, dry_run: bool = False
) -> list[Creation]:
    """Make what is missing and leave what is there as it is.

    Args:
        config: of the Kafka client.
        wanted: the topics.
        partitions: of every topic made but the internal ones, which have one; default: topics.yaml's.
        replication_factor: of every topic made; default: 3, or the number of brokers where there are fewer.
        dry_run: only say what would be made.
    """
    with open_admin(config) as admin:
        replicas = replication_factor or min(_DEFAULT_REPLICAS, len(admin.describe_cluster()["brokers"]))
        plan = [_planned(state, partitions, replicas) for state in _describe(admin, wanted)]
        new = [creation for creation in plan if creation.made]
        if dry_run or not new:
            return plan
        for creation in new:
            _make(admin, creation)
        admin.wait_for_topics([creation.state.wanted.name for creation in new])
        return plan


def _planned(state: TopicState, partitions: int | None, replicas: int) -> Creation:
    if state.exists:
        return Creation(state, state.partitions, state.replication_factor, made=False)
    if state.wanted.role in INTERNAL_ROLES:
        partitions = None
    return Creation(state, partitions or state.wanted.spec.partitions, replicas, made=True)


def _make(admin: KafkaAdminClient, creation: Creation) -> None:
    wanted = creation.state.wanted
    topic = NewTopic(wanted.name, creation.partitions, creation.replication_factor, topic_configs=dict(wanted.spec.config))
    try:
        admin.create_topics([topic])
    except TopicAlreadyExistsError:
        return  # made by somebody else since we looked


def _describe(admin: KafkaAdminClient, wanted: list[Wanted]) -> list[TopicState]:
    if not wanted:
        return []
    found = {t["name"]: t for t in admin.describe_topics([w.name for w in wanted]) if t["error_code"] == 0}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in found]
    configs = admin.describe_configs(resources, config_filter="all").get("topic", {}) if resources else {}
    return [_state(w, found.get(w.name), configs.get(w.name, {})) for w in wanted]


def _state(wanted: Wanted, topic: dict[str, Any] | None, config: dict[str, dict[str, Any]]) -> TopicState:
    if topic is None:
        return TopicState(wanted, drift=[Drift("topic", wanted.name, None)])
    actual = {name: str(entry["value"]) for name, entry in config.items() if name in wanted.spec.config}
    drift = [Drift(name, value, actual.get(name, "unknown")) for name, value in wanted.spec.config.items() if actual.get(name) != value]
    partitions = topic["partitions"]
    return TopicState(wanted, len(partitions), len(partitions[0]["replica_nodes"]) if partitions else 0, actual, drift)
