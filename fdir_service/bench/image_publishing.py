"""A publishing process of images: it obeys one line at a time, and waits where the subscriber is behind."""

import json
import sys
from typing import Any, Final

import zmq

from fdir_service.bench.image_record import DIFFERENT, PERIOD, SOURCE, images
from pus.samples import Heartbeat, Samples, encode

_SESSION: Final = 1


class Camera:
    """Encodes and sends images, one a message."""

    def __init__(self, socket: "zmq.Socket[bytes]", edge: int) -> None:
        self._socket = socket
        self._images = images(edge)
        self._prepared: list[bytes] = []
        self._published = self._encoded = 0

    def obey(self, command: str, number: int) -> dict[str, Any]:
        """Do what one line says; return the answer."""
        if command == "prepare":
            numbers = range(self._encoded, self._encoded + number)
            self._prepared = [encode(self._message(k)) for k in numbers]
            self._encoded += number
            return {}
        if command == "send":
            for message in self._prepared:
                self._socket.send_multipart([SOURCE.encode(), message])
            self._published = self._encoded
            return {"stamps": []}
        beat = Heartbeat(SOURCE, _SESSION, self._published, self._published * PERIOD)
        self._socket.send_multipart([SOURCE.encode(), encode(beat)])
        return {"published": self._published}

    def _message(self, number: int) -> Samples:
        pixels = self._images[[number % DIFFERENT]]
        return Samples.regular(SOURCE, _SESSION, number, number * PERIOD, PERIOD, pixels)


def main(edge: int, limit: int) -> None:
    """Publish until the input ends."""
    with zmq.Context() as context, context.socket(zmq.XPUB) as socket:
        socket.setsockopt(zmq.XPUB_NODROP, 1)
        socket.setsockopt(zmq.SNDHWM, limit)
        socket.setsockopt(zmq.LINGER, 0)
        socket.bind("tcp://127.0.0.1:*")
        print(json.dumps({"address": socket.getsockopt_string(zmq.LAST_ENDPOINT)}), flush=True)  # noqa: T201
        camera = Camera(socket, edge)
        for line in sys.stdin:
            command, *number = line.split()
            print(json.dumps(camera.obey(command, int(*number))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
