"""Asks a worker's own HTTP server how it is."""

import http.client

from workers.settings import Address

TIMEOUT_S = 4.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask a server that listens on every interface


def ask(addr: Address, path: str, timeout_s: float = TIMEOUT_S) -> tuple[bool, str]:
    """Return whether the answer was 200, and the answer, or why there was none."""
    host = _EVERYWHERE.get(addr.host, addr.host)
    connection = http.client.HTTPConnection(host, addr.port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status == 200, response.read(4096).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as e:
        return False, f"no answer from http://{host}:{addr.port}{path}: {type(e).__name__}"
    finally:
        connection.close()
