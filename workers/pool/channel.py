"""Frames over a Unix stream socket: four bytes of length (big-endian), then the payload.

The child's side blocks; the worker's side never does: a child that stops reading or stops in mid-frame costs the worker nothing.
"""

import select
import socket
import struct
import time
from collections import deque

_LENGTH = struct.Struct("!I")
_READ_BYTES = 64 * 1024  # one read brings most frames whole; a larger one is read straight into its own bytes
_MAX_READS_A_CALL = 16  # so that a child that never stops sending cannot hold the worker's loop


class BadFrame(Exception):
    """The other side announced a frame that is empty or above the limit."""


class BlockingChannel:
    """The child's side: one frame at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def send(self, *payloads: bytes) -> None:
        """Send frames; waits until the kernel has them. Raises OSError when the other side is gone."""
        # In one call: the reader would be woken by the first length, and go back to sleep.
        parts = [part for payload in payloads for part in (_LENGTH.pack(len(payload)), payload)]
        size, sent = sum(map(len, parts)), self._socket.sendmsg(parts)
        if sent < size:
            self._socket.sendall(memoryview(b"".join(parts))[sent:])

    def receive(self) -> bytes | None:
        """Wait for one frame; None when the other side is gone."""
        header = self._exactly(_LENGTH.size)
        return None if header is None else self._exactly(_LENGTH.unpack(header)[0])

    def _exactly(self, size: int) -> bytes | None:
        if size == 0:
            return b""
        data = self._socket.recv(size, socket.MSG_WAITALL)  # straight into the bytes that are handed on: no copy of the page here
        while 0 < len(data) < size:
            more = self._socket.recv(size - len(data), socket.MSG_WAITALL)
            if not more:
                return None
            data += more
        return data or None


class NonBlockingChannel:
    """The worker's side. `ended` is set when the other side is gone."""

    def __init__(self, sock: socket.socket, max_frame_bytes: int) -> None:
        sock.setblocking(False)
        self.socket = sock
        self.ended = False
        self._max_frame_bytes = max_frame_bytes
        self._unsent: deque[memoryview] = deque()
        self._read = bytearray(_READ_BYTES)
        self._held = 0  # bytes at the start of `_read` that are no whole frame yet
        self._large: bytearray | None = None  # a payload that does not fit `_read`, and how much of it is there
        self._large_held = 0

    @property
    def unsent(self) -> bool:
        """True while something waits for the other side to read."""
        return bool(self._unsent)

    def send(self, *payloads: bytes, wait_s: float = 0.0) -> None:
        """Queue frames and send what the kernel takes, waiting at most `wait_s` for a reader. No copy is made."""
        for payload in payloads:
            self._unsent.append(memoryview(_LENGTH.pack(len(payload))))
            if payload:
                self._unsent.append(memoryview(payload))
        self.pump(wait_s)

    def pump(self, wait_s: float = 0.0) -> None:
        """Send more of what is queued, waiting at most `wait_s`. A broken pipe drops it: the reading side sees the end."""
        deadline = time.monotonic() + wait_s
        while self._unsent:
            try:
                sent = self.socket.sendmsg(self._unsent)
            except BlockingIOError:
                remaining_s = deadline - time.monotonic()
                if remaining_s <= 0:
                    return
                _wait_writable(self.socket, remaining_s)
                continue
            except OSError:
                self._unsent.clear()
                return
            while sent:
                head = self._unsent.popleft()
                if sent < len(head):
                    self._unsent.appendleft(head[sent:])
                sent -= min(sent, len(head))

    def receive(self) -> list[bytearray]:
        """The frames that have arrived whole, at most a few reads' a call; raises BadFrame."""
        frames: list[bytearray] = []
        for _ in range(_MAX_READS_A_CALL):
            if self.ended:
                break
            target = memoryview(self._read)[self._held :] if self._large is None else memoryview(self._large)[self._large_held :]
            room = len(target)
            try:
                count = self.socket.recv_into(target)
            except BlockingIOError:
                break
            except OSError:
                count = 0
            if count == 0:
                self.ended = True
            elif self._large is None:
                self._cut(self._held + count, frames)
            else:
                self._large_held += count
                if count == room:
                    frames.append(self._large)
                    self._large = None
            if count < room:  # all that there was: the next word is the selector's
                break
        return frames

    def _cut(self, held: int, frames: list[bytearray]) -> None:
        """Take the whole frames out of the first `held` bytes of `_read`."""
        at = 0
        while held - at >= _LENGTH.size:
            size = _LENGTH.unpack_from(self._read, at)[0]
            if not 0 < size <= self._max_frame_bytes:
                raise BadFrame(f"a frame of {size} bytes, limit {self._max_frame_bytes}")
            start = at + _LENGTH.size
            here = self._read[start : min(start + size, held)]
            if len(here) == size:
                frames.append(here)
                at = start + size
            elif _LENGTH.size + size <= _READ_BYTES:
                break
            else:
                self._large, self._large_held, at = here, len(here), held
                self._large.extend(bytes(size - len(here)))
        self._read[: held - at] = self._read[at:held]
        self._held = held - at

    def close(self) -> None:
        """Close the socket and forget what was not sent."""
        self._unsent.clear()
        self.socket.close()


def _wait_writable(sock: socket.socket, timeout_s: float) -> None:
    poller = select.poll()  # not select.select, which refuses descriptors above 1023
    poller.register(sock, select.POLLOUT)
    poller.poll(max(1, int(timeout_s * 1000)))
