"""An application process: accepts request packets, routes them to its services, reports the outcome."""

from collections.abc import Hashable, Iterable
from dataclasses import replace

from pus import st01
from pus.codec import DEFAULT, Codec, Reader
from pus.failure import Failure, FailureCode, RequestError
from pus.packets import SEQUENCE_MODULO, Report, Tc, Tm, apid_of, decode_tc
from pus.service import Execution, Operation, Service


class ApplicationProcess:
    """One APID with its services and the sequence count of its telemetry."""

    def __init__(self, apid: int, services: Iterable[Service], codec: Codec = DEFAULT) -> None:
        self.apid = apid
        self.codec = codec
        self.services = {service.number: service for service in services}
        self.sequence = 0
        self.outgoing: list[bytes] = []
        self.pending: dict[Hashable, tuple[Tc, bytes]] = {}

    def packet(self, report: Report, time: int) -> Tm:
        """Make the next telemetry packet from a report."""
        tm = Tm(
            self.apid, report.service, report.subtype, report.data, time, report.destination, self.sequence
        )
        self.sequence = (self.sequence + 1) % SEQUENCE_MODULO
        return tm

    def execute(self, octets: bytes, time: int) -> list[Tm]:
        """Accept and execute one request packet; every failure is a report, never an exception."""
        return [self.packet(report, time) for report in self.reports(octets, time)]

    def reports(self, octets: bytes, time: int) -> list[Report]:
        """Accept and execute one request packet; return verification and response reports in order."""
        tc = None
        try:
            tc = decode_tc(octets)
            operation = self.operation(tc)
            execution = operation(Reader(tc.data, self.codec.widths), time)
        except RequestError as error:
            return [self._failed(st01.NOT_ACCEPTED, octets, error.failure, tc)]
        self.outgoing += execution.requests
        if execution.pending is not None:
            self.pending[execution.pending] = tc, octets
        return st01.accepted(tc, octets) + self._outcome(tc, octets, execution)

    def complete(
        self, pending: Hashable, reports: tuple[Report, ...] = (), failure: Failure | None = None
    ) -> list[Report]:
        """End an execution that went on: its responses, then TM[1,7], or TM[1,8] with `failure`."""
        tc, octets = self.pending.pop(pending)
        responses = [replace(report, destination=tc.source) for report in reports]
        if failure:
            return [*responses, self._failed(st01.NOT_COMPLETED, octets, failure, tc)]
        return [*responses, *st01.completed(tc, octets)]

    def progress(self, pending: Hashable, step: int) -> list[Report]:
        """Report TM[1,5] for a step of an execution that goes on, if its request asks for it."""
        tc, octets = self.pending[pending]
        return st01.progressed(tc, octets, self.codec.id(step))

    def take_outgoing(self) -> list[bytes]:
        """Return and forget the packets for other application processes."""
        outgoing, self.outgoing = self.outgoing, []
        return outgoing

    def operation(self, tc: Tc) -> Operation:
        """Return what executes `tc`; raises `RequestError` for a foreign APID, service or subtype."""
        if tc.apid != self.apid:
            raise RequestError(Failure(FailureCode.APID, tc.apid), f"this is APID {self.apid}")
        service = self.services.get(tc.service)
        if service is None:
            raise RequestError(Failure(FailureCode.SERVICE, tc.service), "unknown service")
        operation = service.operations.get(tc.subtype)
        if operation is None:
            raise RequestError(Failure(FailureCode.SUBTYPE, tc.subtype), "unknown subtype")
        return operation

    def not_routed(self, octets: bytes) -> Report:
        """Report TM[1,10]: the APID of a request is nobody's."""
        return self._failed(st01.NOT_ROUTED, octets, Failure(FailureCode.APID, apid_of(octets)), None)

    def _failed(self, subtype: int, octets: bytes, failure: Failure, tc: Tc | None) -> Report:
        return st01.failed(subtype, octets, failure, tc.source if tc else 0, self.codec)

    def _outcome(self, tc: Tc, octets: bytes, execution: Execution) -> list[Report]:
        """Responses and verification after acceptance.

        A request with a faulty instruction gets one TM[1,4] for each, and neither TM[1,3] nor TM[1,7].
        """
        responses = [replace(report, destination=tc.source) for report in execution.reports]
        if execution.failures:
            notices = [self._failed(st01.NOT_STARTED, octets, f, tc) for f in execution.failures]
            return notices + responses
        if execution.incomplete:
            notice = self._failed(st01.NOT_COMPLETED, octets, execution.incomplete, tc)
            return [*st01.started(tc, octets), *responses, notice]
        completed = [] if execution.pending is not None else st01.completed(tc, octets)
        return [*st01.started(tc, octets), *responses, *completed]
