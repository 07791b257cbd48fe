"""Composing the daemon from a mission and its options."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import field
from pathlib import Path

import zmq

from fdir_service.daemon import Daemon
from fdir_service.journal import Journal
from fdir_service.metrics import Metrics
from fdir_service.mission import Mission
from fdir_service.mission.schema import InterfaceSection
from fdir_service.sinks import Sink
from fdir_service.sinks.tcp import TelemetryPort
from fdir_service.sinks.telemetry import TelemetrySocket
from fdir_service.sources.live import Context, Links
from fdir_service.sources.tcp import TelecommandPort
from fdir_service.stream import Stream
from fdir_service.tcp import is_local
from fdir_service.web import Web
from pus.records import frozen

log = logging.getLogger("fdir")


@frozen
class Options:
    """What the command line may add to a mission."""

    audit: Path | None = None
    record: Path | None = None
    overlay: Path | None = None
    snapshot: Path | None = None
    sinks: Sequence[Sink] = field(default=())


@contextmanager
def service(mission: Mission, options: Options) -> Iterator[tuple[Daemon, dict[str, str]]]:
    """Open everything, yield the daemon and the addresses it listens on, close everything."""
    interfaces = mission.file.interfaces
    with ExitStack() as stack:
        stream, journal = Stream(mission), Journal(mission)
        _warn_of_steps(stream)
        context: Context = zmq.Context()
        stack.callback(context.term)
        topics = list(stream.accounts)
        addresses = (interfaces.samples, interfaces.units, interfaces.commands)
        links = Links(context, *addresses, topics, mission.images)
        stack.callback(links.close)
        telemetry = TelemetrySocket(context, interfaces.telemetry)
        sinks: list[Sink] = [telemetry, *options.sinks]
        stack.callback(_close, sinks)
        ports = _open_ports(interfaces, links, sinks, stack)
        write_ahead: list[Sink] = []
        stack.callback(_close, write_ahead)
        complete = _open_files(options, stream, journal, sinks, write_ahead)
        metrics = Metrics(mission)
        daemon = Daemon(stream, links, sinks, metrics, journal, write_ahead=write_ahead)
        host, port = interfaces.metrics_host, interfaces.metrics_port
        web = Web(host, port, metrics.series, lambda: daemon.is_alive, lambda: daemon.is_ready)
        stack.callback(web.close)
        if options.snapshot:
            daemon.resume()
        daemon.refresh()
        listening = {
            "telemetry": telemetry.address,
            "commands": links.commands_address,
            **ports,
            "metrics": f"{web.address}/metrics",
        }
        yield daemon, listening
        complete()


def _open_files(
    options: Options, stream: Stream, journal: Journal, sinks: list[Sink], write_ahead: list[Sink]
) -> Callable[[], None]:
    """Open the files that are wanted; return what completes them at an orderly end."""
    if not (options.audit or options.record or options.overlay or options.snapshot):
        return lambda: None
    # Here and not above: what reads and writes them costs start-up time, and most runs keep none.
    from fdir_service.kept_files import open_files  # noqa: PLC0415

    return open_files(options, stream, journal, sinks, write_ahead)


def _open_ports(
    interfaces: InterfaceSection, links: Links, sinks: list[Sink], stack: ExitStack
) -> dict[str, str]:
    """Open the TCP ports that are wanted; return their addresses."""
    host, addresses = interfaces.tcp_host, {}
    if interfaces.tm_port is not None:
        tm = TelemetryPort(host, interfaces.tm_port)
        sinks.append(tm)
        links.attach(tm)
        addresses["tm"] = tm.address
    if interfaces.tc_port is not None:
        tc = TelecommandPort(host, interfaces.tc_port, time.monotonic)
        stack.callback(tc.close)
        links.attach(tc)
        addresses["tc"] = tc.address
        _warn_if_open(host, tc.address)
    scheme, _, rest = links.commands_address.partition("://")
    if scheme == "tcp":
        _warn_if_open(rest.rpartition(":")[0].strip("[]"), links.commands_address)
    return addresses


def _warn_of_steps(stream: Stream) -> None:
    for detector in (detector for pool in stream.pools.values() for detector in pool.detectors):
        if detector.lacks_step:
            log.warning("detector %s has no compiled step: %s", detector.setup.name, detector.lacks_step)


def _warn_if_open(host: str, address: str) -> None:
    if not is_local(host):
        log.warning("TCs are taken at %s from other machines, without authentication", address)


def _close(sinks: list[Sink]) -> None:
    with ExitStack() as stack:
        for sink in reversed(sinks):
            stack.callback(sink.close)
