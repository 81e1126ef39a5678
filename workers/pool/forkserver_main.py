"""The fork server's process, `python -m workers.pool.forkserver_main FD`: imports the line once, then forks a child at each request.

Single-threaded, so that fork is safe. Requests are five bytes, `F` with a socket (start child n on it) or `K` (kill child n);
it answers with Exited frames. When the worker is gone, by whatever end, it kills all children and ends.
"""

import gc
import os
import select
import signal
import socket
import struct
import sys
from pathlib import Path

import msgspec

from workers.pipeline.line import Line
from workers.pool import child
from workers.pool.channel import BlockingChannel
from workers.pool.messages import Exited, Setup
from workers.rules.load import use_rules

REQUEST = struct.Struct("!cI")
FORK, KILL = b"F", b"K"
_EXIT_NO_FORK = 75
_encode = msgspec.msgpack.Encoder().encode


class ForkServer:
    """Children by process id and by the pool's numbers, and the loop that serves the worker."""

    def __init__(self, control: socket.socket, line: Line, setup: Setup) -> None:
        self._control = control
        self._channel = BlockingChannel(control)
        self._line = line
        self._setup = setup
        self._children: dict[int, int] = {}  # process id -> the pool's number
        self._wake, self._waker = socket.socketpair()

    def serve(self) -> None:
        """Serve until the worker closes its end."""
        self._wake.setblocking(False)
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only its wake-up is wanted
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        try:
            while self._turn():
                pass
        except BrokenPipeError:
            pass
        finally:
            for pid in self._children:
                os.kill(pid, signal.SIGKILL)
            for pid in self._children:
                os.waitpid(pid, 0)

    def _turn(self) -> bool:
        ready, _, _ = select.select([self._control, self._wake], [], [])
        if self._wake in ready:
            self._wake.recv(4096)
            self._reap()
        if self._control not in ready:
            return True
        data, descriptors, _, _ = socket.recv_fds(self._control, REQUEST.size, 1)
        if len(data) < REQUEST.size:
            return False
        kind, number = REQUEST.unpack(data)
        if kind == FORK:
            self._fork(number, socket.socket(fileno=descriptors[0]))
        else:
            self._kill(number)
        return True

    def _fork(self, number: int, sock: socket.socket) -> None:
        own_pid = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            pid = -1
        if pid == 0:
            code = child.EXIT_ERROR
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for other in (self._control, self._wake, self._waker):
                    other.close()
                code = child.run(sock, self._line, self._setup, own_pid)
            finally:
                os._exit(code)
        sock.close()
        if pid < 0:
            self._channel.send(_encode(Exited(child=number, code=_EXIT_NO_FORK, max_rss_bytes=0)))
        else:
            self._children[pid] = number

    def _kill(self, number: int) -> None:
        for pid, held in self._children.items():
            if held == number:
                os.kill(pid, signal.SIGKILL)  # not yet waited for, so the id cannot be another process's

    def _reap(self) -> None:
        while self._children:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            number = self._children.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            self._channel.send(_encode(Exited(child=number, code=code, max_rss_bytes=usage.ru_maxrss * 1024)))


def main() -> None:
    """Import the line, then serve. An error in the import goes to stderr, where the pool reads it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the worker decides when its children end
    control = socket.socket(fileno=int(sys.argv[1]))
    frame = BlockingChannel(control).receive()
    if frame is None:
        return
    setup = msgspec.msgpack.decode(frame, type=Setup)
    line = child.load_line(setup.line)
    use_rules(Path(setup.rules_dir) if setup.rules_dir is not None else None)  # read here, once, and not by every child
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 2)
    os.close(null)
    line.warm_up(setup.page_limits)  # else the first page of every child costs five
    gc.collect()
    gc.disable()  # a collection here would only write to pages that the children share
    gc.freeze()
    ForkServer(control, line, setup).serve()


if __name__ == "__main__":
    main()
    os._exit(0)
