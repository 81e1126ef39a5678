"""A TCP proxy whose answers come late."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self


class SlowProxy:
    """Passes connections on to a port of 127.0.0.1; each answer waits `delay_s` seconds, which may be changed at any time."""

    def __init__(self, target_port: int) -> None:
        self.delay_s = 0.0
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._target_port), 5)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if is_answer:
                    time.sleep(self.delay_s)
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
