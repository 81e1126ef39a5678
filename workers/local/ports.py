"""Free ports on loopback for servers that may be restarted on the same port."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
_LOWEST = 15_000
_EPHEMERAL_LOWEST = 32_768  # Linux's default; the kernel's own number is read where there is one
_PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_ports(count: int) -> list[int]:
    """`count` different free TCP ports on 127.0.0.1.

    They lie below the range from which the kernel takes ports for outgoing connections: a port of that range can be
    taken by any client while a killed server is down (even by a client that tries to reach it: TCP connects to itself).
    Another process may still take one before it is used: whoever starts a server tries again with other ports then.
    """
    ports: set[int] = set()
    candidates = random.SystemRandom()
    while len(ports) < count:
        port = candidates.randrange(_LOWEST, max(_LOWEST + 1_000, _ephemeral_lowest()))
        if _is_free(port):
            ports.add(port)
    return list(ports)


def accepts(port: int) -> bool:
    """Whether something listens on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1.0):
            return True
    except OSError:
        return False


def _ephemeral_lowest() -> int:
    try:
        return int(_PORT_RANGE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return _EPHEMERAL_LOWEST


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
