"""What kafka-python reads by our function is what was sent, whole and in order."""

import socket
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from kafka.errors import KafkaConnectionError
from kafka.net.transport import KafkaSSLTransport, KafkaTCPTransport

from workers.engine.receiving import RECEIVE_BYTES, _receive, install


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    theirs, ours = socket.socketpair()
    with theirs, ours:
        ours.setblocking(False)
        yield theirs, ours


def test_all_that_has_arrived_is_taken(pair: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = pair
    assert _receive(SimpleNamespace(_sock=ours)) == (b"", None)
    sent = bytes(range(256)) * (RECEIVE_BYTES // 256) + b"and the rest"
    theirs.sendall(sent)
    assert _receive(SimpleNamespace(_sock=ours)) == (sent, None)


def test_the_end_of_a_connection_is_an_error_behind_what_was_sent_before(pair: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = pair
    theirs.sendall(b"last words")
    theirs.close()
    data, error = _receive(SimpleNamespace(_sock=ours))
    assert data == b"last words"
    assert isinstance(error, KafkaConnectionError)


def test_a_broken_socket_is_an_error(pair: tuple[socket.socket, socket.socket]) -> None:
    _, ours = pair
    ours.close()
    assert isinstance(_receive(SimpleNamespace(_sock=ours))[1], KafkaConnectionError)


def test_plain_connections_read_so_and_tls_ones_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KafkaTCPTransport, "_sock_recv", KafkaTCPTransport._sock_recv)
    install()
    assert KafkaTCPTransport._sock_recv is _receive
    assert KafkaSSLTransport._sock_recv is not _receive
