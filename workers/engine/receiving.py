"""Takes what the broker sends in large pieces: kafka-python 3.0.12 reads 4 KiB at a time, and gives up the interpreter's lock for each."""

from typing import Any

import kafka.errors
from kafka.net.transport import KafkaTCPTransport

RECEIVE_BYTES = 64 * 1024


def install() -> None:
    """Let plain connections of kafka-python read so. For the whole process; may be called again. TLS has a way of its own."""
    KafkaTCPTransport._sock_recv = _receive


def _receive(transport: Any) -> tuple[bytes, Exception | None]:
    """What has arrived, and the error that ended the connection, if one did: as KafkaTCPTransport._sock_recv."""
    received: list[bytes] = []
    error: Exception | None = None
    while error is None:
        try:
            received.append(transport._sock.recv(RECEIVE_BYTES))
        except (BlockingIOError, InterruptedError):
            break
        except Exception as e:  # noqa: BLE001 (as the original: the connection is closed with it)
            error = kafka.errors.KafkaConnectionError(e)
        else:
            if not received[-1]:
                error = kafka.errors.KafkaConnectionError("socket disconnected")
    return b"".join(received), error
