"""Exposing metrics: what the Prometheus client makes of plain series, and the HTTP server that shows it."""

import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from fdir_service.series import Counter, Gauge, Histogram, Series
from fdir_service.web import Check


class _Collector(Collector):
    """Makes families of series whenever it is asked for them."""

    def __init__(self, series: Sequence[Series]) -> None:
        self._series = series

    def collect(self) -> Iterator[Metric]:
        for one in self._series:
            if isinstance(one, Counter):
                yield _counter(one)
            elif isinstance(one, Gauge):
                yield _gauge(one)
            else:
                yield _histogram(one)


def _counter(series: Counter) -> Metric:
    family = CounterMetricFamily(series.name, series.text, labels=series.labels)
    for labels, total in series.values.copy().items():
        family.add_metric(labels, total, created=series.created[labels] if _tells_creation() else None)
    return family


def _gauge(series: Gauge) -> Metric:
    family = GaugeMetricFamily(series.name, series.text, labels=series.labels)
    for labels, value in series.values.copy().items():
        family.add_metric(labels, value)
    return family


def _histogram(series: Histogram) -> Metric:
    family = HistogramMetricFamily(series.name, series.text, labels=series.labels)
    bounds = [*map(floatToGoString, series.bounds), "+Inf"]
    for labels, counts in series.counts.copy().items():
        sums = [sum(counts[: k + 1]) for k in range(len(bounds))]
        family.add_metric(labels, list(zip(bounds, sums, strict=True)), series.sums[labels])
        if _tells_creation():
            names = dict(zip(series.labels, labels, strict=True))
            family.add_sample(f"{series.name}_created", names, series.created[labels])
    return family


def _tells_creation() -> bool:
    """Tell whether times of creation are wanted; the client's own metrics go by the same variable."""
    return os.environ.get("PROMETHEUS_DISABLE_CREATED_SERIES", "").lower() not in {"true", "1", "t"}


def registry(series: Sequence[Series]) -> CollectorRegistry:
    """Return a registry of series; what is appended to them later is shown as well."""
    made = CollectorRegistry(auto_describe=True)
    made.register(_Collector(series))
    return made


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    timeout = 0.1
    """Seconds that it waits for a request which has gone again."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Scrapes are not worth a line each."""


def server(listening: socket.socket, series: Sequence[Series], checks: Mapping[str, Check]) -> WSGIServer:
    """Return a server on a socket that listens already.

    Parameters
    ----------
    listening : the socket; whoever opened it closes it.
    series : what ``/metrics`` shows.
    checks : by path, what is answered with 200 or 503.

    """
    made = _Server(listening.getsockname(), _Quiet, bind_and_activate=False)
    made.socket.close()
    made.socket = listening
    made.server_name, made.server_port = listening.getsockname()
    made.setup_environ()
    made.set_app(_application(series, checks))
    return made


def _application(series: Sequence[Series], checks: Mapping[str, Check]) -> Any:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path == "/metrics":
            # A registry knows the names of what it had when it was made.
            return make_wsgi_app(registry(series))(environ, start_response)  # type: ignore[no-any-return]
        check = checks.get(path)
        status = "404 Not Found" if check is None else "200 OK" if check() else "503 Service Unavailable"
        start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
        return [status.split(" ", 1)[1].encode() + b"\n"]

    return answer
