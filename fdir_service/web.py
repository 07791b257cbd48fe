"""`/metrics`, `/healthz` and `/readyz` over HTTP, served from a thread of their own, off the sample's way."""

import selectors
import socket
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fdir_service.series import Series
from fdir_service.sources.live import LinkError

if TYPE_CHECKING:
    from wsgiref.simple_server import WSGIServer

Check = Callable[[], bool]
POLL_S = 0.1
WAITING = 5
"""Connections that may wait to be taken."""


class Web:
    """The HTTP server; `alive` and `ready` answer the two health checks (200 or 503)."""

    def __init__(self, host: str, port: int, series: Sequence[Series], alive: Check, ready: Check) -> None:
        self._series = series
        self._checks = {"/healthz": alive, "/readyz": ready}
        self._socket = _listening(host, port)
        self.address = f"http://{host}:{self._socket.getsockname()[1]}"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        server = None
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._socket, selectors.EVENT_READ)
            while not self._stopping.is_set():
                if waiting.select(POLL_S):
                    server = server or self._server()
                    server.handle_request()

    def _server(self) -> "WSGIServer":
        # Here and not above: HTTP and the Prometheus client cost start-up time, and only requests need them.
        from fdir_service.exposition import server  # noqa: PLC0415

        return server(self._socket, self._series, self._checks)

    def close(self) -> None:
        """Stop serving and free the port."""
        self._stopping.set()
        self._thread.join()
        self._socket.close()


def _listening(host: str, port: int) -> socket.socket:
    made = socket.socket()
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(WAITING)
    except OSError as error:
        made.close()
        raise LinkError(f"http://{host}:{port}: cannot listen: {error.strerror}") from None
    return made
