"""A publisher to try things on, with a clock that only runs while somebody waits."""

from collections.abc import Callable

import zmq

from pus.packets import Tc, decode_tm
from pus.samples import Message, Samples, decode
from sim.pair import SELECT_UNIT, UNIT_ARGUMENT
from sim.publisher import Publisher, PublisherSettings
from sim.spacecraft import Spacecraft

SECOND = 1_000_000_000
SELECT_B = Tc(81, 8, 1, SELECT_UNIT.encode({UNIT_ARGUMENT: 1})).pack()


class FakeClock:
    """Time passes only while somebody waits; `at` does something when its time has come."""

    def __init__(self) -> None:
        self.time = 1_000 * SECOND
        self.start = self.time
        self.waits = 0
        self._plan: list[tuple[int, Callable[[], object]]] = []

    def at(self, seconds: float, action: Callable[[], object]) -> None:
        self._plan.append((self.start + round(seconds * SECOND), action))
        self._plan.sort(key=lambda item: item[0])

    def now(self) -> int:
        return self.time

    def wait(self, poller: zmq.Poller, ns: int) -> None:
        assert ns > 0
        self.waits += 1
        if poller.poll(0):
            return
        until = self.time + ns
        if self._plan and self._plan[0][0] <= until:
            until, action = self._plan.pop(0)
            action()
        self.time = max(self.time, until)


class Bench:
    """A publisher on inproc sockets with a subscriber and a commander, all in one thread."""

    def __init__(
        self, context: zmq.Context, vehicle: Spacecraft, *, subscribe: bool = True, **settings: object
    ):
        self.clock = FakeClock()
        self._source = vehicle.source
        addresses = {"samples": "inproc://samples", "commands": "inproc://commands"}
        self.publisher = Publisher(vehicle, PublisherSettings(**(addresses | settings)), context, self.clock)
        self.subscriber = context.socket(zmq.SUB)
        self.subscriber.setsockopt(zmq.RCVHWM, 0)
        self.commander = context.socket(zmq.DEALER)
        self.commander.connect(self.publisher.commands_endpoint)
        if subscribe:
            self.subscribe()

    def subscribe(self) -> None:
        self.subscriber.subscribe(self._source)
        self.subscriber.connect(self.publisher.samples_endpoint)

    def received(self) -> list[Message]:
        messages = []
        while self.subscriber.poll(0):
            topic, octets = self.subscriber.recv_multipart()
            assert topic == self._source.encode()
            messages.append(decode(octets))
        return messages

    def samples(self) -> list[Samples]:
        return [message for message in self.received() if isinstance(message, Samples)]

    def answers(self) -> list[tuple[int, int]]:
        found = []
        while self.commander.poll(0):
            tm = decode_tm(self.commander.recv())
            found.append((tm.service, tm.subtype))
        return found

    def close(self) -> None:
        for socket in (self.subscriber, self.commander):
            socket.close(0)
        self.publisher.close()
