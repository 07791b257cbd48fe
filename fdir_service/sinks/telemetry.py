"""Telemetry over ZeroMQ PUB: one frame a message, one whole space packet a frame."""

from collections.abc import Sequence

import zmq

from fdir_service.sources.live import LinkError
from fdir_service.stream import Output
from pus.samples import Message


class TelemetrySocket:
    """Publishes every TM packet; slow subscribers lose packets, which the packets' sequence counts show."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], address: str) -> None:
        self._socket: zmq.Socket[bytes] = context.socket(zmq.PUB)
        self._socket.setsockopt(zmq.LINGER, 1000)
        try:
            self._socket.bind(address)
        except zmq.ZMQError as error:
            self._socket.close()
            raise LinkError(f"{address}: cannot listen: {error.strerror}") from None
        self.address = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `Sink`."""
        for tm in output.telemetry:
            self._socket.send(tm.pack())

    def close(self) -> None:
        """See `Sink`."""
        self._socket.close()
