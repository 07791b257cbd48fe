"""Units, sequences, event-actions and housekeeping of a mission file."""

from collections.abc import Mapping, Set

from fdir_service.ladder.definitions import Member
from fdir_service.mission.compiled import Unit
from fdir_service.mission.ladder_schema import ActionSection
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import (
    Arguments,
    EventActionSection,
    MissionFile,
    SequenceSection,
    StepSection,
    UnitSection,
)
from pus.codec import Codec, characters
from pus.packets import Tc
from pus.parameters import Parameter, ParameterTable
from pus.procedure import Step
from pus.st03 import Structure
from pus.st08 import PERFORM, Function
from pus.st08 import SERVICE as ST08
from pus.st12.service import DISABLE_FMONS, ENABLE_FMONS
from pus.st12.service import SERVICE as ST12
from pus.st19 import EventAction
from pus.st21 import ACTIVATE
from pus.st21 import SERVICE as ST21

_NS = 1_000_000_000
_SWITCHES = {"disable_fmons": DISABLE_FMONS, "enable_fmons": ENABLE_FMONS}


class ActionCompiler:
    """Compiles what a mission does: stored requests to units, sequences of them, and periodic reports."""

    def __init__(self, file: MissionFile, parameters: ParameterTable, problems: Problems) -> None:
        self._file = file
        self._parameters = parameters
        self._problems = problems
        self.codec = Codec(file.profile.widths.compiled())
        self._events = {section.id for section in file.event}
        self.units: dict[int, Unit] = {s.apid: self._unit(f"unit.{k}", s) for k, s in enumerate(file.unit)}
        self._by_name = {unit.name: unit for unit in self.units.values()}
        self._loaded = {section.name for section in file.sequence if section.loaded}
        # The sequence count tells the verification reports of different stored requests apart.
        self._count = 0

    def _lookup(self, key: str, name: str) -> Parameter | None:
        parameter = self._parameters.by_name.get(name)
        if parameter is None:
            self._problems.add(key, f"unknown parameter {name!r}")
        return parameter

    def _unit(self, key: str, section: UnitSection) -> Unit:
        functions = {
            f.name: Function(f.name, {int(k): kind for k, kind in f.arguments.items()})
            for f in section.functions
        }
        measured = [p for name in section.parameters if (p := self._lookup(f"{key}.parameters", name))]
        selected = self._lookup(f"{key}.selected", section.selected) if section.selected else None
        if len({p.source for p in (*measured, *([selected] if selected else []))}) > 1:
            self._problems.add(f"{key}.parameters", "a unit's parameters must be of one source")
        ids = tuple(p.id for p in measured)
        return Unit(
            section.name, section.apid, functions, ids, selected.id if selected else None, section.members
        )

    def _request(self, key: str, name: str | None, function_name: str, given: Arguments) -> bytes | None:
        """Return TC[8,1] to a unit, or None with a problem noted."""
        function = self._function(key, name, function_name)
        values = {int(argument): value for argument, value in given.items()}
        if function is None or not self._check_arguments(key, function, values):
            return None
        self._count += 1
        apid = self._by_name[name or ""].apid
        try:
            data = function.encode(values, self.codec)
        except OverflowError:  # the widths of the unit's functions are a problem of their own
            return None
        return Tc(apid, ST08, PERFORM, data, sequence=self._count).pack()

    def _function(self, key: str, name: str | None, function_name: str) -> Function | None:
        """Return a function of a unit, or None with a problem noted."""
        unit = self._by_name.get(name or "")
        if unit is None:
            self._problems.add(f"{key}.unit", f"unknown unit {name!r}")
            return None
        if function_name not in unit.functions:
            self._problems.add(f"{key}.function", f"{unit.name} has no function {function_name!r}")
        return unit.functions.get(function_name)

    def _check_arguments(
        self, key: str, function: Function, values: Mapping[int, float], named: Set[int] = frozenset()
    ) -> bool:
        """Whether `values`, and others that are only `named`, are what the function takes."""
        given = values.keys() | named
        if given != function.arguments.keys():
            self._problems.add(f"{key}.arguments", f"{function.name} takes {sorted(function.arguments)}")
            return False
        if wrong := [a for a, v in values.items() if not function.arguments[a].holds(v)]:
            kind = function.arguments[wrong[0]]
            self._problems.add(f"{key}.arguments", f"argument {wrong[0]} is outside {kind}")
            return False
        return True

    def own_function(self, function: Function, values: Mapping[int, float]) -> bytes:
        """Return TC[8,1] to our own process."""
        self._count += 1
        apid = self._file.mission.apid
        return Tc(apid, ST08, PERFORM, function.encode(values, self.codec), sequence=self._count).pack()

    def target(self, key: str, section: ActionSection) -> tuple[int, Function | None] | None:
        """Return whom an action of the ladder asks, and its function; None with a problem noted."""
        if section.sequence is not None:
            known = section.sequence in self._loaded
            if section.unit or not known:
                reason = "either a unit's function or a sequence" if section.unit else "unknown or not loaded"
                self._problems.add(f"{key}.sequence", reason)
            return self._file.mission.apid, None
        function = self._function(key, section.unit, section.function)
        if function is None:
            return None
        plain = {int(k): v for k, v in section.arguments.items() if not isinstance(v, Member)}
        named = {int(k) for k, v in section.arguments.items() if isinstance(v, Member)}
        self._check_arguments(key, function, plain, named)
        return self._by_name[section.unit or ""].apid, function

    def sequences(self) -> Mapping[str, tuple[Step, ...]]:
        """Return the request sequences by name."""
        return {s.name: self._steps(f"sequence.{k}", s) for k, s in enumerate(self._file.sequence)}

    def _steps(self, key: str, section: SequenceSection) -> tuple[Step, ...]:
        found = (self._step(f"{key}.steps.{k}", step) for k, step in enumerate(section.steps))
        return tuple(step for step in found if step)

    def _step(self, key: str, section: StepSection) -> Step | None:
        delay = round(section.delay_s * _NS)
        if switched := [name for name in _SWITCHES if getattr(section, name)]:
            return Step(self._switching(key, section, *switched), delay)
        request = self._request(key, section.unit, section.function, section.arguments)
        return Step(request, delay) if request else None

    def _switching(self, key: str, section: StepSection, name: str, *others: str) -> bytes:
        """Return TC[12,19] or TC[12,20] to our own process."""
        if section.unit:
            self._problems.add(f"{key}.unit", f"either a unit's function or {name}")
        for other in others:
            self._problems.add(f"{key}.{other}", f"either {name} or {other}")
        ids = getattr(section, name)
        if unknown := set(ids) - {fmon.id for fmon in self._file.fmon}:
            self._problems.add(f"{key}.{name}", f"unknown FMON {min(unknown)}")
        self._count += 1
        data = self.codec.ids(ids)
        return Tc(self._file.mission.apid, ST12, _SWITCHES[name], data, sequence=self._count).pack()

    def actions(self) -> tuple[EventAction, ...]:
        """Return the event-action definitions."""
        found = (self._action(f"event_action.{k}", s) for k, s in enumerate(self._file.event_action))
        return tuple(action for action in found if action)

    def _action(self, key: str, section: EventActionSection) -> EventAction | None:
        apid = self._file.mission.apid
        if section.event not in self._events:
            self._problems.add(f"{key}.event", f"unknown event {section.event}")
        if section.sequence is None:
            request = self._request(key, section.unit, section.function, section.arguments)
        elif section.unit or section.sequence not in self._loaded:
            reason = "either a unit's function or a sequence" if section.unit else "unknown or not loaded"
            self._problems.add(f"{key}.sequence", reason)
            return None
        else:
            self._count += 1
            data = characters(section.sequence)
            request = Tc(apid, ST21, ACTIVATE, data, sequence=self._count).pack()
        return EventAction(apid, section.event, request) if request else None

    def housekeeping(self) -> tuple[Structure, ...]:
        """Return the housekeeping structures."""
        structures = []
        for k, section in enumerate(self._file.housekeeping):
            key = f"housekeeping.{k}.parameters"
            found = [p for name in section.parameters if (p := self._lookup(key, name))]
            if len(set(section.parameters)) < len(section.parameters):
                self._problems.add(key, "a parameter appears twice")
            structures.append(Structure(section.sid, section.interval, tuple(p.id for p in found)))
        return tuple(structures)
