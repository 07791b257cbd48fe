"""Requests on functional monitoring: TC[12,17..27] (ECSS-E-ST-70-41C clause 6.12.4)."""

from collections import Counter
from collections.abc import Mapping

from pus.codec import Reader, u8
from pus.failure import Failure, FailureCode
from pus.instructions import Refusal, each, read_list, select
from pus.records import mutable
from pus.service import Execution, Operation, listed
from pus.st12 import layout
from pus.st12.definitions import Fmon, FmonChecking, find_fmon_fault
from pus.st12.monitoring import FmonState, Monitoring
from pus.st12.pmon_requests import SERVICE

ENABLE_FMONS, DISABLE_FMONS = 19, 20


@mutable
class FmonRequests:
    """Operations that add, switch, protect and report functional monitoring definitions."""

    monitoring: Monitoring
    events: Mapping[int, object]

    @property
    def operations(self) -> dict[int, Operation]:
        """Message subtypes of functional monitoring."""
        return {
            17: self.enable_function,
            18: self.disable_function,
            ENABLE_FMONS: self.enable,
            DISABLE_FMONS: self.disable,
            21: self.protect,
            22: self.unprotect,
            23: self.add,
            24: self.delete,
            25: self.report_definitions,
            27: self.report_statuses,
        }

    def enable_function(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,17] enable the function: every enabled definition becomes unchecked."""
        reader.end()
        if not self.monitoring.pmon_function:
            return Execution.refused(Failure(FailureCode.PMON_FUNCTION_DISABLED))
        self.monitoring.fmon_function = True
        for state in self.monitoring.fmon_states.values():
            if state.enabled:
                state.status = FmonChecking.UNCHECKED
        return Execution()

    def disable_function(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,18] disable the function."""
        reader.end()
        self.monitoring.fmon_function = False
        return Execution()

    def enable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,19] enable definitions; one that is enabled stays as it is, failed included."""
        return each(reader.ids(), self._enable)

    def _enable(self, fmon_id: int) -> Refusal:
        return self._set(fmon_id, enabled=True)

    def disable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,20] disable definitions: they become unchecked, which releases *failed*."""
        return each(reader.ids(), self._disable)

    def _disable(self, fmon_id: int) -> Refusal:
        if failure := self._set(fmon_id, enabled=False):
            return failure
        self.monitoring.fmon_states[fmon_id].status = FmonChecking.UNCHECKED
        return None

    def protect(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,21] protect definitions."""
        return each(reader.ids(), lambda k: self._set(k, protected=True))

    def unprotect(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,22] unprotect definitions."""
        return each(reader.ids(), lambda k: self._set(k, protected=False))

    def _set(self, fmon_id: int, *, enabled: bool | None = None, protected: bool | None = None) -> Refusal:
        state = self.monitoring.fmon_states.get(fmon_id)
        if state is None:
            return Failure(FailureCode.UNKNOWN_FMON, fmon_id)
        state.enabled = state.enabled if enabled is None else enabled
        state.protected = state.protected if protected is None else protected
        return None

    def add(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,23] add definitions: disabled, unchecked, protected."""
        monitoring = self.monitoring
        with_validity = monitoring.profile.fmon_validity
        fmons, unreadable = read_list(
            reader, lambda: layout.read_fmon(reader, monitoring.parameters, with_validity=with_validity)
        )
        if failure := self._request_fault(fmons):
            return Execution.refused(failure)
        return Execution(failures=(*each(fmons, self._add).failures, *unreadable))

    def _request_fault(self, fmons: list[Fmon]) -> Refusal:
        """Return why the whole request is refused, or None (ECSS 6.12.4.7.1)."""
        for fmon_id, times in Counter(fmon.id for fmon in fmons).items():
            if fmon_id in self.monitoring.fmons:
                return Failure(FailureCode.FMON_EXISTS, fmon_id)
            if times > 1:
                return Failure(FailureCode.FMON_TWICE, fmon_id)
        return None

    def _add(self, fmon: Fmon) -> Refusal:
        monitoring = self.monitoring
        if len(monitoring.fmons) >= monitoring.profile.max_fmons:
            return Failure(FailureCode.FMON_LIST_FULL, fmon.id)
        if fmon.event and fmon.event not in self.events:
            return Failure(FailureCode.UNKNOWN_EVENT, fmon.event)
        if failure := find_fmon_fault(fmon, monitoring.pmons, monitoring.parameters):
            return failure
        monitoring.fmons[fmon.id] = fmon
        monitoring.fmon_states[fmon.id] = FmonState()
        return None

    def delete(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,24] delete definitions."""
        return each(reader.ids(), self._delete)

    def _delete(self, fmon_id: int) -> Refusal:
        state = self.monitoring.fmon_states.get(fmon_id)
        if state is None:
            return Failure(FailureCode.UNKNOWN_FMON, fmon_id)
        if state.enabled:
            return Failure(FailureCode.FMON_ENABLED, fmon_id)
        if state.protected:
            return Failure(FailureCode.FMON_PROTECTED, fmon_id)
        del self.monitoring.fmons[fmon_id], self.monitoring.fmon_states[fmon_id]
        return None

    def report_definitions(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,25] report definitions: TM[12,26]; N = 0 means all."""
        monitoring = self.monitoring
        known, failures = select(reader, monitoring.fmons, FailureCode.UNKNOWN_FMON)
        if not known and failures:
            return Execution(failures=failures)
        entries = [
            layout.encode_fmon(
                monitoring.fmons[k],
                monitoring.parameters,
                monitoring.codec,
                with_validity=monitoring.profile.fmon_validity,
                status=_flags(monitoring.fmon_states[k]),
            )
            for k in known
        ]
        return Execution(listed(SERVICE, 26, entries, monitoring.codec), failures)

    def report_statuses(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,27] report protection, FMON status and checking status of each definition: TM[12,28]."""
        reader.end()
        states, codec = sorted(self.monitoring.fmon_states.items()), self.monitoring.codec
        entries = [codec.id(k) + _flags(state) + u8(state.status) for k, state in states]
        return Execution(reports=listed(SERVICE, 28, entries, codec))


def _flags(state: FmonState) -> bytes:
    return u8(state.protected) + u8(state.enabled)
