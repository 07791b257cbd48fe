"""Fields that several reports share, and the enumerations of a mission."""

from collections.abc import Callable, Iterable
from enum import IntEnum

from fdir_service.mission import Mission
from fdir_service.xtce.conditions import Condition, equals, is_one_of
from fdir_service.xtce.layout import Alternative, Field, Layout, Rest, flat
from fdir_service.xtce.types import OCTET, Enumerated, Integer, Text, Time, value_type, wire_kind
from pus import codec
from pus.failure import FailureCode
from pus.parameters import Parameter, ValueType
from pus.st12.definitions import CheckType, FmonChecking, PmonChecking
from pus.st18 import ObcpStatus

LENGTH = "packet_length"
"""Name of the packet length field: octets behind the primary header, less one."""
HEADER = 20
"""Octets of the primary header, the secondary header and the time."""
CHECK_WORD = 2

KINDS = 4
"""Value types that get containers of their own in lists; entries of further ones stay octets."""

U8, U16, U32 = Integer("u8", 8), Integer("u16", 16), Integer("u32", 32)
TEXT = Text("identifier", codec.CHARACTERS * OCTET)


def _labels(members: type[IntEnum]) -> tuple[tuple[int, str], ...]:
    return tuple((member.value, member.name.lower()) for member in members)


STATUS = Enumerated("status", 8, ((0, "disabled"), (1, "enabled")))
PROTECTION = Enumerated("protection", 8, ((0, "unprotected"), (1, "protected")))
EXECUTION = Enumerated("execution", 8, ((0, "inactive"), (1, "running")))
CHECK_TYPE = Enumerated("check_type", 8, _labels(CheckType))
PMON_CHECKING = Enumerated("pmon_checking", 8, _labels(PmonChecking))
FMON_CHECKING = Enumerated("fmon_checking", 8, _labels(FmonChecking))
OBCP_STATUS = Enumerated("obcp_status", 8, _labels(ObcpStatus))
FAILURE_CODE = Enumerated("failure_code", 16, _labels(FailureCode))


def data_octets(n: int) -> Condition:
    """Hold when the report has n octets of source data."""
    return equals(LENGTH, HEADER + n + CHECK_WORD - 7)


def unsigned(octets: int) -> Integer:
    """Return the type of a whole number without sign."""
    return Integer(f"u{octets * OCTET}", octets * OCTET)


class Fields:
    """Fields whose types depend on the mission."""

    def __init__(self, mission: Mission) -> None:
        self.mission = mission
        parameters = mission.parameters.parameters
        self.parameters = parameters
        self.widths = mission.profile.widths
        bits = self.widths.identifier * OCTET
        self._event = Enumerated("event", bits, _named((e.id, e.name) for e in mission.events.values()))
        self._parameter = Enumerated("parameter", bits, _named((p.id, p.name) for p in parameters))
        own = [(mission.apid, mission.name)]
        units = [(apid, unit.name) for apid, unit in mission.units.items()]
        self._application = Enumerated("application", 16, tuple(sorted(own + units)))
        self._level = Enumerated("level", bits, _named((k.id, k.name) for k in mission.levels))
        self._time = Time("time", mission.profile.epoch)

    def id(self, name: str) -> Field:
        """Return an identifier without names."""
        return Field(name, unsigned(self.widths.identifier))

    def count(self, name: str) -> Field:
        """N, the number of entries that follow."""
        return Field(name, unsigned(self.widths.count))

    def repetition(self, name: str) -> Field:
        """Repetition number."""
        return Field(name, unsigned(self.widths.repetition))

    def interval(self, name: str) -> Field:
        """Interval, or the reporting delay."""
        return Field(name, unsigned(self.widths.interval))

    def failure_data(self, name: str) -> Field:
        """Failure data of ST[01]."""
        return Field(name, unsigned(self.widths.failure_data))

    def event(self, name: str) -> Field:
        """Event definition ID; 0 is none."""
        return Field(name, self._event)

    def level(self, name: str) -> Field:
        """Level of the ladder; 0 is none."""
        return Field(name, self._level)

    def parameter(self, name: str) -> Field:
        """Parameter ID; 0 is none."""
        return Field(name, self._parameter)

    def application(self, name: str) -> Field:
        """APID in a data field."""
        return Field(name, self._application)

    def time(self, name: str) -> Layout:
        """P-field and time."""
        return (Field(f"{name}_code", U8), Field(name, self._time))

    def value(self, parameter: Parameter) -> Field:
        """Return the value of one parameter under the mission's name."""
        name = parameter.name.replace(".", "_")
        return Field(name, value_type(parameter.type, parameter.unit), parameter.name)

    def by_kind(
        self,
        identifier: str,
        parameters: Iterable[Parameter],
        layout: Callable[[ValueType], Layout],
        most: int = KINDS,
    ) -> tuple[Alternative, ...]:
        """Return what follows a parameter ID by the type of the parameter.

        Types of which there are more parameters come first; those beyond the first `most` share one
        alternative, in which everything that follows is octets.
        """
        ids: dict[ValueType, set[int]] = {}
        for parameter in parameters:
            ids.setdefault(wire_kind(parameter.type), set()).add(parameter.id)
        every = {p.id for p in self.parameters}
        kinds = sorted(ids, key=lambda kind: (-len(ids[kind]), kind.value))
        found: list[Alternative] = []
        for kind in kinds[:most]:
            condition = is_one_of(identifier, ids[kind], every - ids[kind])
            found += flat(Alternative(kind.value, condition, layout(kind)))
        if left := set[int]().union(*(ids[kind] for kind in kinds[most:])):
            found.append(Alternative("octets", is_one_of(identifier, left, every - left), (Rest(),)))
        return tuple(found)


def _named(members: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """Return labels by number, with one for 0."""
    return ((0, "none"), *sorted(members))
