"""Telemetry over ZeroMQ PUB: one frame a message, one whole space packet a frame."""

from collections.abc import Sequence

import zmq

from fdir_service.sources.live import Context, open_socket
from fdir_service.stream import Output
from pus.samples import Message


class TelemetrySocket:
    """Publishes every TM packet; slow subscribers lose packets, which the packets' sequence counts show."""

    def __init__(self, context: Context, address: str) -> None:
        self._socket = open_socket(context, zmq.PUB, address, bind=True)
        self._socket.setsockopt(zmq.LINGER, 1000)
        self.address = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)

    def put(self, messages: Sequence[Message], output: Output) -> None:  # noqa: ARG002
        """See `Sink`."""
        for tm in output.telemetry:
            self._socket.send(tm.pack())

    def close(self) -> None:
        """See `Sink`."""
        self._socket.close()
