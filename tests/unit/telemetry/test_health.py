"""The HTTP server: answers, and clients that want to hold it."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from prometheus_client import CollectorRegistry

from workers.settings import Address
from workers.telemetry import health
from workers.telemetry.health import HealthServer, Heartbeat
from workers.telemetry.metrics import Metrics

LOOPBACK = Address("127.0.0.1", 0)


class Worker:
    """What the server is told of: a clock to turn, and whether it is ready."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.ready = False
        self.registry = CollectorRegistry()
        Metrics(self.registry)
        self.heartbeat = Heartbeat(lambda: self.now_s)
        self.server = HealthServer(LOOPBACK, self.registry, self.heartbeat, lambda: self.ready, max_age_s=10)
        self.addr = self.server.start()

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        with closing(http.client.HTTPConnection(*self.addr, timeout=10)) as connection:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.server.stop()


def test_healthz_is_ok_while_the_loop_turns_and_says_why_when_it_does_not(worker: Worker) -> None:
    assert worker.ask("/healthz")[0] == 200
    worker.now_s += 10.5
    status, headers, body = worker.ask("/healthz")
    assert (status, headers["Content-Type"]) == (503, "application/json")
    assert json.loads(body)["reason"] == "the engine's loop has not turned for 10.5 s"
    worker.heartbeat.beat()
    assert worker.ask("/healthz")[0] == 200


def test_readyz_follows_the_membership_in_the_group(worker: Worker) -> None:
    assert worker.ask("/readyz")[0] == 503
    worker.ready = True
    assert worker.ask("/readyz?verbose")[0] == 200


def test_metrics_are_text_or_openmetrics_as_the_client_asks(worker: Worker) -> None:
    status, headers, body = worker.ask("/metrics")
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    assert b"rawi_pages_total" in body
    _, headers, body = worker.ask("/metrics", Accept="application/openmetrics-text;version=1.0.0")
    assert headers["Content-Type"].startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")
    _, _, body = worker.ask("/metrics?name[]=rawi_store_up")
    assert b"rawi_pages_total" not in body


def test_head_has_the_length_and_no_body(worker: Worker) -> None:
    status, headers, body = worker.ask("/metrics", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 1000


def test_other_paths_are_not_found_and_other_methods_not_done(worker: Worker) -> None:
    assert worker.ask("/")[0] == 404
    assert worker.ask("/metrics", "POST")[0] == 501


def test_a_taken_port_gives_the_next_free_one(worker: Worker) -> None:
    other = HealthServer(worker.addr, worker.registry, worker.heartbeat, lambda: True)
    host, port = other.start()
    try:
        assert host == "127.0.0.1"
        assert worker.addr.port < port < worker.addr.port + health.PORTS_TRIED
    finally:
        other.stop()


def test_an_ipv6_address_is_served() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    server = HealthServer(Address("::1", 0), CollectorRegistry(), Heartbeat(), lambda: True)
    try:
        host, port = server.start()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with closing(http.client.HTTPConnection(host, port, timeout=10)) as connection:
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 200
    server.stop()


def test_a_host_that_is_not_ours_is_an_error() -> None:
    with pytest.raises(OSError, match=r".+"):
        HealthServer(Address("192.0.2.1", 9108), CollectorRegistry(), Heartbeat(), lambda: True).start()


def test_silent_clients_are_cut_and_no_more_than_a_few_threads_serve_them(worker: Worker) -> None:
    worker.server.client_timeout_s = 0.3
    before = threading.active_count()
    silent = [socket.create_connection(worker.addr, timeout=10) for _ in range(3 * health.MAX_CLIENTS)]
    try:
        silent[0].sendall(b"GET /metrics HT")  # one that drips
        assert threading.active_count() - before <= health.MAX_CLIENTS
        for client in silent:  # returns when the server has cut it
            assert _cut(client)
        worker.server.client_timeout_s = health.CLIENT_TIMEOUT_S
        assert worker.ask("/healthz")[0] == 200
    finally:
        for client in silent:
            client.close()


def test_after_stop_nobody_listens(worker: Worker) -> None:
    worker.server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(worker.addr, timeout=1).close()
    worker.server.stop()


def _cut(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True
