"""The ST[12] service: its requests, and its reports of check transitions."""

from collections.abc import Mapping

from pus.packets import Report
from pus.records import mutable
from pus.service import Operation, listed
from pus.st12 import layout
from pus.st12.fmon_requests import DISABLE_FMONS, ENABLE_FMONS, FmonRequests
from pus.st12.monitoring import Monitoring
from pus.st12.pmon_requests import SERVICE, PmonRequests

__all__ = ["DISABLE_FMONS", "ENABLE_FMONS", "SERVICE", "OnBoardMonitoring"]


@mutable
class OnBoardMonitoring:
    """ST[12] of one application process."""

    monitoring: Monitoring
    events: Mapping[int, object]

    number = SERVICE

    @property
    def operations(self) -> Mapping[int, Operation]:
        """Message subtypes that the ground may request."""
        pmon = PmonRequests(self.monitoring, self.events)
        return pmon.operations | FmonRequests(self.monitoring, self.events).operations

    def check_transition_reports(self, time: int, *, with_delay: bool) -> list[Report]:
        """Return the TM[12,12] due: full lists, and `with_delay` what has waited long enough."""
        due = self.monitoring.take_transitions(time, with_delay=with_delay)
        parameters, codec = self.monitoring.parameters, self.monitoring.codec
        lists = ([layout.encode_transition(entry, parameters, codec) for entry in part] for part in due)
        return [report for entries in lists for report in listed(SERVICE, 12, entries, codec)]
