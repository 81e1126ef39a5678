"""The settings of the one-node broker, and why they differ from Kafka's defaults."""

from collections.abc import Mapping
from pathlib import Path

from workers.local.ports import LOOPBACK

STORE_LIMIT_BYTES = 28 * 1024 * 1024  # above 27,262,976, the largest max.message.bytes of topics.yaml

_FIXED = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    # One node: the internal topics cannot have the three replicas they want by default; few partitions start faster.
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # Groups form at once, and tests may use short sessions.
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "message.max.bytes": str(STORE_LIMIT_BYTES),
    "replica.fetch.max.bytes": str(STORE_LIMIT_BYTES),
    "socket.request.max.bytes": str(4 * STORE_LIMIT_BYTES),
    "log.cleaner.dedupe.buffer.size": str(2 * 1024 * 1024),  # 128 MiB by default: a quarter of this heap
    # After a kill the controller takes the new broker for a second one until the old one's session ends: 9 s by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
}


def log_dir(data_dir: Path) -> Path:
    """Where the broker keeps its records, below its data folder."""
    return data_dir / "data"


def server_properties(logs: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """server.properties for listeners named after their security protocols, and CONTROLLER, on these ports."""
    listeners = {name: f"{name}://{LOOPBACK}:{port}" for name, port in ports.items()}
    return _FIXED | {
        "controller.quorum.voters": f"1@{LOOPBACK}:{ports['CONTROLLER']}",
        "listeners": ",".join(listeners.values()),
        "advertised.listeners": ",".join(value for name, value in listeners.items() if name != "CONTROLLER"),
        "listener.security.protocol.map": ",".join(f"{name}:{'PLAINTEXT' if name == 'CONTROLLER' else name}" for name in listeners),
        "log.dirs": str(logs),
    }
