"""The publishing process itself: it obeys one line at a time."""

import json
import sys
import time
from typing import Any

import zmq

from fdir_service.bench import reference
from fdir_service.bench.publisher import SOURCE
from pus.samples import Heartbeat, encode

_BUFFER = 1 << 16


class Publishing:
    """Encodes and sends samples; remembers how far it has got."""

    def __init__(self, socket: "zmq.Socket[bytes]", size: int) -> None:
        self._socket = socket
        self._size = size
        self._prepared: list[bytes] = []
        self._published = self._encoded = 0

    def obey(self, command: str, number: int) -> dict[str, Any]:
        """Do what one line says; return the answer."""
        if command == "prepare":
            values = reference.readings(number)
            parts = reference.chunks(values, self._size, SOURCE, self._encoded)
            self._prepared = [encode(part) for part in parts]
            self._encoded += number
            return {}
        if command == "send":
            stamps = self._send(number)
            self._published = self._encoded
            return {"stamps": stamps}
        time_ns = self._published * reference.PERIOD
        self._put(encode(Heartbeat(SOURCE, reference.SESSION, self._published, time_ns)))
        return {"published": self._published}

    def _send(self, interval_ns: int) -> list[int]:
        stamps, due = [], time.monotonic_ns()
        for message in self._prepared:
            if interval_ns:
                due += interval_ns
                time.sleep(max(0, due - time.monotonic_ns()) * 1e-9)
                stamps.append(time.monotonic_ns())
            self._put(message)
        return stamps

    def _put(self, message: bytes) -> None:
        self._socket.send_multipart([SOURCE.encode(), message])


def main(size: int, limit: int) -> None:
    """Publish until the input ends."""
    with zmq.Context() as context, context.socket(zmq.PUB) as socket:
        socket.setsockopt(zmq.SNDHWM, limit)
        socket.setsockopt(zmq.LINGER, 0)
        if limit:
            socket.setsockopt(zmq.SNDBUF, _BUFFER)
        socket.bind("tcp://127.0.0.1:*")
        print(json.dumps({"address": socket.getsockopt_string(zmq.LAST_ENDPOINT)}), flush=True)  # noqa: T201
        publishing = Publishing(socket, size)
        for line in sys.stdin:
            command, *number = line.split()
            print(json.dumps(publishing.obey(command, int(*number))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
