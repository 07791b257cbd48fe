"""Sockets of images: a short queue, a bounded size, and what is refused is counted."""

from pathlib import Path

import numpy as np
import pytest
import zmq

from fdir_service.sources.live import IMAGES, Links, SampleSocket, open_samples
from pus.samples import Samples, encode

FREE = "tcp://127.0.0.1:*"
DEADLINE_MS = 10_000
SIDE = 512
ONE = SIDE * SIDE * 3


@pytest.fixture
def context():
    made = zmq.Context()
    yield made
    made.destroy(linger=0)


@pytest.fixture
def publisher(context):
    with context.socket(zmq.XPUB) as socket:
        socket.setsockopt(zmq.SNDHWM, IMAGES)
        socket.setsockopt(zmq.LINGER, 0)
        # A connection made anew may subscribe before the end of the one before it is noticed.
        socket.setsockopt(zmq.XPUB_VERBOSE, 1)
        socket.bind(FREE)
        yield socket


def address(socket):
    return socket.getsockopt_string(zmq.LAST_ENDPOINT)


def frame(number, side=8, n=1, source="camera"):
    pixels = np.full((n, side, side, 3), number % 256, np.uint8)
    return encode(Samples.regular(source, 1, number, 1 + number, 1, pixels))


def take(socket, n):
    taken = []
    while len(taken) < n and socket.socket.poll(DEADLINE_MS):
        taken += socket.take()
    return taken


def test_what_is_no_image_of_ours_is_counted_by_reason(context, publisher):
    socket = SampleSocket(context, address(publisher), ["camera"], {"camera": 2000})
    publisher.recv()
    good = frame(0)
    wrong_dtype = good.replace(b"|u1", b"|c1")
    truncated = encode(Samples("camera", 1, 3, np.array([9]), np.zeros((1, 4, 4, 3), np.uint8)))[:-5]
    short = frame(4).replace(b"\x94\x01\x08\x08\x03", b"\x94\x01\x08\x09\x03")
    for octets in (good, frame(1, side=30), wrong_dtype, truncated, short, frame(5)):
        publisher.send_multipart([b"camera", octets])
    assert [message.sequence for message in take(socket, 2)] == [0, 5]
    assert dict(socket.malformed) == {"oversized": 1, "dtype": 1, "malformed": 1, "shape": 1}
    socket.close()


def test_a_message_of_twice_the_size_is_never_in_memory_and_the_next_ones_come(context, publisher):
    socket = SampleSocket(context, address(publisher), ["camera"], {"camera": 2000})
    publisher.recv()
    publisher.send_multipart([b"camera", frame(1, side=200)])
    heard = b""
    while heard != b"\x01camera":  # the connection has ended, and is there again
        assert socket.receive(50) == []
        heard = publisher.recv() if publisher.poll(0) else b""
    publisher.send_multipart([b"camera", frame(2)])
    assert [message.sequence for message in take(socket, 1)] == [2]
    socket.close()


def test_memory_is_bounded_however_many_images_are_sent(context, publisher):
    (socket,) = open_samples(context, address(publisher), ["camera"], {"camera": ONE + 1024})
    publisher.recv()
    before = resident()
    for number in range(300):
        publisher.send_multipart([b"camera", frame(number, SIDE)])
    assert socket.socket.poll(DEADLINE_MS)
    taken = socket.take()
    assert 1 <= sum(len(message) for message in taken) <= IMAGES
    # Both queues and what has been taken, each at most 20 images of 0.8 MB, twice where they are decoded.
    assert resident() - before < 6 * IMAGES * ONE
    socket.close()


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_images_and_other_samples_have_sockets_of_their_own(context, publisher):
    links = Links(context, address(publisher), "inproc://u", FREE, ["camera", "s"], {"camera": 2000})
    assert {publisher.recv(), publisher.recv()} == {b"\x01camera", b"\x01s"}
    publisher.send_multipart([b"camera", frame(0)])
    publisher.send_multipart([b"camera", frame(1, side=30)])
    publisher.send_multipart([b"s", encode(Samples.regular("s", 1, 0, 5, 1, np.zeros((1, 2))))])
    messages = []
    while len(messages) < 2 or not links.dropped.get("oversized"):
        messages += links.receive(DEADLINE_MS, 0)
    assert {message.source for message in messages} == {"camera", "s"}
    assert links.dropped["oversized"] == 1
    links.close()


def test_without_images_there_is_one_socket(context, publisher):
    sockets = open_samples(context, address(publisher), ["s"], {})
    assert len(sockets) == 1
    sockets[0].close()
