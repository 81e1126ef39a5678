"""Frames over a socket: whatever pieces they arrive in, the worker's side takes them whole."""

import socket
import struct
from collections.abc import Iterator
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workers.pool.channel import BadFrame, BlockingChannel, NonBlockingChannel

LIMIT = 300_000
Pair = tuple[socket.socket, NonBlockingChannel]


@pytest.fixture
def pair() -> Iterator[Pair]:
    theirs, ours = socket.socketpair()
    with theirs, ours:
        yield theirs, NonBlockingChannel(ours, LIMIT)


def framed(payload: bytes) -> bytes:
    return struct.pack("!I", len(payload)) + payload


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    st.lists(st.sampled_from([1, 3, 65_531, 65_532, 65_533, 65_536, 200_000, LIMIT]), max_size=5), st.sampled_from([4_099, 65_536, 70_001])
)
def test_frames_arrive_whole_and_in_order_in_whatever_pieces_they_are_sent(pair: Pair, sizes: list[int], piece: int) -> None:
    theirs, channel = pair
    payloads = [bytes([number + 1]) * size for number, size in enumerate(sizes)]
    stream = b"".join(map(framed, payloads))
    arrived: list[bytearray] = []
    for at in range(0, len(stream), piece):
        theirs.sendall(stream[at : at + piece])
        arrived += channel.receive()
    while more := channel.receive():
        arrived += more
    assert arrived == payloads
    assert not channel.ended


def test_frames_arrive_whole_a_byte_at_a_time(pair: Pair) -> None:
    theirs, channel = pair
    arrived: list[bytearray] = []
    for byte in framed(b"one") + framed(b"2") + framed(b"three" * 20):
        theirs.sendall(bytes([byte]))
        arrived += channel.receive()
    assert arrived == [b"one", b"2", b"three" * 20]


def test_what_was_sent_before_the_end_is_taken_and_then_the_end_is_seen(pair: Pair) -> None:
    theirs, channel = pair
    theirs.sendall(framed(b"one") + framed(b"two") + b"\0\0")
    theirs.close()
    assert channel.receive() == [b"one", b"two"]
    assert channel.receive() == []
    assert channel.ended
    assert channel.receive() == []


@pytest.mark.parametrize("size", [0, LIMIT + 1, 2**32 - 1])
def test_a_frame_that_is_empty_or_too_large_is_refused_at_its_length(pair: Pair, size: int) -> None:
    theirs, channel = pair
    theirs.sendall(framed(b"fine") + struct.pack("!I", size))
    with pytest.raises(BadFrame, match=f"a frame of {size} bytes"):
        channel.receive()


@pytest.mark.parametrize("size", [1, 1_000, 1_000_000])
def test_the_blocking_side_sends_what_the_other_reads_however_slowly(size: int) -> None:
    theirs, ours = socket.socketpair()
    with theirs, ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        channel, payload = NonBlockingChannel(theirs, 2_000_000), bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        ours.settimeout(None)
        sender = Thread(target=BlockingChannel(ours).send, args=(payload,))
        sender.start()
        arrived: list[bytearray] = []
        while not arrived:
            arrived += channel.receive()
        sender.join()
        assert arrived == [payload]
