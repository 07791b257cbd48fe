"""Compiling a mission file: resolves names, checks what crosses sections, collects every problem."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fdir_service.mission.compiled import DetectorSetup, Mission, OutputSetup, Unit
from fdir_service.mission.schema import (
    DetectorSection,
    EventActionSection,
    ExpectedPmonSection,
    FmonSection,
    LimitPmonSection,
    MissionFile,
    PmonSection,
    UnitSection,
    ValiditySection,
)
from models.metadata import CardError, read_card
from pus.packets import Tc
from pus.parameters import Parameter, ParameterTable, ValueType
from pus.profile import Profile
from pus.st05 import EventDefinition, Severity
from pus.st08 import PERFORM, Function
from pus.st08 import SERVICE as ST08
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
from pus.st19 import EventAction

if TYPE_CHECKING:
    from hashlib import _Hash

_NS = 1_000_000_000


class Compiler:
    """One compilation; `problems` grows, and `compile` returns None if there are any."""

    def __init__(self, file: MissionFile, folder: Path) -> None:
        self.file = file
        self.folder = folder
        self.problems: list[str] = []
        self.parameters = ParameterTable(())

    def compile(self, path: Path, digest: "_Hash") -> Mission | None:
        """Compile the whole file; the digests of the models it names enter `digest`."""
        file = self.file
        self._check_unique()
        if self.problems:
            return None
        self.parameters = ParameterTable(tuple(self._parameters()))
        detectors = tuple(d for k, s in enumerate(file.detector) if (d := self._detector(f"detector.{k}", s)))
        for detector in detectors:
            digest.update(detector.sha256.encode())
        pmons = {s.id: p for k, s in enumerate(file.pmon) if (p := self._pmon(f"pmon.{k}", s))}
        fmons = {s.id: f for k, s in enumerate(file.fmon) if (f := self._fmon(f"fmon.{k}", s, pmons))}
        units = {s.apid: self._unit(f"unit.{k}", s) for k, s in enumerate(file.unit)}
        actions = tuple(a for k, s in enumerate(file.event_action) if (a := self._action(k, s, units)))
        self._check_recovery()
        if self.problems:
            return None
        return Mission(
            path=path,
            digest=digest.hexdigest(),
            profile=self._profile(),
            parameters=self.parameters,
            detectors=detectors,
            events={e.id: EventDefinition(e.id, e.name, Severity[e.severity.upper()]) for e in file.event},
            pmons=pmons,
            fmons=fmons,
            units=units,
            actions=actions,
            file=file,
        )

    def _problem(self, key: str, reason: str) -> None:
        self.problems.append(f"{key}: {reason}")

    def _check_unique(self) -> None:
        """Ids and names must be unique within their kind."""
        file = self.file
        columns = [p for source in file.source for p in source.parameters]
        outputs = [output for detector in file.detector for output in detector.outputs]
        names = [p.name for p in columns] + [d.name for d in file.derived]
        ids = [p.id for p in columns] + [d.id for d in file.derived]
        named: dict[str, Iterable[object]] = {
            "parameter name": names + [name for o in outputs for name in (o.name, f"{o.name}.score")],
            "parameter id": ids + [number for o in outputs for number in (o.index_id, o.score_id)],
            "source name": [s.name for s in file.source],
            "detector name": [d.name for d in file.detector],
            "event id": [e.id for e in file.event],
            "event name": [e.name for e in file.event],
            "pmon id": [p.id for p in file.pmon],
            "fmon id": [f.id for f in file.fmon],
            "unit name": [u.name for u in file.unit],
            "apid": [file.mission.apid, *(u.apid for u in file.unit)],
            "event_action event": [a.event for a in file.event_action],
        }
        for what, values in named.items():
            for value, times in Counter(values).items():
                if times > 1:
                    self._problem(what, f"{value!r} is used {times} times")

    def _profile(self) -> Profile:
        fields = self.file.profile.model_dump()
        interval = round(fields.pop("minimum_sampling_interval_s") * _NS)
        return Profile(epoch=self.file.mission.epoch, minimum_sampling_interval=interval, **fields)

    # --- parameters --------------------------------------------------------------------------------

    def _parameters(self) -> Iterable[Parameter]:
        """All parameters: measured, then derived, then detector outputs; each on its input's source."""
        sources: dict[str, str] = {}
        for source in self.file.source:
            for p in source.parameters:
                sources[p.name] = source.name
                yield Parameter(p.id, p.name, p.type, source.name, p.unit)
        for k, d in enumerate(self.file.derived):
            if d.input not in sources:
                self._problem(f"derived.{k}.input", f"unknown or later parameter {d.input!r}")
                continue
            sources[d.name] = sources[d.input]
            yield Parameter(d.id, d.name, ValueType.F64, sources[d.input], d.unit)
        for k, section in enumerate(self.file.detector):
            found = {sources.get(name) for name in section.inputs}
            if len(found) != 1 or None in found:
                unknown = [name for name in section.inputs if name not in sources]
                reason = f"unknown parameters {unknown}" if unknown else f"more than one source: {found}"
                self._problem(f"detector.{k}.inputs", reason)
                continue
            source_name = str(found.pop())
            for o in section.outputs:
                yield Parameter(o.score_id, f"{o.name}.score", ValueType.F32, source_name)
                yield Parameter(o.index_id, o.name, ValueType.U8, source_name)

    def _lookup(self, key: str, name: str) -> Parameter | None:
        parameter = self.parameters.by_name.get(name)
        if parameter is None:
            self._problem(key, f"unknown parameter {name!r}")
        return parameter

    # --- detectors ---------------------------------------------------------------------------------

    def _detector(self, key: str, section: DetectorSection) -> DetectorSetup | None:
        path = self.folder / section.model
        try:
            card, sha256 = read_card(path)
        except CardError as error:
            self._problem(f"{key}.model", str(error))
            return None
        if section.sha256 and section.sha256 != sha256:
            self._problem(f"{key}.sha256", f"{path} has digest {sha256}, the mission wants {section.sha256}")
        if len(section.inputs) != len(card.channels):
            wanted = ", ".join(c.name for c in card.channels)
            self._problem(f"{key}.inputs", f"the card has {len(card.channels)} channels ({wanted})")
        inputs = [p for name in section.inputs if (p := self.parameters.by_name.get(name))]
        if not inputs:
            return None
        self._check_period(key, inputs[0].source, card.period, card.period_tolerance)
        by_name = {output.name: k for k, output in enumerate(card.outputs)}
        outputs = []
        for k, o in enumerate(section.outputs):
            if o.output not in by_name:
                self._problem(
                    f"{key}.outputs.{k}.output", f"the card has {', '.join(by_name)}, not {o.output!r}"
                )
                continue
            column = by_name[o.output]
            on = card.outputs[column].on if o.on is None else o.on
            off = card.outputs[column].off if o.off is None else o.off
            if off > on:
                self._problem(f"{key}.outputs.{k}.off", f"off threshold {off} is above on threshold {on}")
            outputs.append(OutputSetup(o.name, column, o.score_id, o.index_id, on, off))
        ids = tuple(parameter.id for parameter in inputs)
        return DetectorSetup(section.name, inputs[0].source, path, sha256, card, ids, tuple(outputs))

    def _check_period(self, key: str, source: str, period: float | None, tolerance: float) -> None:
        actual = next(s.period_s for s in self.file.source if s.name == source)
        if period is not None and (actual is None or abs(actual - period) > tolerance * period):
            self._problem(f"{key}.model", f"made for a period of {period} s, source {source!r} has {actual}")

    # --- monitoring --------------------------------------------------------------------------------

    def _validity(self, key: str, section: ValiditySection | None) -> Validity | None:
        if section is None:
            return None
        parameter = self._lookup(f"{key}.validity.parameter", section.parameter)
        if parameter is None:
            return None
        mask = section.mask & ((1 << 8 * parameter.type.size) - 1)
        return Validity(parameter.id, mask, section.expected)

    def _pmon(self, key: str, section: PmonSection) -> Pmon | None:
        parameter = self._lookup(f"{key}.parameter", section.parameter)
        if parameter is None:
            return None
        validity = self._validity(key, section.validity)
        check = _check(section, parameter.type)
        pmon = Pmon(section.id, parameter.id, check, section.repetition, section.interval, validity)
        for status in (3, 4):
            self._check_event(key, check.event_of(status))
        if failure := find_pmon_fault(pmon, self.parameters):
            self._problem(key, f"{failure.code.name.lower().replace('_', ' ')} ({failure.id})")
        return pmon

    def _fmon(self, key: str, section: FmonSection, pmons: dict[int, Pmon]) -> Fmon | None:
        validity = self._validity(key, section.validity)
        fmon = Fmon(section.id, section.event, section.pmons, section.minimum, validity)
        self._check_event(key, section.event)
        if failure := find_fmon_fault(fmon, pmons, self.parameters):
            self._problem(key, f"{failure.code.name.lower().replace('_', ' ')} ({failure.id})")
        return fmon

    def _check_event(self, key: str, event: int) -> None:
        if event and event not in {section.id for section in self.file.event}:
            self._problem(key, f"unknown event {event}")

    # --- units and actions -------------------------------------------------------------------------

    def _unit(self, key: str, section: UnitSection) -> Unit:
        functions = {
            f.name: Function(f.name, {int(k): kind for k, kind in f.arguments.items()})
            for f in section.functions
        }
        measured = [p for name in section.parameters if (p := self._lookup(f"{key}.parameters", name))]
        selected = self._lookup(f"{key}.selected", section.selected) if section.selected else None
        if len({p.source for p in (*measured, *([selected] if selected else []))}) > 1:
            self._problem(f"{key}.parameters", "a unit's parameters must be of one source")
        ids = tuple(p.id for p in measured)
        return Unit(section.name, section.apid, functions, ids, selected.id if selected else None)

    def _action(self, k: int, section: EventActionSection, units: dict[int, Unit]) -> EventAction | None:
        key = f"event_action.{k}"
        self._check_event(key, section.event)
        unit = next((unit for unit in units.values() if unit.name == section.unit), None)
        if unit is None:
            self._problem(f"{key}.unit", f"unknown unit {section.unit!r}")
            return None
        function = unit.functions.get(section.function)
        if function is None:
            self._problem(f"{key}.function", f"{unit.name} has no function {section.function!r}")
            return None
        values = {int(argument): value for argument, value in section.arguments.items()}
        if values.keys() != function.arguments.keys():
            self._problem(f"{key}.arguments", f"{function.name} takes arguments {sorted(function.arguments)}")
            return None
        if wrong := [a for a, v in values.items() if not function.arguments[a].holds(v)]:
            self._problem(
                f"{key}.arguments", f"argument {wrong[0]} is outside {function.arguments[wrong[0]]}"
            )
            return None
        # The sequence count tells the verification reports of different stored requests apart.
        request = Tc(unit.apid, ST08, PERFORM, function.encode(values), sequence=k).pack()
        return EventAction(self.file.mission.apid, section.event, request)

    def _check_recovery(self) -> None:
        recovery = self.file.recovery
        self._check_event("recovery.recovered_event", recovery.recovered_event)
        self._check_event("recovery.failed_event", recovery.failed_event)


def _check(section: PmonSection, kind: ValueType) -> Check:
    if isinstance(section, ExpectedPmonSection):
        mask = (1 << 8 * kind.size) - 1 if section.mask is None else section.mask
        return ExpectedValue(mask, section.expected, section.event)
    if isinstance(section, LimitPmonSection):
        return Limit(section.low, section.high, section.low_event, section.high_event)
    return Delta(section.low, section.high, section.low_event, section.high_event, section.consecutive)
