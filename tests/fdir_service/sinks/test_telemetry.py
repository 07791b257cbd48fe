"""Telemetry over ZeroMQ: every packet is one frame of its own."""

import pytest
import zmq

from fdir_service.sinks.telemetry import TelemetrySocket
from fdir_service.sources.live import LinkError
from fdir_service.stream import Output
from pus.packets import Tm

DEADLINE_MS = 10_000
FREE = "tcp://127.0.0.1:*"
PACKETS = [Tm(66, 17, 2, b"", 0, sequence=k) for k in range(3)]


@pytest.fixture
def context():
    with zmq.Context() as context:
        yield context


def test_each_packet_is_one_frame_in_order(context):
    with context.socket(zmq.SUB) as ground:
        ground.subscribe(b"")
        sink = TelemetrySocket(context, "inproc://telemetry")
        ground.connect(sink.address)
        sink.put([], Output(telemetry=PACKETS))
        received = []
        while len(received) < len(PACKETS):
            assert ground.poll(DEADLINE_MS)
            received.append(ground.recv_multipart())
        assert received == [[tm.pack()] for tm in PACKETS]
        sink.close()


def test_without_a_subscriber_nothing_waits(context):
    sink = TelemetrySocket(context, FREE)
    sink.put([], Output(telemetry=PACKETS))
    sink.close()


def test_the_address_has_the_port_that_was_free(context):
    sink = TelemetrySocket(context, FREE)
    assert sink.address.startswith("tcp://127.0.0.1:")
    assert int(sink.address.rpartition(":")[2]) > 0
    with pytest.raises(LinkError, match=f"{sink.address}: cannot listen"):
        TelemetrySocket(context, sink.address)
    sink.close()
