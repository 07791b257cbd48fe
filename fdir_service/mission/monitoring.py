"""Monitoring definitions of a mission file: names become ids, every rule of ST[12] is checked."""

from collections.abc import Mapping

from fdir_service.mission.monitoring_schema import (
    ExpectedPmonSection,
    FmonSection,
    LimitPmonSection,
    PmonSection,
    ValiditySection,
)
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import MissionFile
from pus.failure import Failure
from pus.parameters import ParameterTable, ValueType
from pus.st12.definitions import (
    Check,
    Delta,
    ExpectedValue,
    Fmon,
    Limit,
    Pmon,
    Validity,
    find_fmon_fault,
    find_pmon_fault,
)


class MonitoringCompiler:
    """Compiles PMON and FMON sections of one file."""

    def __init__(self, file: MissionFile, parameters: ParameterTable, problems: Problems) -> None:
        self._parameters = parameters
        self._problems = problems
        self._events = {section.id for section in file.event}
        self._file = file

    def pmons(self) -> dict[int, Pmon]:
        """Return the parameter monitoring definitions that could be read."""
        found = ((s.id, self._pmon(f"pmon.{k}", s)) for k, s in enumerate(self._file.pmon))
        return {pmon_id: pmon for pmon_id, pmon in found if pmon}

    def fmons(self, pmons: Mapping[int, Pmon]) -> dict[int, Fmon]:
        """Return the functional monitoring definitions."""
        return {s.id: self._fmon(f"fmon.{k}", s, dict(pmons)) for k, s in enumerate(self._file.fmon)}

    def _validity(self, key: str, section: ValiditySection | None) -> Validity | None:
        if section is None:
            return None
        parameter = self._parameters.by_name.get(section.parameter)
        if parameter is None:
            self._problems.add(f"{key}.validity.parameter", f"unknown parameter {section.parameter!r}")
            return None
        mask = section.mask & ((1 << 8 * parameter.type.size) - 1)
        return Validity(parameter.id, mask, section.expected)

    def _pmon(self, key: str, section: PmonSection) -> Pmon | None:
        parameter = self._parameters.by_name.get(section.parameter)
        if parameter is None:
            self._problems.add(f"{key}.parameter", f"unknown parameter {section.parameter!r}")
            return None
        validity = self._validity(key, section.validity)
        check = _check(section, parameter.type)
        pmon = Pmon(section.id, parameter.id, check, section.repetition, section.interval, validity)
        for status in (3, 4):
            self._check_event(key, check.event_of(status))
        self._check_rules(key, find_pmon_fault(pmon, self._parameters))
        return pmon

    def _fmon(self, key: str, section: FmonSection, pmons: dict[int, Pmon]) -> Fmon:
        validity = self._validity(key, section.validity)
        fmon = Fmon(section.id, section.event, section.pmons, section.minimum, validity)
        self._check_event(key, section.event)
        self._check_rules(key, find_fmon_fault(fmon, pmons, self._parameters))
        return fmon

    def _check_rules(self, key: str, failure: Failure | None) -> None:
        if failure:
            self._problems.add(key, f"{failure.code.name.lower().replace('_', ' ')} ({failure.id})")

    def _check_event(self, key: str, event: int) -> None:
        if event and event not in self._events:
            self._problems.add(key, f"unknown event {event}")


def _check(section: PmonSection, kind: ValueType) -> Check:
    if isinstance(section, ExpectedPmonSection):
        mask = (1 << 8 * kind.size) - 1 if section.mask is None else section.mask
        return ExpectedValue(mask, section.expected, section.event)
    if isinstance(section, LimitPmonSection):
        return Limit(section.low, section.high, section.low_event, section.high_event)
    return Delta(section.low, section.high, section.low_event, section.high_event, section.consecutive)
