"""Sending one telecommand and following its verification to the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from fdir_service.ground.link import CommandLink, TelemetryLink
from pus import st01, st17
from pus.failure import RequestError
from pus.packets import ACK_COMPLETION, SEQUENCE_MODULO, Tc, Tm, decode_tm, request_id

PROBE_SOURCE = 0xFFFF
"""Source of our own are-you-alive requests, so that their answers are told from those to the user's."""
_ASK_MS = 100


class Outcome(StrEnum):
    """How a telecommand ended."""

    COMPLETED = "completed"
    REFUSED = "refused"
    NO_ANSWER = "no answer"


@dataclass(slots=True)
class Exchange:
    """One telecommand after the other over a pair of links; `clock` gives seconds."""

    commands: CommandLink
    telemetry: TelemetryLink
    clock: Callable[[], float]

    def run(self, tc: Tc, own_apid: int, timeout_s: float, heard: Callable[[Tm], None]) -> Outcome:
        """Send `tc`; `heard` gets its verifications and responses as they come."""
        deadline = self.clock() + timeout_s
        if self.telemetry.needs_proof and not self._prove(own_apid, deadline):
            return Outcome.NO_ANSWER
        packet = tc.pack()
        self.commands.send(packet)
        outcome, fence = Outcome.NO_ANSWER, b""
        for tm in self._until(deadline):
            answers = _answers(tm, packet)
            if answers or _responds(tm, tc):
                heard(tm)
            if answers and (success := st01.verdict(tm)[1]) is not None:
                if tm.subtype == st01.NOT_STARTED and outcome is Outcome.NO_ANSWER:
                    # More notices and the responses may follow; the answer to the next request is behind.
                    outcome, fence = Outcome.REFUSED, self._ask(tc.apid, tc.sequence + 1)
                elif tm.subtype != st01.NOT_STARTED:
                    return Outcome.COMPLETED if success else Outcome.REFUSED
            if _answers(tm, fence):
                break
        return outcome

    def _prove(self, apid: int, deadline: float) -> bool:
        """Ask whether the daemon is alive until anything comes: only then nothing can be missed."""
        while self.clock() < deadline:
            self._ask(apid, 0)
            if self.telemetry.receive(_ASK_MS):
                return True
        return False

    def _ask(self, apid: int, sequence: int) -> bytes:
        tc = Tc(apid, st17.SERVICE, 1, b"", PROBE_SOURCE, sequence % SEQUENCE_MODULO, ACK_COMPLETION)
        self.commands.send(tc.pack())
        return tc.pack()

    def _until(self, deadline: float) -> Iterator[Tm]:
        while (left := deadline - self.clock()) > 0:
            for octets in self.telemetry.receive(min(_ASK_MS, 1 + int(left * 1000))):
                try:
                    yield decode_tm(octets)
                except RequestError:
                    continue


def _answers(tm: Tm, packet: bytes) -> bool:
    """Whether a report verifies the request packet."""
    return tm.service == st01.SERVICE and st01.verdict(tm)[0] == request_id(packet)


def _responds(tm: Tm, tc: Tc) -> bool:
    """Whether a report is a response to a request of its source, service and process."""
    return (tm.apid, tm.service, tm.destination) == (tc.apid, tc.service, tc.source)
