"""Live sources over real sockets: what comes is taken at once, what is malformed is counted and dropped."""

import pytest
import zmq

from fdir_service.sources.live import DRAIN, LinkError, Links, SampleSocket, open_socket
from pus.packets import Tc
from pus.samples import Command, Heartbeat, Reply, Tick, encode
from tests.fdir_service.builders import describe_message, samples

DEADLINE_MS = 10_000
TC = Tc(66, 17, 1).pack()
FREE = "tcp://127.0.0.1:*"


@pytest.fixture
def context():
    with zmq.Context() as context:
        yield context


@pytest.fixture
def far_end(context):
    """The other ends of the wire: a publisher, the units; and the links between."""
    with context.socket(zmq.XPUB) as publisher, context.socket(zmq.ROUTER) as units:
        publisher.bind("inproc://samples")
        units.bind("inproc://units")
        links = Links(context, "inproc://samples", "inproc://units", FREE, ["s"])
        assert publisher.recv() == b"\x01s"
        yield links, publisher, units
        links.close()


def receive(links, wanted):
    """Receive until so many messages have come."""
    messages = []
    while len(messages) < wanted:
        taken = links.receive(DEADLINE_MS, 77)
        assert taken, f"only {messages}"
        messages += taken
    return messages


def test_samples_and_heartbeats_are_taken_in_order(far_end):
    links, publisher, _ = far_end
    sent = [samples(0, [1.0, 2.0]), Heartbeat("s", 1, 2, 5), samples(2, [3.0])]
    for message in sent:
        publisher.send_multipart([b"s", encode(message)])
    assert [describe_message(m) for m in receive(links, 3)] == [describe_message(m) for m in sent]
    assert links.dropped == {"request not sent": 0}


def test_what_is_not_wanted_is_not_received(far_end):
    links, publisher, _ = far_end
    publisher.send_multipart([b"other", encode(samples(0, [1.0], source="other"))])
    publisher.send_multipart([b"s", encode(samples(0, [1.0]))])
    assert [message.source for message in receive(links, 1)] == ["s"]


def test_a_backlog_is_taken_in_bounded_rounds(far_end):
    links, publisher, _ = far_end
    for k in range(DRAIN + 10):
        publisher.send_multipart([b"s", encode(samples(k, [1.0]))])
    taken = [len(message) for message in links.receive(DEADLINE_MS, 0)]
    assert sum(taken) <= DRAIN
    while sum(taken) < DRAIN + 10:
        taken += [len(message) for message in receive(links, 1)]
    assert sum(taken) == DRAIN + 10


def test_without_messages_nothing_is_returned(far_end):
    assert far_end[0].receive(0, 0) == []


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        ([b"s"], "frames"),
        ([b"s", b"a", b"b"], "frames"),
        ([b"s", b"\xc1"], "malformed"),
        ([b"s", b""], "malformed"),
        ([b"s", encode(Tick(5))], "kind"),
        ([b"s", encode(Command(5, TC))], "kind"),
        ([b"s2", encode(samples(0, [1.0]))], "topic"),
        ([b"s", encode(samples(0, [1.0], source="s2"))], "topic"),
        ([b"s2"], "frames"),
    ],
)
def test_what_is_malformed_is_counted_by_reason_and_dropped(far_end, frames, reason):
    links, publisher, _ = far_end
    publisher.send_multipart(frames)
    publisher.send_multipart([b"s", encode(samples(0, [1.0]))])
    assert len(receive(links, 1)) == 1
    assert links.dropped[reason] == 1


def test_a_topic_without_anything_behind_it_is_counted(far_end):
    links, publisher, _ = far_end
    publisher.send(b"s")
    assert links.receive(DEADLINE_MS, 0) == []
    assert links.dropped["frames"] == 1


def test_requests_reach_the_unit_and_its_answers_come_back_with_a_time(far_end):
    links, _, units = far_end
    links.send([TC, TC])
    assert units.poll(DEADLINE_MS)
    identity, packet = units.recv_multipart()
    assert packet == TC
    units.send_multipart([identity, b"tm"])
    assert receive(links, 1) == [Reply(77, b"tm")]


def test_requests_of_the_ground_come_with_a_time(context, far_end):
    links = far_end[0]
    assert links.commands_address.startswith("tcp://127.0.0.1:")
    with context.socket(zmq.DEALER) as ground:
        ground.connect(links.commands_address)
        ground.send(TC)
        assert receive(links, 1) == [Command(77, TC)]


def test_requests_that_cannot_be_queued_are_counted(context):
    links = Links(context, "inproc://samples", "inproc://nobody", FREE, ["s"])
    links._units.setsockopt(zmq.SNDHWM, 1)
    links.send([TC] * 2000)
    assert links.dropped["request not sent"] > 0
    links.close()


# --- addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("bind", [True, False])
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:port", "carrier-pigeon://roof"])
def test_an_address_that_cannot_be_used_is_named(context, address, bind):
    what = "listen" if bind else "connect"
    with pytest.raises(LinkError, match=f"{address}: cannot {what}: "):
        open_socket(context, zmq.SUB, address, bind=bind)


def test_a_port_in_use_is_named_and_the_other_sockets_are_closed(context):
    with context.socket(zmq.ROUTER) as other:
        other.bind(FREE)
        taken = other.getsockopt_string(zmq.LAST_ENDPOINT)
        with pytest.raises(LinkError, match=f"{taken}: cannot listen: Address already in use"):
            Links(context, "inproc://samples", "inproc://units", taken, [])


def test_a_sample_socket_alone_waits_and_takes(context):
    with context.socket(zmq.XPUB) as publisher:
        publisher.bind(FREE)
        socket = SampleSocket(context, publisher.getsockopt_string(zmq.LAST_ENDPOINT), ["a", "b"])
        assert {publisher.recv(), publisher.recv()} == {b"\x01a", b"\x01b"}
        assert socket.receive(0) == []
        publisher.send_multipart([b"b", encode(samples(0, [1.0], source="b"))])
        assert [message.source for message in socket.receive(DEADLINE_MS)] == ["b"]
        socket.close()
