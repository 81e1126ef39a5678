"""Several Kafka nodes on 127.0.0.1, each broker and controller, with everything replicated: for the fault tests."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from workers.local.kafka import KAFKA_VERSION, LocalKafka, new_cluster_id
from workers.local.ports import LOOPBACK, free_ports


class LocalCluster:
    """`nodes` Kafka nodes in one KRaft cluster. A context manager; `cluster.nodes[0].kill()` and so on.

    Topics made without a replication factor have one replica a node, and need all but one in sync.
    """

    def __init__(self, nodes: int = 3, version: str = KAFKA_VERSION) -> None:
        ports = free_ports(2 * nodes)
        plain, controllers = ports[:nodes], ports[nodes:]
        voters = ",".join(f"{n}@{LOOPBACK}:{port}" for n, port in enumerate(controllers, 1))
        shared = {
            "controller.quorum.voters": voters,
            "default.replication.factor": str(nodes),
            "min.insync.replicas": str(max(1, nodes - 1)),
            "offsets.topic.replication.factor": str(nodes),
            "transaction.state.log.replication.factor": str(nodes),
            "transaction.state.log.min.isr": str(max(1, nodes - 1)),
            # A node that says nothing for so long is out of the in-sync set, and writes go on without it.
            "replica.lag.time.max.ms": "5000",
        }
        self._folder = tempfile.TemporaryDirectory(prefix="rawi-cluster-")
        cluster_id = new_cluster_id()
        self.nodes = [
            LocalKafka(
                version,
                Path(self._folder.name) / str(n),
                plain[n - 1],
                extra=shared | {"node.id": str(n)},
                cluster_id=cluster_id,
                controller_port=controllers[n - 1],
            )
            for n in range(1, nodes + 1)
        ]
        self.bootstrap = ",".join(f"{LOOPBACK}:{port}" for port in plain)

    def start(self) -> Self:
        """Start all nodes at once, as none is ready without most of the others. Raises LocalServerError."""
        with ThreadPoolExecutor(len(self.nodes)) as together:
            for started in [together.submit(node.start) for node in self.nodes]:
                started.result()
        return self

    def close(self) -> None:
        """Stop all nodes for good."""
        for node in self.nodes:
            node.kill()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
