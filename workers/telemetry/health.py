"""`/metrics`, `/healthz` and `/readyz` over HTTP. No answer needs a broker, and no client can hold the server."""

import contextlib
import errno
import http.server
import json
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from workers.settings import Address

log = structlog.get_logger()
DEFAULT_MAX_AGE_S = 10.0  # half of the watchdog's 20 s: a probe says so before the worker ends itself
CLIENT_TIMEOUT_S = 5.0  # for a client to send its request and take the answer
_TURN_S = 0.3  # of the server's own loop: between two looks at clients whose time is over, and the longest that `stop` takes
MAX_CLIENTS = 16  # at once; more are turned away. Probes and one or two Prometheus servers need four
PORTS_TRIED = 50  # from the wished one upwards


class Heartbeat:
    """When the engine's loop last turned. `beat()` and `age_s()` may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_s = clock()

    def beat(self) -> None:
        """The loop has turned."""
        self._last_s = self._clock()

    def age_s(self) -> float:
        """Seconds since the last beat (or the start)."""
        return self._clock() - self._last_s


class HealthServer:
    """Serves them in a thread of its own.

    Args:
        addr: where to listen; if the port is taken, the next free one is used and logged. Port 0: any.
        registry: what `/metrics` shows, as text or OpenMetrics, as the client asks.
        heartbeat: `/healthz` is 200 while its age is at most `max_age_s`, else 503.
        ready: `/readyz` is 200 while it returns True (joined the group, not stopping; no partitions is ready), else 503.
    """

    def __init__(
        self,
        addr: Address,
        registry: CollectorRegistry,
        heartbeat: Heartbeat,
        ready: Callable[[], bool],
        *,
        max_age_s: float = DEFAULT_MAX_AGE_S,
        client_timeout_s: float = CLIENT_TIMEOUT_S,
    ) -> None:
        self._addr = addr
        self.registry = registry
        self._heartbeat = heartbeat
        self._ready = ready
        self._max_age_s = max_age_s
        self.client_timeout_s = client_timeout_s
        self._server: _Server | None = None

    def start(self) -> Address:
        """Listen, and return where. Raises OSError when that host cannot be bound at all."""
        self._server = self._bind()
        threading.Thread(target=self._server.serve_forever, args=(_TURN_S,), name="rawi-http", daemon=True).start()
        host, port = self._server.server_address[:2]
        if self._addr.port not in (0, port):
            log.warning("http.port_taken", wanted=self._addr.port, used=port)
        return Address(str(host), port)

    def stop(self) -> None:
        """Stop listening. Clients being answered are not waited for."""
        server, self._server = self._server, None
        if server:
            server.shutdown()
            server.server_close()

    def _bind(self) -> "_Server":
        host, first = self._addr
        last = min(first + PORTS_TRIED - 1, 65535) if first else 0
        for port in range(first, last + 1):
            try:
                return _Server(Address(host, port), self)
            except OSError as e:
                if e.errno != errno.EADDRINUSE or port == last:
                    raise
        raise AssertionError("unreachable: the last port raises")

    def health(self) -> tuple[int, dict[str, object]]:
        """Return the status and the body of `/healthz`."""
        age_s = self._heartbeat.age_s()
        if age_s <= self._max_age_s:
            return 200, {"status": "ok"}
        return 503, {"status": "stalled", "reason": f"the engine's loop has not turned for {age_s:.1f} s"}

    def readiness(self) -> tuple[int, dict[str, object]]:
        """Return the status and the body of `/readyz`."""
        if self._ready():
            return 200, {"status": "ready"}
        return 503, {"status": "not ready", "reason": "not in the consumer group: starting, rebalancing or shutting down"}


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True  # a restart need not wait for TIME_WAIT; a live listener still keeps the port
    request_queue_size = 32

    def __init__(self, addr: Address, health: HealthServer) -> None:
        self.health = health
        self._deadlines: dict[socket.socket, float] = {}  # for the whole exchange, so that a client that drips holds nothing longer
        self._lock = threading.Lock()
        family, *_, where = socket.getaddrinfo(addr.host, addr.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        self.address_family = family
        super().__init__((str(where[0]), int(where[1])), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            full = len(self._deadlines) >= MAX_CLIENTS
            if not full:
                self._deadlines[request] = time.monotonic() + self.health.client_timeout_s
        if full:
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._deadlines.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Called by the server's loop between two clients: cut those whose time is over."""
        now = time.monotonic()
        with self._lock:
            for request, deadline in self._deadlines.items():
                if now > deadline:
                    with contextlib.suppress(OSError):
                        request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; ours show in the log."""
        if not isinstance(sys.exception(), OSError):
            log.warning("http.failed", exc_info=True)


class _Handler(http.server.BaseHTTPRequestHandler):
    """One request a connection (HTTP/1.0): a thread lives as long as its answer."""

    server: _Server
    server_version = "rawi"
    sys_version = ""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/metrics":
            self._metrics(url.query)
        elif url.path == "/healthz":
            self._json(*self.server.health.health())
        elif url.path == "/readyz":
            self._json(*self.server.health.readiness())
        else:
            self._json(404, {"status": "not found", "paths": ["/metrics", "/healthz", "/readyz"]})

    do_HEAD = do_GET  # noqa: N815 (http.server calls it so)

    def _metrics(self, query: str) -> None:
        registry = self.server.health.registry
        names = parse_qs(query).get("name[]")
        encode, content_type = choose_encoder(self.headers.get("Accept", ""))
        self._send(200, content_type, encode(registry.restricted_registry(names) if names else registry))

    def _json(self, status: int, body: dict[str, object]) -> None:
        self._send(status, "application/json", json.dumps(body).encode() + b"\n")

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as in the base class)
        """Probes come every few seconds: not logged."""
