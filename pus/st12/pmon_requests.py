"""Requests on parameter monitoring: TC[12,1..16] (ECSS-E-ST-70-41C clause 6.12.3)."""

from collections.abc import Mapping
from dataclasses import replace

from pus.codec import Reader, u8
from pus.failure import Failure, FailureCode
from pus.instructions import Refusal, each, read_each, read_list, select
from pus.records import mutable
from pus.service import Execution, Operation, listed
from pus.st12 import layout
from pus.st12.definitions import Pmon, find_pmon_fault
from pus.st12.monitoring import VIOLATIONS, Monitoring

SERVICE = 12


@mutable
class PmonRequests:
    """Operations that add, change, switch and report parameter monitoring definitions."""

    monitoring: Monitoring
    events: Mapping[int, object]

    @property
    def operations(self) -> dict[int, Operation]:
        """Message subtypes of parameter monitoring."""
        return {
            1: self.enable,
            2: self.disable,
            3: self.change_delay,
            4: self.delete_all,
            5: self.add,
            6: self.delete,
            7: self.modify,
            8: self.report_definitions,
            10: self.report_out_of_limits,
            13: self.report_statuses,
            15: self.enable_function,
            16: self.disable_function,
        }

    def enable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,1] enable definitions; one that is enabled starts counting anew and keeps its status."""
        return each(reader.ids(), self._enable)

    def disable(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,2] disable definitions: disabled and unchecked."""
        return each(reader.ids(), self._disable)

    def _enable(self, pmon_id: int) -> Refusal:
        if failure := self._locked(pmon_id):
            return failure
        self.monitoring.set_pmon(pmon_id, enabled=True)
        return None

    def _disable(self, pmon_id: int) -> Refusal:
        if failure := self._locked(pmon_id):
            return failure
        self.monitoring.set_pmon(pmon_id, enabled=False, reset=True)
        return None

    def _locked(self, pmon_id: int) -> Refusal:
        monitoring = self.monitoring
        if pmon_id not in monitoring.pmons:
            return Failure(FailureCode.UNKNOWN_PMON, pmon_id)
        users = (k for k, fmon in monitoring.fmons.items() if pmon_id in fmon.pmons)
        if any(monitoring.fmon_states[k].protected for k in users):
            return Failure(FailureCode.PROTECTED, pmon_id)
        return None

    def change_delay(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,3] change the maximum transition reporting delay; it applies to the running delay."""
        delay = reader.interval()
        reader.end()
        self.monitoring.max_delay = delay
        return Execution()

    def delete_all(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,4] delete all definitions and empty the check transition list."""
        reader.end()
        monitoring = self.monitoring
        if monitoring.pmon_function:
            return Execution.refused(Failure(FailureCode.PMON_FUNCTION_ENABLED))
        used = sorted(pmon for fmon in monitoring.fmons.values() for pmon in fmon.pmons)
        if used:
            return Execution.refused(Failure(FailureCode.PMON_IN_USE, used[0]))
        monitoring.replace_pmons({})
        monitoring.transitions.clear()
        return Execution()

    def add(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,5] add definitions: disabled and unchecked."""
        monitoring = self.monitoring
        pmons, unreadable = read_list(
            reader,
            lambda: layout.read_pmon(
                reader, monitoring.parameters, with_validity=monitoring.profile.pmon_validity
            ),
        )
        table = dict(monitoring.pmons)
        refused = each(pmons, lambda pmon: self._add(pmon, table)).failures
        if len(table) > len(monitoring.pmons):
            monitoring.replace_pmons(table)
        return Execution(failures=(*refused, *unreadable))

    def _add(self, pmon: Pmon, table: dict[int, Pmon]) -> Refusal:
        """Add a definition to the table that is to replace the present one."""
        if pmon.id in table:
            return Failure(FailureCode.PMON_EXISTS, pmon.id)
        if len(table) >= self.monitoring.profile.max_pmons:
            return Failure(FailureCode.PMON_LIST_FULL, pmon.id)
        if failure := self._fault(pmon):
            return failure
        table[pmon.id] = pmon
        return None

    def _fault(self, pmon: Pmon) -> Refusal:
        for status in (3, 4):
            event = pmon.check.event_of(status)
            if event and event not in self.events:
                return Failure(FailureCode.UNKNOWN_EVENT, event)
        return find_pmon_fault(pmon, self.monitoring.parameters)

    def delete(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,6] delete definitions."""
        table = dict(self.monitoring.pmons)
        execution = each(reader.ids(), lambda pmon_id: self._delete(pmon_id, table))
        if len(table) < len(self.monitoring.pmons):
            self.monitoring.replace_pmons(table)
        return execution

    def _delete(self, pmon_id: int, table: dict[int, Pmon]) -> Refusal:
        """Delete a definition from the table that is to replace the present one."""
        monitoring = self.monitoring
        if pmon_id not in table:
            return Failure(FailureCode.UNKNOWN_PMON, pmon_id)
        if monitoring.is_enabled(pmon_id):
            return Failure(FailureCode.PMON_ENABLED, pmon_id)
        if any(pmon_id in fmon.pmons for fmon in monitoring.fmons.values()):
            return Failure(FailureCode.PMON_IN_USE, pmon_id)
        del table[pmon_id]
        return None

    def modify(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,7] modify definitions: they become unchecked; validity and interval stay."""
        parameters = self.monitoring.parameters
        return read_each(reader, lambda: layout.read_modification(reader, parameters), self._modify)

    def _modify(self, change: Pmon) -> Refusal:
        monitoring = self.monitoring
        if failure := self._locked(change.id):
            return failure
        old = monitoring.pmons[change.id]
        if change.parameter != old.parameter:
            return Failure(FailureCode.OTHER_PARAMETER, change.parameter)
        if change.check.type is not old.check.type:
            return Failure(FailureCode.OTHER_CHECK_TYPE, change.id)
        pmon = replace(old, check=change.check, repetition=change.repetition)
        if failure := self._fault(pmon):
            return failure
        enabled = monitoring.is_enabled(pmon.id)
        monitoring.replace_pmons({**monitoring.pmons, pmon.id: pmon})
        monitoring.set_pmon(pmon.id, enabled=enabled, reset=True)
        return None

    def report_definitions(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,8] report definitions: TM[12,9]; N = 0 means all."""
        monitoring = self.monitoring
        known, failures = select(reader, monitoring.pmons, FailureCode.UNKNOWN_PMON)
        if not known and failures:
            return Execution(failures=failures)
        entries = [
            layout.encode_pmon(
                monitoring.pmons[k],
                monitoring.parameters,
                monitoring.codec,
                with_validity=monitoring.profile.pmon_validity,
                status=u8(monitoring.is_enabled(k)),
            )
            for k in known
        ]
        delay = monitoring.codec.interval(monitoring.max_delay)
        return Execution(listed(SERVICE, 9, entries, monitoring.codec, delay), failures)

    def report_out_of_limits(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,10] report the definitions in violation, each with its latest transition: TM[12,11]."""
        reader.end()
        monitoring, codec = self.monitoring, self.monitoring.codec
        out = [
            transition
            for k, transition in sorted(monitoring.latest.items())
            if monitoring.checking(k) in VIOLATIONS
        ]
        entries = [layout.encode_transition(transition, monitoring.parameters, codec) for transition in out]
        return Execution(reports=listed(SERVICE, 11, entries, codec))

    def report_statuses(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,13] report the PMON status of each definition: TM[12,14]."""
        reader.end()
        monitoring, codec = self.monitoring, self.monitoring.codec
        entries = [codec.id(k) + u8(monitoring.is_enabled(k)) for k in sorted(monitoring.pmons)]
        return Execution(reports=listed(SERVICE, 14, entries, codec))

    def enable_function(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,15] enable the function: every enabled definition becomes unchecked."""
        reader.end()
        self.monitoring.enable_pmon_function()
        return Execution()

    def disable_function(self, reader: Reader, time: int) -> Execution:  # noqa: ARG002
        """TC[12,16] disable the function; statuses and list stay as they are."""
        reader.end()
        if self.monitoring.fmon_function:
            return Execution.refused(Failure(FailureCode.FMON_FUNCTION_ENABLED))
        self.monitoring.pmon_function = False
        return Execution()
