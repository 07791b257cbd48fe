import zmq

from sim.clock import SystemClock


def test_a_wait_lasts_at_least_as_long_as_asked():
    clock = SystemClock()
    with zmq.Context() as context, context.socket(zmq.ROUTER) as quiet:
        poller = zmq.Poller()
        poller.register(quiet, zmq.POLLIN)
        before = clock.now()
        clock.wait(poller, 1_500_000)
        assert clock.now() - before >= 1_500_000


def test_a_wait_ends_when_something_can_be_read():
    clock = SystemClock()
    with zmq.Context() as context, context.socket(zmq.PAIR) as here, context.socket(zmq.PAIR) as there:
        here.bind("inproc://clock")
        there.connect("inproc://clock")
        there.send(b"x")
        poller = zmq.Poller()
        poller.register(here, zmq.POLLIN)
        before = clock.now()
        clock.wait(poller, 3_600_000_000_000)
        assert clock.now() - before < 60_000_000_000
        assert here.recv() == b"x"
